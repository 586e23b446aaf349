/** The composition root: builds every part and hands it what it needs. Start-up opens nothing and contacts nobody. */
import { Disposable, env, UIKind, Uri, window, workspace, type ExtensionContext } from 'vscode';
import { registerCommands } from './commands.ts';
import { Gateway } from './gateway/gateway.ts';
import { routeTo, type Refusal } from './gateway/route.ts';
import { lookupAddresses } from './node/addressLookup.ts';
import { FileLock } from './node/fileLock.ts';
import type { LoopbackReceiver } from './node/loopbackReceiver.ts';
import { SocketListener } from './node/socketListener.ts';
import { systemClock } from './node/systemClock.ts';
import { readTextFile } from './node/textFile.ts';
import type { Server } from './servers/server.ts';
import type { SessionPorts } from './session/ports.ts';
import type { Session } from './session/session.ts';
import { Sessions } from './session/sessions.ts';
import { AuthenticationProviders } from './vscode/authenticationProviders.ts';
import { externalBrowser } from './vscode/browser.ts';
import { awaitEarlierAnswers, callbackUri, externalAddress } from './vscode/callbackUri.ts';
import {
  onDidChangeConfiguredServers,
  readClientDocument,
  readConfiguredServers,
} from './vscode/configuredServers.ts';
import { ContextKeys } from './vscode/contextKeys.ts';
import { createLog } from './vscode/log.ts';
import { registerMcpDefinitions } from './vscode/mcpDefinitions.ts';
import { callbackPageTexts } from './vscode/messages/questions.ts';
import { refusalSentences } from './vscode/messages/states.ts';
import { PersonAtEditor } from './vscode/person.ts';
import { Redirects } from './vscode/redirects.ts';
import type { SandboxCommands } from './vscode/sandboxCommands.ts';
import { createSecretRecords } from './vscode/secretRecords.ts';
import { ServersTree } from './vscode/serversTree.ts';
import { SignInBadge } from './vscode/signInBadge.ts';
import { finishWithPerson, signInWithPerson } from './vscode/signInCommand.ts';
import { StatusBar } from './vscode/statusBar.ts';
import { workspacePreferences } from './vscode/workspacePreferences.ts';

/** Waits for what must not be broken off, such as a refresh that was sent; VS Code gives it a few seconds. */
let settle: () => Promise<void> = () => Promise.resolve();

export function deactivate(): Promise<void> {
  return settle();
}

export async function activate(context: ExtensionContext): Promise<void> {
  const { log, channel } = createLog();
  // Needed by who signs in.
  let loopback: Promise<LoopbackReceiver> | undefined;
  const openLoopback = () =>
    (loopback ??= import('./node/loopbackReceiver.ts').then(
      ({ LoopbackReceiver }) => new LoopbackReceiver(callbackPageTexts(), externalAddress),
    ));
  const redirects = new Redirects({
    callback: () => callbackUri(context.extension.id),
    externalize: externalAddress,
    loopback: {
      prepare: async (settings) => (await openLoopback()).prepare(settings),
      receive: async (state, signal) => (await openLoopback()).receive(state, signal),
    },
    onUnclaimed(received) {
      finishWithPerson(sessions, received).catch((thrown: unknown) =>
        log.error('redirect_failed', {}, thrown),
      );
    },
  });
  const inStorage = (...names: string[]) => Uri.joinPath(context.globalStorageUri, ...names).fsPath;
  const secrets = createSecretRecords(context.secrets, systemClock);
  // The desktop has one secret storage for all windows; in the browser-hosted editor each has a copy of its own.
  const linked =
    env.uiKind === UIKind.Web
      ? await import('./node/linkedRecords.ts').then(({ LinkedRecords }) =>
          LinkedRecords.open(secrets, {
            folder: inStorage(),
            clock: systemClock,
            onFault: (cause) => log.error('window_link_fault', {}, cause),
          }),
        )
      : undefined;
  const store = linked ?? secrets;
  const lock = new FileLock(inStorage('locks'), systemClock, (cause) => log.error('lock_failed', {}, cause));
  const person = new PersonAtEditor(externalBrowser);
  const ports: SessionPorts = {
    clock: systemClock,
    fetch: (url, init) => fetch(url, init),
    lookup: lookupAddresses,
    store,
    lock,
    preferences: workspacePreferences(context.workspaceState),
    random: Math.random,
    browser: externalBrowser,
    redirects,
    person,
    readFile: readTextFile,
    log,
    softwareVersion: String((context.extension.packageJSON as { version: unknown }).version),
    clientDocument: readClientDocument,
  };
  const sessions = new Sessions(ports);
  settle = () => sessions.settled();

  const gateway = new Gateway({
    hosts: () => ['localhost'],
    route(key) {
      const session = sessions.all.find(({ server }) => serverKey(server) === key);
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
  const followQuietly = () =>
    void follow().catch((thrown: unknown) => log.error('settings_not_followed', {}, thrown));
  await follow();

  // Most people never try it.
  let sandbox: Promise<SandboxCommands> | undefined;
  const openSandbox = () =>
    (sandbox ??= import('./sandboxTrial.ts').then((trial) =>
      trial.openSandbox(context, { sessions, store, follow }),
    ));

  context.subscriptions.push(
    channel,
    person,
    window.registerUriHandler(redirects),
    new AuthenticationProviders(sessions, signInWithPerson),
    new SignInBadge(sessions),
    new ServersTree(sessions, () => configured.problems),
    new StatusBar(sessions),
    new ContextKeys(sessions),
    registerMcpDefinitions(sessions, {
      kind: listener.address.kind,
      socketPath: listener.address.path,
      pathOf: (server) => gateway.pathOf(serverKey(server)),
      open: () => listener.open(),
    }),
    onDidChangeConfiguredServers(followQuietly),
    workspace.onDidGrantWorkspaceTrust(followQuietly),
    registerCommands({ sessions, redirects, ports, follow, showLog: () => channel.show(), openSandbox }),
    new Disposable(
      () =>
        void sandbox?.then(
          (opened) => opened.dispose(),
          () => undefined,
        ),
    ),
    new Disposable(() => sessions.dispose()),
    new Disposable(() => listener.close()),
    new Disposable(() => linked?.close()),
  );
  sessions
    .sweep()
    .then((waiting) =>
      awaitEarlierAnswers(
        context.extension.id,
        waiting.map(({ authorization }) => authorization.redirectUri),
      ),
    )
    .catch((thrown: unknown) => log.error('sweep_failed', {}, thrown));
}

/** A server as it is configured; another address or other headers make it another one. */
function serverKey(server: Server): string {
  return JSON.stringify(server);
}

function explainRefusal(refusal: Refusal, { server }: Session): string {
  return refusal.kind === 'blocked'
    ? refusalSentences.blocked(server.name, refusal.state)
    : refusalSentences[refusal.kind](server.name);
}
