/** Finds the grants of a server, and tells what each is good for. */
import { asksAgain, type SignInServer } from './attempt.ts';
import type { GrantKeys } from './grantKeys.ts';
import type { SessionPorts } from './ports.ts';
import { grantKey, grantRecords, type GrantRecord } from './records.ts';
import type { NeedsAuthReason } from './state.ts';
import { findRecord, keepRecord } from './storedRecord.ts';

/** What is stored for a server. */
export interface StoredGrants {
  /** Those that it may use. */
  readonly grants: readonly GrantRecord[];
  /** Why there is nothing to use, where something is there. */
  readonly unused: NeedsAuthReason | undefined;
  /** Whether something may be there that cannot be read now. */
  readonly isUnread: boolean;
}

export async function readGrants(
  ports: SessionPorts,
  server: SignInServer,
  keys: GrantKeys,
): Promise<StoredGrants> {
  const ofName = keys.named(server.name);
  const own = ofName.filter(({ url }) => url === server.url);
  const read = await Promise.all(own.map(({ key }) => readGrant(ports, server, key)));
  const found = read.filter((grant) => typeof grant === 'object');
  const grants = found.filter((grant) => isFor(server, grant));
  const isUnread = read.includes('unreadable');
  if (found.length > grants.length) return { grants, unused: 'settings_changed', isUnread };
  return { grants, unused: ofName.length > own.length ? 'address_changed' : undefined, isUnread };
}

/** The grant under a key; one from before there were several accounts is moved to where it belongs now. */
async function readGrant(
  ports: SessionPorts,
  server: SignInServer,
  key: string,
): Promise<GrantRecord | 'unreadable' | undefined> {
  const found = await findRecord(ports, key, grantRecords);
  if (found.kind !== 'record') return found.kind === 'unreadable' ? 'unreadable' : undefined;
  const grant = found.record;
  if (key === grantKey(server, grant)) return grant;
  const place = grantKey(server, grant);
  try {
    return await ports.lock.hold(place, async () => {
      // What is there was kept since, by another window that moved it first and may have renewed it.
      const there = await findRecord(ports, place, grantRecords);
      if (there.kind === 'unreadable') return grant;
      if (there.kind === 'absent') await keepRecord(ports, place, grantRecords, grant);
      await ports.store.remove(key);
      if (ports.preferences.read(server.name) === key) ports.preferences.write(server.name, place);
      return there.kind === 'record' ? there.record : grant;
    });
  } catch (thrown) {
    ports.log.error('record_not_moved', { record: 'grant' }, thrown);
  }
  return grant;
}

/** Settings may say since that another issuer, resource or client is meant: what was given for one serves no other. */
export function isFor({ url, oauth }: SignInServer, grant: GrantRecord): boolean {
  const { issuer, resource, clientId } = oauth;
  return (
    grant.serverUrl === url &&
    (issuer === undefined ? grant.isIssuerChosen !== true : issuer === grant.authorizationServer.issuer) &&
    (resource === undefined || (resource === false ? undefined : resource) === grant.resource) &&
    (clientId === undefined || clientId === grant.client.clientId)
  );
}

/** What of a grant must not be shown, also when a server repeats it in its words. */
export function secretsIn({
  accessToken,
  refreshToken,
  client,
}: GrantRecord): readonly (string | undefined)[] {
  return [accessToken, refreshToken, client.clientSecret, client.management?.token];
}

/** Checklist 11.12: clocks differ, and a request takes its time; of a short life no more than a quarter is given away. */
const marginMs = 60_000;

export function isRenewable(server: SignInServer, grant: GrantRecord): boolean {
  return grant.refreshToken !== undefined || asksAgain(server);
}

/** Whether the token should no longer be sent. */
export function isNearEnd({ expiresAtMs, grantedAtMs }: GrantRecord, nowMs: number): boolean {
  if (expiresAtMs === undefined) return false;
  // A clock that was set back makes no token last longer: how long it has been there is no longer known.
  if (nowMs < grantedAtMs - marginMs) return true;
  return expiresAtMs - nowMs <= Math.min(marginMs, (expiresAtMs - grantedAtMs) / 4);
}
