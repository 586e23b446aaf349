/** The composition root: builds every part and hands it what it needs. Start-up opens nothing and contacts nobody. */
import { Disposable, env, UIKind, Uri, window, type ExtensionContext } from 'vscode';
import { registerCommands } from './commands.ts';
import { FilesOnDemand } from './filesOnDemand.ts';
import { Paths } from './gateway/paths.ts';
import { routeTo, type Refusal } from './gateway/route.ts';
import { Routes, serverKey } from './gateway/routes.ts';
import { GatewayOnDemand } from './gatewayOnDemand.ts';
import { noticeLostSecrets } from './lostSecrets.ts';
import { lookupAddresses } from './node/addressLookup.ts';
import { FileLock } from './node/fileLock.ts';
import { machine } from './node/machine.ts';
import type { LoopbackReceiver } from './node/loopbackReceiver.ts';
import { systemClock } from './node/systemClock.ts';
import { readTextFile } from './node/textFile.ts';
import { PagesOnDemand } from './pagesOnDemand.ts';
import type { SessionPorts } from './session/ports.ts';
import type { Session } from './session/session.ts';
import { Sessions } from './session/sessions.ts';
import { Sharing } from './sharing.ts';
import { followSignIns } from './signInsInProgress.ts';
import type { McpOAuthApi } from './vscode/api.ts';
import { ExtensionAccess } from './vscode/apiAccess.ts';
import { ExtensionConsents } from './vscode/apiConsents.ts';
import { ExtensionApi } from './vscode/apiExports.ts';
import { ExtensionAddresses } from './vscode/apiGateway.ts';
import { AuthenticationProviders } from './vscode/authenticationProviders.ts';
import { BlockedServers } from './vscode/blockedServers.ts';
import { externalBrowser } from './vscode/browser.ts';
import { awaitEarlierAnswers, callbackUri, externalAddress } from './vscode/callbackUri.ts';
import { ConfiguredServers, readClientDocument } from './vscode/configuredServers.ts';
import { ContextKeys } from './vscode/contextKeys.ts';
import { ShareRows } from './vscode/localClientRows.ts';
import { FoundServers } from './vscode/foundServers.ts';
import { createLog } from './vscode/log.ts';
import { registerMcpDefinitions, startMcpServer } from './vscode/mcpDefinitions.ts';
import { callbackPageTexts } from './vscode/messages/callbackPage.ts';
import { refusalSentences } from './vscode/messages/states.ts';
import { PersonAtEditor } from './vscode/person.ts';
import { Redirects } from './vscode/redirects.ts';
import type { ClientPages } from './vscode/runningSandbox.ts';
import type { SandboxCommands } from './vscode/sandboxCommands.ts';
import { createSecretRecords } from './vscode/secretRecords.ts';
import { ServerMenu } from './vscode/serverMenu.ts';
import { ServersTree, serversViewId } from './vscode/serversTree.ts';
import { RefusedStarts } from './vscode/refusedStarts.ts';
import { confirmChange } from './vscode/shownChange.ts';
import { SignInBadge } from './vscode/signInBadge.ts';
import { finishWithPerson, signInWithPerson } from './vscode/signInCommand.ts';
import { StatusBar } from './vscode/statusBar.ts';
import { workspacePreferences } from './vscode/workspacePreferences.ts';

/** Waits for what must not be broken off, such as a refresh that was sent; VS Code gives it a few seconds. */
let settle: () => Promise<void> = () => Promise.resolve();

export function deactivate(): Promise<void> {
  return settle();
}

