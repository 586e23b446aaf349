/** Signing out of one account: forgotten here whatever the server answers, and revoked there where it can be (design 6). */
import type { Server } from '../servers/server.ts';
import type { HeldGrant } from './heldGrant.ts';
import type { SessionPorts } from './ports.ts';
import { grantRecords, type GrantRecord } from './records.ts';
import { findRecord } from './storedRecord.ts';

/** A renewal that another window has under way is waited for, so that its token is revoked and not the spent one. */
const patienceMs = 5_000;

export async function signOutOf(server: Server, held: HeldGrant, ports: SessionPorts): Promise<void> {
  let grant = held.record;
  try {
    grant = await takeGrant(server, held, ports);
  } finally {
    // Also where the store cannot let go of it: what is left there is worth nothing then.
    const { revokeGrant } = await import('./dealings.ts');
    await revokeGrant(server, grant, ports);
  }
}

/** Removes the stored grant; the newest that there was. */
async function takeGrant(server: Server, held: HeldGrant, ports: SessionPorts): Promise<GrantRecord> {
  const { store, clock, lock, log } = ports;
  const take = async () => {
    const found = await findRecord(ports, held.key, grantRecords);
    await store.remove(held.key);
    // What the store failed to take is what can still be used.
    return found.kind === 'record' && !held.isNewerThan(found.record) ? found.record : held.record;
  };
  const impatience = new AbortController();
  const stopTimer = clock.after(patienceMs, () => impatience.abort(impatience));
  try {
    return await lock.hold(held.key, take, impatience.signal);
  } catch (thrown) {
    if (thrown !== impatience) throw thrown;
    // Whoever renews it now finds it gone, and gives back what they got.
    const taken = await take();
    sweep(server, held.key, taken, ports).catch((left: unknown) =>
      log.error('renewed_grant_not_removed', { server: server.name }, left),
    );
    return taken;
  } finally {
    stopTimer();
  }
}

/** Who renewed it may have looked just before it was gone: what they kept then goes, too, once they let go of the lock. */
async function sweep(
  server: Server,
  key: string,
  { signInId }: GrantRecord,
  ports: SessionPorts,
): Promise<void> {
  const left = await ports.lock.hold(key, async () => {
    const found = await findRecord(ports, key, grantRecords);
    // Who has signed in again since keeps what they got.
    if (found.kind !== 'record' || signInId === undefined || found.record.signInId !== signInId)
      return undefined;
    await ports.store.remove(key);
    return found.record;
  });
  if (left === undefined) return;
  const { revokeGrant } = await import('./dealings.ts');
  await revokeGrant(server, left, ports);
}
