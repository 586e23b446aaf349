/** What a person chooses to do with servers, beside signing in. Loaded with the first of these commands. */
import type { Command, CommandTargets } from './commands.ts';
import { testConnection } from './connectionTest.ts';
import { switchAccountCommand } from './vscode/accountCommands.ts';
import { manageExtensionAccessCommand } from './vscode/apiAccessCommand.ts';
import { cancelSignInCommand } from './vscode/cancelSignInCommand.ts';
import { copyDiagnosticsCommand, type Manifest } from './vscode/diagnostics.ts';
import { testConnectionCommand } from './vscode/connectionTestCommand.ts';
import { setClientSecretCommand } from './vscode/clientSecretCommand.ts';
import { copySignInLinkCommand } from './vscode/copySignInLinkCommand.ts';
import {
  copyDetailCommand,
  renameAccountCommand,
  signOutOfAccountCommand,
  useAccountCommand,
} from './vscode/detailCommands.ts';
import { pasteCallbackCommand } from './vscode/pasteCallbackCommand.ts';
import { copyRedirectUrisCommand } from './vscode/redirectUrisCommand.ts';
import { refreshCommand } from './vscode/refreshCommand.ts';
import type { writeClientSecret } from './session/clientSecrets.ts';
import { showServersCommand } from './vscode/serverList.ts';
import { showTraceCommand, traceDocuments } from './vscode/traceDocument.ts';
import { forgetServerCommand, signOutCommand, signOutOfAllCommand } from './vscode/signOutCommands.ts';

export { readEnteredSecret } from './vscode/enteredSecret.ts';

export type ChosenCommand =
  | 'showServers'
  | 'signOut'
  | 'signOutOfAll'
  | 'forgetServer'
  | 'switchAccount'
  | 'useAccount'
  | 'renameAccount'
  | 'signOutOfAccount'
  | 'copyDetail'
  | 'refreshNow'
  | 'tryNow'
  | 'testConnection'
  | 'cancelSignIn'
  | 'copySignInLink'
  | 'pasteCallback'
  | 'setClientSecret'
  | 'copyRedirectUris'
  | 'manageExtensionAccess'
  | 'showTrace'
  | 'copyDiagnostics';

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
  found,
  menu,
  openFiles,
  context,
  recentLog,
  keepSecret,
}: ChosenParts): Readonly<Record<ChosenCommand, Command>> {
  const traces = traceDocuments(context, sessions);
  return {
    showServers: () =>
      showServersCommand({ sessions, configured, found, menu }, () => {
        openFiles()
          .then((files) => files.read())
          .catch((thrown: unknown) => ports.log.error('server_files_not_opened', {}, thrown));
      }),
    signOut: (session) => signOutCommand(sessions, session),
    signOutOfAll: () => signOutOfAllCommand(sessions),
    forgetServer: (session) => forgetServerCommand(sessions, configured, session),
    switchAccount: (session) => switchAccountCommand(sessions, session),
    useAccount: (row) => useAccountCommand(sessions, row),
    renameAccount: (row) => renameAccountCommand(sessions, row),
    signOutOfAccount: (row) => signOutOfAccountCommand(sessions, row),
    copyDetail: (row) => copyDetailCommand(row),
    refreshNow: (session) => refreshCommand(sessions, session),
    tryNow: (session) => refreshCommand(sessions, session),
    testConnection: (session) =>
      testConnectionCommand(
        {
          sessions,
          test: (tested, cancelled) => testConnection(tested, ports, cancelled),
        },
        session,
      ),
    cancelSignIn: (session) => cancelSignInCommand(session, ports.clock),
    copySignInLink: (session) => copySignInLinkCommand(sessions, session),
    pasteCallback: (session) => pasteCallbackCommand({ sessions, redirects, records: ports }, session),
    setClientSecret: (session) =>
      setClientSecretCommand(
        sessions,
        {
          ...{ store: ports.store, clock: ports.clock, keepSecret },
          boundIssuer: async (server) => (await import('./session/dealings.ts')).boundIssuer(ports, server),
        },
        session,
      ),
    copyRedirectUris: (session) => copyRedirectUrisCommand(sessions, redirects, session),
    manageExtensionAccess: () => manageExtensionAccessCommand(consents),
    showTrace: (session) => showTraceCommand(sessions, traces, session),
    copyDiagnostics: (session) =>
      copyDiagnosticsCommand(
        {
          ...{ sessions, configured, recentLog },
          documents: traces,
          manifest: context.extension.packageJSON as Manifest,
          state: context.globalState,
        },
        session,
      ),
  };
}
