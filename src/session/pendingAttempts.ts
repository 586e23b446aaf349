/**
 * Attempts that wait for an answer from the browser, kept under their state so that whichever window gets the answer can
 * finish them, also after a reload (checklist 7.7). Each is taken once, by one window.
 */
import { AuthError } from '../oauth/authError.ts';
import type { SessionPorts } from './ports.ts';
import { pendingKey, pendingPrefix, pendingRecords, type PendingRecord } from './records.ts';
import { keepRecord, readRecord, type RecordPorts } from './storedRecord.ts';

/** An attempt that is older is no longer finished by anybody (checklist 7.6). */
export const pendingLifetimeMs = 600_000;

export function keepPending(ports: RecordPorts, record: PendingRecord): Promise<void> {
  return keepRecord(ports, pendingKey(record.authorization.state), pendingRecords, record);
}

/** The live attempt that `state` belongs to; an old one is removed and counts as absent. */
export async function readPending(ports: RecordPorts, state: string): Promise<PendingRecord | undefined> {
  const record = await readRecord(ports, pendingKey(state), pendingRecords);
  if (record === undefined) return undefined;
  const ageMs = ports.clock.now() - record.startedAtMs;
  // A clock that was set back makes no attempt live longer.
  if (ageMs < pendingLifetimeMs && ageMs > -pendingLifetimeMs) return record;
  await ports.store.remove(pendingKey(state));
  return undefined;
}

/**
 * The live attempt, for whoever asks first: in some hosts an answer arrives in two windows, and a code that is shown
 * twice costs the grant (checklist 7.6).
 */
export function takePending(
  ports: Pick<SessionPorts, 'store' | 'clock' | 'log' | 'lock'>,
  state: string,
): Promise<PendingRecord | undefined> {
  return ports.lock.hold(pendingKey(state), async () => {
    const record = await readPending(ports, state);
    if (record === undefined) return undefined;
    try {
      await ports.store.remove(pendingKey(state));
    } catch (thrown) {
      // Left behind it could be taken again.
      throw new AuthError('storage_failed', {}, thrown);
    }
    return record;
  });
}

/** Every live attempt; those that never came to an end are removed. */
export async function sweepPending(
  ports: RecordPorts,
  keys: readonly string[],
): Promise<readonly PendingRecord[]> {
  const states = keys
    .filter((key) => key.startsWith(pendingPrefix))
    .map((key) => key.slice(pendingPrefix.length));
  const found = await Promise.all(states.map((state) => readPending(ports, state)));
  return found.filter((record) => record !== undefined);
}
