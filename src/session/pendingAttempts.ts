/**
 * Attempts that wait for an answer from the browser, kept under their state so that whichever window gets the answer can
 * finish them, also after a reload (checklist 7.7). Each is taken once, by one window.
 */
import { AuthError } from '../oauth/authError.ts';
import type { SessionPorts } from './ports.ts';
import { pendingKey, pendingPrefix, pendingRecords, type PendingRecord } from './records.ts';
import { findRecord, keepRecord, type Found, type RecordPorts } from './storedRecord.ts';

/** An attempt that is older is no longer finished by anybody (checklist 7.6). */
export const pendingLifetimeMs = 600_000;

export function keepPending(ports: RecordPorts, record: PendingRecord): Promise<void> {
  return keepRecord(ports, pendingKey(record.authorization.state), pendingRecords, record);
}

/** Whether an answer to an attempt that began then is still taken. */
export function isLive(startedAtMs: number, nowMs: number): boolean {
  const ageMs = nowMs - startedAtMs;
  // A clock that was set back makes no attempt live longer.
  return ageMs < pendingLifetimeMs && ageMs > -pendingLifetimeMs;
}

/** The live attempt that `state` belongs to, where there is one that can be read. */
export async function readPending(ports: RecordPorts, state: string): Promise<PendingRecord | undefined> {
  const found = await findPending(ports, state);
  return found.kind === 'record' ? found.record : undefined;
}

/** As `readPending`, where it matters why there is none. An old attempt is removed and counts as absent. */
export async function findPending(ports: RecordPorts, state: string): Promise<Found<PendingRecord>> {
  const found = await findRecord(ports, pendingKey(state), pendingRecords);
  if (found.kind !== 'record' || isLive(found.record.startedAtMs, ports.clock.now())) return found;
  await ports.store.remove(pendingKey(state));
  return { kind: 'absent' };
}

/**
 * The live attempt, for whoever asks first: in some hosts an answer arrives in two windows, and a code that is shown
 * twice costs the grant (checklist 7.6). What is unreadable nobody has taken.
 */
export function takePending(
  ports: Pick<SessionPorts, 'store' | 'clock' | 'log' | 'lock'>,
  state: string,
): Promise<Found<PendingRecord>> {
  return ports.lock.hold(pendingKey(state), async () => {
    const found = await findPending(ports, state);
    if (found.kind !== 'record') return found;
    try {
      await ports.store.remove(pendingKey(state));
    } catch (thrown) {
      // Left behind it could be taken again.
      throw new AuthError('storage_failed', {}, thrown);
    }
    return found;
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
