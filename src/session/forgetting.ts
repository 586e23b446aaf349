/** Leaves nothing of a server in the store: grants, registrations, secrets, attempts, shares, and what was set aside. */
import { removeRegistration } from '../oauth/registrationManagement.ts';
import { withDeadline } from '../oauth/transport.ts';
import type { ClientIdentity } from '../oauth/wire/client.ts';
import type { Server } from '../servers/server.ts';
import { openTransport } from './attempt.ts';
import { secretPrefix } from './clientSecrets.ts';
import type { SessionPorts } from './ports.ts';
import {
  bindingPrefix,
  grantRecords,
  pendingPrefix,
  pendingRecords,
  registrationPrefix,
  registrationRecords,
  serverIn,
  serverOfGrantKey,
  type GrantRecord,
  type RegistrationRecord,
} from './records.ts';
import { revokeGrant } from './revocation.ts';
import { sharePrefix } from './shareRecords.ts';
import { isAsideOf, keepRecord, readRecord } from './storedRecord.ts';

/** Nobody who forgets a server waits longer for it. */
const removalMs = 10_000;

/**
 * By name: also what an earlier address of the server left behind. Grants that are in use have to be signed out of first.
 * What is kept here is gone before any server is told of it, however long that takes.
 */
export async function forgetServer(server: Server, ports: SessionPorts): Promise<void> {
  const keys = await ports.store.keys();
  const grants = await takeGrants(server, keys, ports);
  const registrations = await takeRegistrations(server, keys, ports);
  await forgetAttempts(server, keys, ports);
  await forgetRest(server, ports);
  ports.preferences.write(server.name, undefined);
  ports.log.info('forgotten', { server: server.name });
  await Promise.all(grants.map((grant) => revokeGrant({ ...server, url: grant.serverUrl }, grant, ports)));
  await Promise.all(registrations.map((registration) => takeBack(server, registration, ports)));
}

/** Grants that the settings kept from being used were not signed out of. */
async function takeGrants(
  server: Server,
  keys: readonly string[],
  ports: SessionPorts,
): Promise<readonly GrantRecord[]> {
  const grants: GrantRecord[] = [];
  for (const key of keys.filter((key) => serverOfGrantKey(key)?.name === server.name)) {
    const grant = await readRecord(ports, key, grantRecords);
    await ports.store.remove(key);
    if (grant !== undefined) grants.push(grant);
  }
  return grants;
}

/** A client that other servers use, too, stays theirs; one that nobody is known to use goes along. */
async function takeRegistrations(
  server: Server,
  keys: readonly string[],
  ports: SessionPorts,
): Promise<readonly RegistrationRecord[]> {
  const inUse = await clientsInUse(keys, server, ports);
  const taken: RegistrationRecord[] = [];
  for (const key of keys.filter((key) => key.startsWith(registrationPrefix))) {
    await ports.lock.hold(key, async () => {
      const record = await readRecord(ports, key, registrationRecords);
      if (record === undefined) return;
      const { servers, issuer, client } = record;
      const others = servers.filter(([name]) => name !== server.name);
      const isOthers = others.length > 0 || inUse.has(clientAt(issuer, client));
      if (!isOthers) {
        await ports.store.remove(key);
        taken.push(record);
      } else if (others.length < servers.length) {
        await keepRecord(ports, key, registrationRecords, { ...record, servers: others });
      }
    });
  }
  return taken;
}

/** Registrations of earlier versions do not say who uses them; the grants of other servers do. */
async function clientsInUse(
  keys: readonly string[],
  server: Server,
  ports: SessionPorts,
): Promise<ReadonlySet<string>> {
  const others = keys.filter((key) => (serverOfGrantKey(key)?.name ?? server.name) !== server.name);
  const grants = await Promise.all(others.map((key) => readRecord(ports, key, grantRecords)));
  return new Set(
    grants.flatMap((grant) =>
      grant === undefined ? [] : [clientAt(grant.authorizationServer.issuer, grant.client)],
    ),
  );
}

/** Two authorization servers may call different clients the same. */
function clientAt(issuer: string, { clientId }: ClientIdentity): string {
  return JSON.stringify([issuer, clientId]);
}

async function takeBack(server: Server, record: RegistrationRecord, ports: SessionPorts): Promise<void> {
  const { issuer, registrationEndpoint, client } = record;
  if (client.management === undefined) return;
  const transport = openTransport(server, ports, issuer);
  const where = { issuer, ...(registrationEndpoint !== undefined && { registrationEndpoint }) };
  try {
    const removed = await withDeadline(ports.clock, removalMs, new URL(issuer).host, undefined, (signal) =>
      removeRegistration(transport, where, client, signal),
    );
    ports.log.info('registration_removed', { server: server.name, removed: String(removed) });
  } catch (thrown) {
    ports.log.error('registration_not_removed', { server: server.name }, thrown);
  }
}

async function forgetAttempts(server: Server, keys: readonly string[], ports: SessionPorts): Promise<void> {
  for (const key of keys.filter((key) => key.startsWith(pendingPrefix))) {
    const attempt = await readRecord(ports, key, pendingRecords);
    if (attempt?.serverName === server.name) await ports.store.remove(key);
  }
}

/** Everything else that is kept under the name of the server, what was set aside just now included. */
async function forgetRest(server: Server, ports: SessionPorts): Promise<void> {
  const isOwn = (key: string) =>
    [secretPrefix, bindingPrefix, sharePrefix, 'grant:'].some((prefix) => key.startsWith(prefix)) &&
    serverIn(key)?.name === server.name;
  const keys = await ports.store.keys();
  const left = keys.filter((key) => isOwn(key) || isAsideOf(key, isOwn));
  await Promise.all(left.map((key) => ports.store.remove(key)));
}
