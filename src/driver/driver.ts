/** The engine, the sessions and the gateway without an editor, for one server. */
import path from 'node:path';
import { Gateway } from '../gateway/gateway.ts';
import { Paths } from '../gateway/paths.ts';
import type { Refusal } from '../gateway/route.ts';
import { lookupAddresses } from '../node/addressLookup.ts';
import type { CallbackPageTexts } from '../node/callbackPage.ts';
import { systemCode } from '../node/exclusivePort.ts';
import { FileLock } from '../node/fileLock.ts';
import { FolderRecords } from '../node/folderRecords.ts';
import { LoopbackReceiver } from '../node/loopbackReceiver.ts';
import { PortListener } from '../node/portListener.ts';
import { systemClock } from '../node/systemClock.ts';
import { readTextFile } from '../node/textFile.ts';
import type { Server } from '../servers/server.ts';
import { writeClientSecret } from '../session/clientSecrets.ts';
import { LocalLock } from '../session/localLock.ts';
import type { Lock, Log, RecordStore } from '../session/ports.ts';
import type { Session } from '../session/session.ts';
import { Sessions } from '../session/sessions.ts';
import { commandBrowser } from './commandBrowser.ts';
import type { Conformance, Environment } from './conformanceContext.ts';
import { DriverFailure } from './driverFailure.ts';
import { driverPerson } from './driverPerson.ts';
import { DriverRedirects } from './driverRedirects.ts';
import { driverRoute } from './driverRoute.ts';
import { followingBrowser } from './followingBrowser.ts';
import { MemoryRecords } from './memoryRecords.ts';

export interface DriverStart {
  readonly serverUrl: string;
  readonly conformance: Conformance;
  readonly environment: Environment;
  readonly pageTexts: CallbackPageTexts;
  readonly log: Log;
  /** Shows one line to whoever started the program; undefined where nobody reads it. */
  readonly say: ((line: string) => void) | undefined;
  /** A sentence for an MCP client, in place of an answer. */
  readonly explain: (refusal: Refusal, session: Session) => string;
}

export interface Driver {
  readonly session: Session;
  /** Where an MCP client reaches the server. */
  readonly gatewayUrl: string;
  /** Ends what listens and waits, at once. */
  close(): void;
}

/** @throws DriverFailure `usage` for a folder that cannot be used; what the network throws where nothing can be listened at. */
export async function startDriver(start: DriverStart): Promise<Driver> {
  const { serverUrl, conformance, environment, log } = start;
  const { store, lock, closeStore } = await openRecords(environment['MCP_OAUTH_STATE'], log);
  const redirects = new DriverRedirects(new LoopbackReceiver(start.pageTexts), start.say !== undefined);
  const command = environment['BROWSER'];
  const sessions = new Sessions({
    clock: systemClock,
    fetch: (url, init) => fetch(url, init),
    lookup: lookupAddresses,
    store,
    lock,
    preferences: { read: () => undefined, write: () => undefined },
    random: Math.random,
    browser:
      command === undefined || command === ''
        ? followingBrowser((url) => redirects.isAwaited(url))
        : commandBrowser(command, () => redirects.answerOver()),
    redirects,
    person: driverPerson(start.say ?? (() => undefined)),
    readFile: (path) =>
      conformance.assertion === undefined ? readTextFile(path) : Promise.resolve(conformance.assertion),
    log,
    softwareVersion: 'driver',
    clientDocument: () => environment['MCP_OAUTH_CLIENT_DOCUMENT'],
  });
  const name = new URL(serverUrl).host;
  const server: Server = { name, url: serverUrl, headers: {}, oauth: conformance.oauth };
  await keepSecrets(store, server, conformance);
  await sessions.update([server]);
  await sessions.sweep();
  const [session] = sessions.all;
  if (session === undefined) throw new Error('The session did not open.');

  let host = '';
  const paths = new Paths();
  const route = driverRoute(session, start.explain);
  const gateway = new Gateway({
    hosts: () => [host],
    find: (path) => (paths.keyOf(path) === undefined ? undefined : route),
    messageAddress: 'path',
    clock: systemClock,
    onFault: (cause) => log.error('gateway_fault', {}, cause),
  });
  const listener = new PortListener(gateway.listener);
  await listener.open();
  host = listener.address?.host ?? '';
  return {
    session,
    gatewayUrl: `http://${host}${paths.pathOf(name)}`,
    close() {
      listener.close();
      sessions.dispose();
      closeStore();
    },
  };
}

interface OpenRecords {
  readonly store: RecordStore;
  readonly lock: Lock;
  readonly closeStore: () => void;
}

/** Where no folder is named, nothing outlives the program. */
async function openRecords(folder: string | undefined, log: Log): Promise<OpenRecords> {
  if (folder === undefined || folder === '')
    return { store: new MemoryRecords(), lock: new LocalLock(), closeStore: () => undefined };
  const store = await FolderRecords.open(folder).catch((thrown: unknown) => {
    const reason = systemCode(thrown) ?? 'unreadable';
    throw new DriverFailure('usage', `MCP_OAUTH_STATE names no folder that can be used (${reason}).`);
  });
  const lock = new FileLock(path.join(folder, 'locks'), systemClock, (cause) =>
    log.error('lock_failed', {}, cause),
  );
  return { store, lock, closeStore: () => store.close() };
}

async function keepSecrets(store: RecordStore, server: Server, conformance: Conformance): Promise<void> {
  const { clientSecret, identityProviderSecret } = conformance;
  if (clientSecret !== undefined) await writeClientSecret(store, server, 'client', clientSecret);
  if (identityProviderSecret !== undefined)
    await writeClientSecret(store, server, 'identityProvider', identityProviderSecret);
}
