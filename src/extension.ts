/** The composition root: builds every part and hands it what it needs. Start-up opens nothing and contacts nobody. */
import { commands, Disposable, window, type ExtensionContext } from 'vscode';
import { Gateway } from './gateway/gateway.ts';
import { routeTo } from './gateway/route.ts';
import { SocketListener } from './node/socketListener.ts';
import { systemClock } from './node/systemClock.ts';
import { toAuthError } from './oauth/authError.ts';
import type { Session } from './session/session.ts';
import { Sessions } from './session/sessions.ts';
import { addServerCommand } from './vscode/addServerCommand.ts';
import { AuthenticationProviders } from './vscode/authenticationProviders.ts';
import { externalBrowser } from './vscode/browser.ts';
import { CallbackUri } from './vscode/callbackUri.ts';
import { onDidChangeConfiguredServers, readConfiguredServers } from './vscode/configuredServers.ts';
import { createLog } from './vscode/log.ts';
import { registerMcpDefinitions } from './vscode/mcpDefinitions.ts';
import { refusalSentences } from './vscode/messages.ts';
import { createSecretRecords } from './vscode/secretRecords.ts';
import { ServersTree } from './vscode/serversTree.ts';
import { SignInBadge } from './vscode/signInBadge.ts';
import { offerRemedy, signInCommand, signInWithPerson, signOutCommand } from './vscode/signInCommand.ts';
import { StatusBar } from './vscode/statusBar.ts';

export async function activate(context: ExtensionContext): Promise<void> {
  const { log, channel } = createLog();
  const callback = new CallbackUri(context.extension.id, (received) => void finishUnclaimed(received));
  const sessions = new Sessions({
    clock: systemClock,
    fetch: (url, init) => fetch(url, init),
    store: createSecretRecords(context.secrets),
    browser: externalBrowser,
    redirects: callback,
    log,
    softwareVersion: String((context.extension.packageJSON as { version: unknown }).version),
  });

  const gateway = new Gateway({
    route(serverName) {
      const session = sessions.find(serverName);
      return session && routeTo(session, explainRefusal);
    },
    onFault: (cause) => log.error('gateway_fault', {}, cause),
  });
  const listener = new SocketListener(gateway.listener);

  let configured = readConfiguredServers();
  const follow = () => {
    configured = readConfiguredServers();
    return sessions.update(configured.servers);
  };
  await follow();

  const onSession = (command: (session: Session) => unknown) => (session?: Session) =>
    session && command(session);
  context.subscriptions.push(
    channel,
    window.registerUriHandler(callback),
    new AuthenticationProviders(sessions, signInWithPerson),
    new SignInBadge(sessions),
    new ServersTree(sessions, () => configured.problems),
    new StatusBar(sessions),
    registerMcpDefinitions(sessions, {
      kind: listener.address.kind,
      socketPath: listener.address.path,
      pathOf: (serverName) => gateway.pathOf(serverName),
      open: () => listener.open(),
    }),
    onDidChangeConfiguredServers(() => void follow()),
    commands.registerCommand('mcpOAuth.signIn', (session?: Session) => signInCommand(sessions, session)),
    commands.registerCommand('mcpOAuth.signOut', (session?: Session) => signOutCommand(sessions, session)),
    commands.registerCommand('mcpOAuth.addServer', () => addServerCommand(sessions, follow)),
    commands.registerCommand('mcpOAuth.showLog', () => channel.show()),
    commands.registerCommand('mcpOAuth.openSettings', () =>
      commands.executeCommand('workbench.action.openSettings', 'mcpOAuth.servers'),
    ),
    commands.registerCommand(
      '_mcpOAuth.cancelSignIn',
      onSession((session) => session.cancelSignIn()),
    ),
    new Disposable(() => sessions.dispose()),
    new Disposable(() => void listener.close()),
  );
  await sessions.sweep();

  async function finishUnclaimed(received: string): Promise<void> {
    try {
      await sessions.finish(received);
    } catch (thrown) {
      log.error('redirect_failed', {}, toAuthError(thrown).cause);
    }
  }
}

function explainRefusal(
  refusal: Parameters<ReturnType<typeof routeTo>['explain']>[0],
  { server }: Session,
): string {
  return refusal.kind === 'blocked'
    ? refusalSentences.blocked(server.name, refusal.state)
    : refusalSentences[refusal.kind](server.name);
}
