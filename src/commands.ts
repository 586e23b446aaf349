/** Every command of the manifest and what it runs. */
import { commands, Disposable, type ExtensionContext } from 'vscode';
import type { ChosenCommand } from './chosenCommands.ts';
import type { OpenFiles } from './configurationFiles.ts';
import { writeClientSecret } from './session/clientSecrets.ts';
import type { SessionPorts } from './session/ports.ts';
import type { Session } from './session/session.ts';
import type { Sessions } from './session/sessions.ts';
import type { Pages } from './pages.ts';
import type { ExtensionConsents } from './vscode/apiConsents.ts';
import type { DetailRow } from './vscode/detailRows.ts';
import type { ShareRow } from './vscode/localClientRows.ts';
import type { LocalClients } from './vscode/localClients.ts';
import type { ConfiguredServers } from './vscode/configuredServers.ts';
import { currentRow } from './vscode/currentRow.ts';
import type { FoundServers } from './vscode/foundServers.ts';
import type { Redirects } from './vscode/redirects.ts';
import type { SandboxCommands } from './vscode/sandboxCommands.ts';
import type { ServerMenu } from './vscode/serverMenu.ts';
import { signInCommand } from './vscode/signInCommand.ts';

export interface CommandTargets {
  readonly sessions: Sessions;
  /** Ends when the settings as they are have been followed. */
  readonly followed: () => Promise<void>;
  readonly redirects: Redirects;
  readonly ports: SessionPorts;
  readonly consents: ExtensionConsents;
  readonly configured: ConfiguredServers;
  readonly found: FoundServers;
  readonly menu: ServerMenu;
  readonly openFiles: () => Promise<OpenFiles>;
  readonly openPages: () => Promise<Pages>;
  readonly context: ExtensionContext;
  readonly showLog: () => void;
  readonly recentLog: () => readonly string[];
  readonly openSandbox: () => Promise<SandboxCommands>;
  readonly openLocalClients: () => Promise<LocalClients>;
}

/** What a command gets: the row that it was chosen on, of the kind that it is offered on, or nothing from the palette. */
export type Command = (row?: Session & ShareRow & DetailRow) => unknown;

export function registerCommands(targets: CommandTargets): Disposable {
  return Disposable.from(
    ...Object.entries(commandTable(targets)).map(([name, run]) =>
      commands.registerCommand(`mcpOAuth.${name}`, async (row?: Session & ShareRow & DetailRow) => {
        // Otherwise a sign-in that is begun right after a change of the settings ends with what it replaces.
        await targets.followed();
        return run(row && currentRow(row, targets.sessions));
      }),
    ),
  );
}

function commandTable(targets: CommandTargets): Readonly<Record<string, Command>> {
  const { sessions, openFiles, openPages, showLog, openSandbox, openLocalClients } = targets;
  const chosen =
    (name: ChosenCommand): Command =>
    async (row) =>
      (await import('./chosenCommands.ts'))
        .chosenCommands({ ...targets, keepSecret: writeClientSecret })
        [name](row);
  return {
    showServers: chosen('showServers'),
    signIn: (session) => signInCommand(sessions, session),
    signOut: chosen('signOut'),
    signOutOfAll: chosen('signOutOfAll'),
    forgetServer: chosen('forgetServer'),
    switchAccount: chosen('switchAccount'),
    useAccount: chosen('useAccount'),
    renameAccount: chosen('renameAccount'),
    signOutOfAccount: chosen('signOutOfAccount'),
    copyDetail: chosen('copyDetail'),
    refreshNow: chosen('refreshNow'),
    tryNow: chosen('tryNow'),
    testConnection: chosen('testConnection'),
    addServer: async () => (await openFiles()).addServer(),
    manageServer: async (row) => (await openFiles()).manageServer(row),
    giveBackServer: async (row) => (await openFiles()).giveBackServer(row),
    removeServer: async (row) => (await openFiles()).removeServer(row),
    enterValues: async (row) => (await openFiles()).enterValues(row),
    manageTrust: () => commands.executeCommand('workbench.trust.manage'),
    showLog,
    openKeyringHelp: async () => (await import('./keyring.ts')).keyring.openHelp(),
    openSettings: async (row) => (await openFiles()).openSettings(row),
    cancelSignIn: chosen('cancelSignIn'),
    copySignInLink: chosen('copySignInLink'),
    pasteCallback: chosen('pasteCallback'),
    configureClient: async (session) => (await openPages()).configureClient(session),
    setClientSecret: chosen('setClientSecret'),
    copyRedirectUris: chosen('copyRedirectUris'),
    shareWithLocalClient: async (session) => (await openLocalClients()).share(session),
    stopSharing: async () => (await openLocalClients()).stop(undefined),
    revokeShare: async (row) => (await openLocalClients()).stop(row),
    copyShareAddress: async (row) => (await openLocalClients()).copyAddress(row),
    manageExtensionAccess: chosen('manageExtensionAccess'),
    showTrace: chosen('showTrace'),
    copyDiagnostics: chosen('copyDiagnostics'),
    startSandbox: async () => (await openSandbox()).start(),
    stopSandbox: async () => (await openSandbox()).stop(),
    chooseSandboxFaults: async () => (await openSandbox()).chooseFaults(),
    copySandboxPassphrase: async () => (await openSandbox()).copyPassphrase(),
    openSandboxClientPage: async () => (await openSandbox()).openClientPage(),
  };
}
