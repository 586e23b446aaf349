/** The folder that the drivers share: what is wrong with its records, who holds its locks, what was left behind in it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readOwner } from '../../src/node/lockFile.ts';
import {
  bindingRecords,
  grantRecords,
  pendingRecords,
  registrationRecords,
  wayRecords,
  type GrantRecord,
} from '../../src/session/records.ts';

const kinds = new Map<
  string,
  { readonly version: number; readonly schema: { parse(value: unknown): unknown } }
>([
  ['grant', grantRecords],
  ['registration', registrationRecords],
  ['way', wayRecords],
  ['binding', bindingRecords],
  ['pending', pendingRecords],
]);

/** One record, or why a file is none. */
type Read = { readonly key: string; readonly record: unknown } | { readonly problem: string };

const recordFile = /^[\da-f]{64}\.json$/;
const draftOfRecord = /^[\da-f]{64}\.json\.[\da-f]+$/;

export class StateFolder {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** A sentence for each file that is no record as it should be. */
  problems(): readonly string[] {
    return this.read().flatMap((found) => ('problem' in found ? found.problem : []));
  }

  grants(): readonly { readonly key: string; readonly grant: GrantRecord }[] {
    return this.read().flatMap((found) =>
      'record' in found && found.key.startsWith('grant:')
        ? { key: found.key, grant: found.record as GrantRecord }
        : [],
    );
  }

  /** Numbers of the processes that hold the lock of a name. Looks without giving way to anything else. */
  holdersOf(name: string): readonly number[] {
    const lock = `${digestOf(name)}.lock`;
    return this.owners((file) => file === lock).map(({ pid }) => pid);
  }

  /** Locks that these processes hold, or were about to take. */
  locksOf(pids: readonly number[]): readonly string[] {
    return this.owners(() => true).flatMap(({ file, pid }) => (pids.includes(pid) ? file : []));
  }

  /** Records that were being written, and never got their place. */
  draftsOfRecords(): readonly string[] {
    return this.list('').filter((file) => draftOfRecord.test(file));
  }

  get locks(): string {
    return path.join(this.folder, 'locks');
  }

  private read(): readonly Read[] {
    return this.list('')
      .filter((file) => recordFile.test(file))
      .flatMap((file) => {
        const text = this.text(file);
        return text === undefined ? [] : readRecordFile(file, text);
      });
  }

  private owners(isMeant: (file: string) => boolean) {
    return this.list('locks')
      .filter(isMeant)
      .flatMap((file) => {
        const owner = readOwner(this.text(path.join('locks', file)) ?? '');
        return owner === undefined ? [] : { file, ...owner };
      });
  }

  private list(folder: string): readonly string[] {
    return unlessGone(() => readdirSync(path.join(this.folder, folder))) ?? [];
  }

  private text(file: string): string | undefined {
    return unlessGone(() => readFileSync(path.join(this.folder, file), 'utf8'));
  }
}

function readRecordFile(file: string, text: string): Read {
  try {
    const { key, value } = JSON.parse(text) as { readonly key: string; readonly value: string };
    if (`${digestOf(key)}.json` !== file) return { problem: `${file} has the record of another key.` };
    const name = key.slice(0, key.indexOf(':'));
    const kind = kinds.get(name);
    // What could not be read was set aside under such a key.
    if (kind === undefined) return { problem: `${file} has a record of the kind “${name}”.` };
    const { version, ...members } = JSON.parse(value) as Readonly<Record<string, unknown>>;
    if (version !== kind.version) return { problem: `${file} (${name}) has version ${String(version)}.` };
    return { key, record: kind.schema.parse(members) };
  } catch (thrown) {
    return { problem: `${file} cannot be read: ${String(thrown)}` };
  }
}

/** Files come and go while they are looked at. */
function unlessGone<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
