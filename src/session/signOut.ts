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
    grant = await takeGrant(held, ports);
  } finally {
    // Also where the store cannot let go of it: what is left there is worth nothing then.
    const { revokeGrant } = await import('./dealings.ts');
    await revokeGrant(server, grant, ports);
  }
}

/** Removes the stored grant; the newest that there was. */
async function takeGrant(held: HeldGrant, ports: SessionPorts): Promise<GrantRecord> {
  const { store, clock, lock } = ports;
  const take = async () => {
    const found = await findRecord(ports, held.key, grantRecords);
    await store.remove(held.key);
    return found.kind === 'record' ? found.record : held.record;
  };
  const impatience = new AbortController();
  const stopTimer = clock.after(patienceMs, () => impatience.abort(impatience));
  try {
    return await lock.hold(held.key, take, impatience.signal);
  } catch (thrown) {
    if (thrown !== impatience) throw thrown;
    // Whoever renews it now finds it gone, and gives back what they got.
    return await take();
  } finally {
    stopTimer();
  }
}
