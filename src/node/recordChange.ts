/** What one window tells another about a record, and which of two changes is the later one. */

/** When a record was changed, and by which window: an order that is the same wherever changes arrive. */
export interface Moment {
  /** Milliseconds since the epoch, moved on where the clock stands still or goes back. */
  readonly atMs: number;
  /** Name of the window, which decides where the times are equal. */
  readonly window: string;
}

export interface RecordChange {
  readonly key: string;
  /** Undefined where the record is removed. */
  readonly value?: string | undefined;
  /** Undefined where the record was loaded and not changed since. */
  readonly moment?: Moment | undefined;
}

/** What a window holds and what it knows to be removed. */
export interface Dump {
  /** False while the window itself still learns from the others what it missed. */
  readonly isSettled: boolean;
  readonly changes: readonly RecordChange[];
}

/** Whether what happened at `moment` comes after what happened at `other`; what has no moment comes first. */
export function isLater(moment: Moment | undefined, other: Moment | undefined): boolean {
  if (moment === undefined || other === undefined) return moment !== undefined;
  return moment.atMs === other.atMs ? moment.window > other.window : moment.atMs > other.atMs;
}

/**
 * The best that several windows together know of each record. Of what none of them has seen changing, a window that has
 * caught up knows more than one that has not.
 */
export function latestOf(
  dumps: readonly Dump[],
): readonly (RecordChange & { readonly isSettled: boolean })[] {
  const latest = new Map<string, RecordChange & { readonly isSettled: boolean }>();
  for (const { isSettled, changes } of [...dumps].sort((a, b) => Number(b.isSettled) - Number(a.isSettled)))
    for (const change of changes) {
      const known = latest.get(change.key);
      if (known === undefined || isLater(change.moment, known.moment))
        latest.set(change.key, { ...change, isSettled });
    }
  return [...latest.values()];
}

const maxKeyLength = 4096;
const maxValueBytes = 1_048_576;

/** Undefined for anything that is no change of a record. */
export function readChange(read: unknown): RecordChange | undefined {
  const { key, value, moment: told } = Object(read) as Readonly<Record<string, unknown>>;
  if (typeof key !== 'string' || key === '' || key.length > maxKeyLength) return undefined;
  const moment = readMoment(told);
  // A record that is not there and was never removed is nothing to tell.
  if (value === undefined) return moment && { key, moment };
  if (typeof value !== 'string' || Buffer.byteLength(value) > maxValueBytes) return undefined;
  return told === undefined ? { key, value } : moment && { key, value, moment };
}

/** Undefined for anything that is no dump; what is in it and is no change is left out. */
export function readDump(read: unknown): Dump | undefined {
  const { isSettled, changes } = Object(read) as Readonly<Record<string, unknown>>;
  if (typeof isSettled !== 'boolean' || !Array.isArray(changes)) return undefined;
  return { isSettled, changes: changes.map(readChange).filter((change) => change !== undefined) };
}

/** The last moment that JavaScript can date (ECMA-262 §21.4.1.1). */
const maxMs = 8.64e15;

function readMoment(read: unknown): Moment | undefined {
  const { atMs, window } = Object(read) as Readonly<Record<string, unknown>>;
  if (typeof atMs !== 'number' || typeof window !== 'string') return undefined;
  // Times go on from the latest that was seen: one at the end of all numbers would leave none.
  const isSane = Number.isInteger(atMs) && atMs >= 0 && atMs <= maxMs && window.length <= 64;
  return isSane ? { atMs, window } : undefined;
}
