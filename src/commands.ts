/** Every command of the manifest and what it runs. */
import { commands, Disposable } from 'vscode';
import type { SessionPorts } from './session/ports.ts';
import type { Session } from './session/session.ts';
import type { Sessions } from './session/sessions.ts';
import { switchAccountCommand } from './vscode/accountCommands.ts';
import { addServerCommand } from './vscode/addServerCommand.ts';
import { setClientSecretCommand } from './vscode/clientSecretCommand.ts';
import { pasteCallbackCommand } from './vscode/pasteCallbackCommand.ts';
import type { Redirects } from './vscode/redirects.ts';
import { copyRedirectUrisCommand } from './vscode/redirectUrisCommand.ts';
import { refreshCommand } from './vscode/refreshCommand.ts';
import type { SandboxCommands } from './vscode/sandboxCommands.ts';
import { signInCommand } from './vscode/signInCommand.ts';
import { forgetServerCommand, signOutCommand, signOutOfAllCommand } from './vscode/signOutCommands.ts';

export interface CommandTargets {
  readonly sessions: Sessions;
  readonly redirects: Redirects;
  readonly ports: SessionPorts;
  /** Follows the settings after one of the commands wrote to them. */
  readonly follow: () => Promise<void>;
  readonly showLog: () => void;
  readonly openSandbox: () => Promise<SandboxCommands>;
}

/** What a command gets: the row that it was chosen on, or nothing from the palette. */
type Command = (session?: Session) => unknown;

export function registerCommands(targets: CommandTargets): Disposable {
  return Disposable.from(
    ...Object.entries(commandTable(targets)).map(([name, run]) =>
      commands.registerCommand(`mcpOAuth.${name}`, run),
    ),
  );
}

function commandTable({
  sessions,
  redirects,
  ports,
  follow,
  showLog,
  openSandbox,
}: CommandTargets): Readonly<Record<string, Command>> {
  return {
    signIn: (session) => signInCommand(sessions, session),
    signOut: (session) => signOutCommand(sessions, session),
    signOutOfAll: () => signOutOfAllCommand(sessions),
    forgetServer: (session) => forgetServerCommand(sessions, session),
    switchAccount: (session) => switchAccountCommand(sessions, session),
    refreshNow: (session) => refreshCommand(sessions, session),
    tryNow: (session) => refreshCommand(sessions, session),
    addServer: () => addServerCommand(sessions, follow),
    showLog,
    openSettings: () => commands.executeCommand('workbench.action.openSettings', 'mcpOAuth.servers'),
    cancelSignIn: (session) => session?.cancelSignIn(),
    pasteCallback: () => pasteCallbackCommand({ sessions, redirects, records: ports }),
    setClientSecret: (session) => setClientSecretCommand(sessions, ports.store, session),
    copyRedirectUris: (session) => copyRedirectUrisCommand(sessions, redirects, session),
    startSandbox: async () => (await openSandbox()).start(),
    stopSandbox: async () => (await openSandbox()).stop(),
    chooseSandboxFaults: async () => (await openSandbox()).chooseFaults(),
    copySandboxPassphrase: async () => (await openSandbox()).copyPassphrase(),
  };
}
