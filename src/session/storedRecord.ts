/**
 * How a record is kept and read: as JSON with a version, brought up to date on reading. One that cannot be read is set
 * aside under a dated key and counts as absent: it costs that one sign-in, and can still be looked at (field case 32).
 */
import * as z from 'zod/mini';
import { AuthError } from '../oauth/authError.ts';
import type { SessionPorts } from './ports.ts';

export type RecordPorts = Pick<SessionPorts, 'store' | 'clock' | 'log'>;

type Members = Readonly<Record<string, unknown>>;

/** One kind of record: what it looks like now, and how what earlier versions kept becomes that. */
export interface RecordKind<Kept> {
  readonly version: number;
  /** Checks all members but the version. */
  readonly schema: z.ZodMiniType<Kept>;
  /** By the version that is found: the members as the next version has them. */
  readonly migrations?: Readonly<Record<number, (members: Members) => Members>>;
}

/** What is stored under a key. */
export type Found<Kept> =
  | { readonly kind: 'record'; readonly record: Kept }
  | { readonly kind: 'absent' }
  /** Something is there, or may be, that cannot be read now. */
  | { readonly kind: 'unreadable' };

const asidePrefix = 'aside:';
/** What was set aside is kept for so long. */
const asideLifetimeMs = 30 * 24 * 3_600_000;

export async function findRecord<Kept>(
  ports: RecordPorts,
  key: string,
  kind: RecordKind<Kept>,
): Promise<Found<Kept>> {
  let text: string | undefined;
  try {
    text = await ports.store.read(key);
  } catch (thrown) {
    // Such as a keyring that is locked: nothing is lost by leaving the record where it is.
    ports.log.error('record_not_read', { record: kindOf(key) }, thrown);
    return { kind: 'unreadable' };
  }
  if (text === undefined) return { kind: 'absent' };
  const parsed = parse(text);
  // A later version of this extension wrote it and will want it back.
  if (parsed !== undefined && parsed.version > kind.version) return { kind: 'unreadable' };
  const record = parsed && bringUpToDate(parsed, kind);
  if (record !== undefined) return { kind: 'record', record };
  await setAside(ports, key, text);
  return { kind: 'absent' };
}

/** A record, or undefined where there is none that can be read. */
export async function readRecord<Kept>(
  ports: RecordPorts,
  key: string,
  kind: RecordKind<Kept>,
): Promise<Kept | undefined> {
  const found = await findRecord(ports, key, kind);
  return found.kind === 'record' ? found.record : undefined;
}

/**
 * A failed write is an error that is seen, never a sign-in that is silently lost.
 * @throws AuthError `storage_failed`
 */
export async function keepRecord<Kept extends object>(
  { store }: Pick<RecordPorts, 'store'>,
  key: string,
  kind: RecordKind<Kept>,
  record: Kept,
): Promise<void> {
  try {
    await store.write(key, JSON.stringify({ ...record, version: kind.version }));
  } catch (thrown) {
    throw new AuthError('storage_failed', {}, thrown);
  }
}

/** Removes what was set aside long ago. */
export async function sweepAside({ store, clock }: RecordPorts, keys: readonly string[]): Promise<void> {
  const old = keys.filter((key) => {
    const [date = ''] = key.slice(asidePrefix.length).split(' ');
    return key.startsWith(asidePrefix) && !(Date.parse(date) > clock.now() - asideLifetimeMs);
  });
  await Promise.all(old.map((key) => store.remove(key)));
}

/** The key under which something was set aside ends with the one that it had. */
export function isAsideOf(key: string, isOriginal: (original: string) => boolean): boolean {
  return key.startsWith(asidePrefix) && isOriginal(key.slice(key.indexOf(' ') + 1));
}

async function setAside({ store, clock, log }: RecordPorts, key: string, text: string): Promise<void> {
  try {
    await store.write(`${asidePrefix}${new Date(clock.now()).toISOString()} ${key}`, text);
    // Another window may have kept a good one in its place meanwhile.
    if ((await store.read(key)) === text) await store.remove(key);
    log.info('record_set_aside', { record: kindOf(key) });
  } catch (thrown) {
    log.error('record_not_set_aside', { record: kindOf(key) }, thrown);
  }
}

const Versioned = z.lazy(() => z.looseObject({ version: z.int() }));

function parse(text: string): ({ readonly version: number } & Members) | undefined {
  try {
    return Versioned.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function bringUpToDate<Kept>(
  { version, ...members }: { readonly version: number } & Members,
  kind: RecordKind<Kept>,
): Kept | undefined {
  let current: Members = members;
  for (let from = version; from < kind.version; from++) {
    const migrate = kind.migrations?.[from];
    if (migrate === undefined) return undefined;
    current = migrate(current);
  }
  return kind.schema.safeParse(current).data;
}

/** The first word of a key; the rest of it names addresses. */
function kindOf(key: string): string {
  return key.slice(0, key.indexOf(':'));
}
