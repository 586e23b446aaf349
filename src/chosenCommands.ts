/** What a person chooses to do with servers, beside signing in. Loaded with the first of these commands. */
import type { Command, CommandTargets } from './commands.ts';
import { switchAccountCommand } from './vscode/accountCommands.ts';
import { manageExtensionAccessCommand } from './vscode/apiAccessCommand.ts';
import { setClientSecretCommand } from './vscode/clientSecretCommand.ts';
import { pasteCallbackCommand } from './vscode/pasteCallbackCommand.ts';
import { copyRedirectUrisCommand } from './vscode/redirectUrisCommand.ts';
import { refreshCommand } from './vscode/refreshCommand.ts';
import type { writeClientSecret } from './session/clientSecrets.ts';
import { forgetServerCommand, signOutCommand, signOutOfAllCommand } from './vscode/signOutCommands.ts';

export type ChosenCommand =
  | 'signOut'
  | 'signOutOfAll'
  | 'forgetServer'
  | 'switchAccount'
  | 'refreshNow'
  | 'tryNow'
  | 'pasteCallback'
  | 'setClientSecret'
  | 'copyRedirectUris'
  | 'manageExtensionAccess';

/** What the start-up lends, since it is loaded there already. */
export interface ChosenParts extends CommandTargets {
  readonly keepSecret: typeof writeClientSecret;
}

export function chosenCommands({
  sessions,
  redirects,
  ports,
  consents,
  configured,
  keepSecret,
}: ChosenParts): Readonly<Record<ChosenCommand, Command>> {
  return {
    signOut: (session) => signOutCommand(sessions, session),
    signOutOfAll: () => signOutOfAllCommand(sessions),
    forgetServer: (session) => forgetServerCommand(sessions, configured, session),
    switchAccount: (session) => switchAccountCommand(sessions, session),
    refreshNow: (session) => refreshCommand(sessions, session),
    tryNow: (session) => refreshCommand(sessions, session),
    pasteCallback: () => pasteCallbackCommand({ sessions, redirects, records: ports }),
    setClientSecret: (session) =>
      setClientSecretCommand(sessions, { store: ports.store, keepSecret }, session),
    copyRedirectUris: (session) => copyRedirectUrisCommand(sessions, redirects, session),
    manageExtensionAccess: () => manageExtensionAccessCommand(consents),
  };
}