export async function activate(context: ExtensionContext): Promise<McpOAuthApi> {
  const { log, channel, recent } = createLog();
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
  const person = new PersonAtEditor({
    browser: externalBrowser,
    showCode(...code) {
      pages.open().then(
        (opened) => opened.showDeviceCode(...code),
        (thrown: unknown) => log.error('device_code_page_not_opened', {}, thrown),
      );
    },
    copy: (text) => env.clipboard.writeText(text),
    openQuestions: () => import('./vscode/questions.ts'),
  });
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
  const checked = { store, state: context.globalState, log };
  // In the browser-hosted editor secrets are the browser's to keep, which has no keyring.
  const stopNoticing = linked === undefined ? noticeLostSecrets(sessions, checked) : undefined;

  const blockedServers = new BlockedServers(
    sessions,
    systemClock,
    (blocked) =>
      void import('./vscode/questions.ts')
        .then(({ inviteToSignIn }) => inviteToSignIn(sessions, blocked))
        .catch((thrown: unknown) => log.error('invitation_failed', {}, thrown)),
  );
  const refusedStarts = new RefusedStarts(sessions, systemClock, ({ server }) => {
    startMcpServer(context.extension.id, server).catch((thrown: unknown) =>
      log.error('server_not_started', { server: server.name }, thrown),
    );
  });
  const noteBlocked = (session: Session) => {
    blockedServers.note(session);
    refusedStarts.noteBlocked(session);
  };

  const paths = new Paths();
  const routes = new Routes(sessions, explainRefusal, noteBlocked);
  const consents = new ExtensionConsents(context.globalState);
  const addresses = new ExtensionAddresses(consents, serverKey);
  const gateway = new GatewayOnDemand({
    hosts: () => ['localhost'],
    find(path) {
      const key = addresses.serverKeyOf(paths.keyOf(path));
      return key === undefined ? undefined : routes.find(key);
    },
    messageAddress: 'fragment',
    clock: systemClock,
    onFault: (cause) => log.error('gateway_fault', {}, cause),
  });
  // What an extension still receives ends with the leave to use the sign-in; both live as long as the window.
  consents.onDidChange(() => {
    for (const key of addresses.withdrawn) gateway.cutOff(paths.pathOf(key));
  });

  const configured = new ConfiguredServers(ports, machine);
  const follow = async () => {
    await configured.read();
    await sessions.update(configured.servers);
  };
  let following = Promise.resolve();
  const followQuietly = () => {
    following = follow().catch((thrown: unknown) => log.error('settings_not_followed', {}, thrown));
  };
  await follow();

  const found = new FoundServers();
  const files = new FilesOnDemand(context, {
    ...{ sessions, configured, found, ports, follow },
    confirm: confirmChange,
  });

  const passphrases = new Map<string, () => Promise<void>>();
  const clientPages: ClientPages = new Map();
  const pages = new PagesOnDemand({
    ...{ sessions, redirects, ports, follow, clientPages },
    openFiles: () => files.open(),
  });

  // Most people never try it.
  let sandbox: Promise<SandboxCommands> | undefined;
  const openSandbox = () =>
    (sandbox ??= import('./sandboxTrial.ts').then((trial) =>
      trial.openSandbox(context, {
        ...{ sessions, store, configured, follow, passphrases, clientPages },
        putServer: async (name, entry) => (await files.open()).putServer(name, entry),
      }),
    ));

  const menu = new ServerMenu(context.extension.packageJSON, serversViewId);
  const shareRows = new ShareRows();
  const sharing = new Sharing(context, {
    sessions,
    ports,
    rows: shareRows,
    route: (session) => routeTo(session, explainRefusal, (blocked) => blockedServers.note(blocked)),
  });

  const api = new ExtensionApi({
    sessions,
    access: new ExtensionAccess(consents),
    signIn: signInWithPerson,
    gateway: {
      kind: gateway.address.kind,
      socketPath: gateway.address.path,
      pathFor: (asker, server) => paths.pathOf(addresses.keyFor(asker, server)),
      open: () => gateway.open(),
    },
  });

  const providers = new AuthenticationProviders(sessions, { signIn: signInWithPerson, ports });
  context.subscriptions.push(
    api,
    channel,
    followSignIns(sessions, passphrases, log),
    window.registerUriHandler(redirects),
    providers,
    new SignInBadge(sessions, providers),
    new ServersTree({
      ...{ sessions, configured, found, shares: shareRows, clock: systemClock },
      onFirstLook: () => files.look(),
    }),
    new StatusBar(sessions, menu),
    new ContextKeys(sessions),
    blockedServers,
    refusedStarts,
    registerMcpDefinitions(
      sessions,
      {
        kind: gateway.address.kind,
        socketPath: gateway.address.path,
        pathOf: (server) => paths.pathOf(serverKey(server)),
        open: () => gateway.open(),
      },
      (session) => refusedStarts.noteStart(session),
    ),
    configured.onDidChange(followQuietly),
    configured,
    found,
    files,
    pages,
    registerCommands({
      sessions,
      followed: () => following,
      redirects,
      ports,
      consents,
      ...{ configured, found, menu, context, recentLog: recent },
      openFiles: () => files.open(),
      openPages: () => pages.open(),
      showLog: () => channel.show(),
      openSandbox,
      openLocalClients: () => sharing.clients(),
    }),
    shareRows,
    sharing,
    new Disposable(
      () =>
        void sandbox?.then(
          (opened) => opened.dispose(),
          () => undefined,
        ),
    ),
    new Disposable(() => stopNoticing?.()),
    new Disposable(() => sessions.dispose()),
    new Disposable(() => gateway.close()),
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
  return api.exported;
}

function explainRefusal(refusal: Refusal, { server, state }: Session): string {
  return refusal.kind === 'blocked'
    ? refusalSentences.blocked(server.name, refusal.state)
    : refusalSentences[refusal.kind](server.name, state, 'words' in refusal ? refusal.words : undefined);
}
