/** Every command of the manifest and what it runs. */
import { commands, Disposable } from 'vscode';
import type { ChosenCommand } from './chosenCommands.ts';
import type { OpenFiles } from './configurationFiles.ts';
import { writeClientSecret } from './session/clientSecrets.ts';
import type { SessionPorts } from './session/ports.ts';
import type { Session } from './session/session.ts';
import type { Sessions } from './session/sessions.ts';
import type { ExtensionConsents } from './vscode/apiConsents.ts';
import type { ShareRow } from './vscode/localClientRows.ts';
import type { LocalClients } from './vscode/localClients.ts';
import type { ConfiguredServers } from './vscode/configuredServers.ts';
import type { Redirects } from './vscode/redirects.ts';
import type { SandboxCommands } from './vscode/sandboxCommands.ts';
import { signInCommand } from './vscode/signInCommand.ts';

export interface CommandTargets {
  readonly sessions: Sessions;
  /** Ends when the settings as they are have been followed. */
  readonly followed: () => Promise<void>;
  readonly redirects: Redirects;
  readonly ports: SessionPorts;
  readonly consents: ExtensionConsents;
  readonly configured: ConfiguredServers;
  readonly openFiles: () => Promise<OpenFiles>;
  readonly showLog: () => void;
  readonly openSandbox: () => Promise<SandboxCommands>;
  readonly openLocalClients: () => Promise<LocalClients>;
}

/** What a command gets: the row that it was chosen on, of the kind that it is offered on, or nothing from the palette. */
export type Command = (row?: Session & ShareRow) => unknown;

export function registerCommands(targets: CommandTargets): Disposable {
  return Disposable.from(
    ...Object.entries(commandTable(targets)).map(([name, run]) =>
      commands.registerCommand(`mcpOAuth.${name}`, async (row?: Session & ShareRow) => {
        // Otherwise a sign-in that is begun right after a change of the settings ends with what it replaces.
        await targets.followed();
        return run(row && upToDate(row, targets.sessions));
      }),
    ),
  );
}

/** A row may be for a session that a change of the settings has replaced. */
function upToDate<Chosen extends Session & ShareRow>(row: Chosen, sessions: Sessions): Chosen {
  const { server } = row as Partial<Session>;
  const session = server && sessions.find(server.name);
  return session === undefined ? row : (session as Chosen);
}

function commandTable(targets: CommandTargets): Readonly<Record<string, Command>> {
  const { sessions, openFiles, showLog, openSandbox, openLocalClients } = targets;
  const chosen =
    (name: ChosenCommand): Command =>
    async (row) =>
      (await import('./chosenCommands.ts'))
        .chosenCommands({ ...targets, keepSecret: writeClientSecret })
        [name](row);
  return {
    signIn: (session) => signInCommand(sessions, session),
    signOut: chosen('signOut'),
    signOutOfAll: chosen('signOutOfAll'),
    forgetServer: chosen('forgetServer'),
    switchAccount: chosen('switchAccount'),
    refreshNow: chosen('refreshNow'),
    tryNow: chosen('tryNow'),
    addServer: async () => (await openFiles()).addServer(),
    manageServer: async (row) => (await openFiles()).manageServer(row),
    giveBackServer: async (row) => (await openFiles()).giveBackServer(row),
    removeServer: async (row) => (await openFiles()).removeServer(row),
    enterValues: async (row) => (await openFiles()).enterValues(row),
    manageTrust: () => commands.executeCommand('workbench.trust.manage'),
    showLog,
    openSettings: async (row) => (await openFiles()).openSettings(row),
    cancelSignIn: (session) => session?.cancelSignIn(),
    pasteCallback: chosen('pasteCallback'),
    setClientSecret: chosen('setClientSecret'),
    copyRedirectUris: chosen('copyRedirectUris'),
    shareWithLocalClient: async (session) => (await openLocalClients()).share(session),
    stopSharing: async () => (await openLocalClients()).stop(undefined),
    revokeShare: async (row) => (await openLocalClients()).stop(row),
    copyShareAddress: async (row) => (await openLocalClients()).copyAddress(row),
    manageExtensionAccess: chosen('manageExtensionAccess'),
    startSandbox: async () => (await openSandbox()).start(),
    stopSandbox: async () => (await openSandbox()).stop(),
    chooseSandboxFaults: async () => (await openSandbox()).chooseFaults(),
    copySandboxPassphrase: async () => (await openSandbox()).copyPassphrase(),
  };
}
