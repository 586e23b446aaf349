/**
 * Records in a folder of this user alone, one file each, that several processes may share. A file is there whole or not
 * at all, and one that cannot be read counts as absent.
 */
import { createHash, randomBytes } from 'node:crypto';
import { watch, type FSWatcher } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from './exclusivePort.ts';
import type { RecordStore, Unsubscribe } from '../session/ports.ts';

interface Entry {
  readonly key: string;
  readonly value: string;
}

/** What was last seen in a file; a hash, so that no second copy of a secret stays in memory. */
interface Sight {
  readonly key: string;
  readonly digest: string;
}

const fileNames = /^[\da-f]{64}\.json$/;
const draftNames = /^[\da-f]{64}\.json\.[\da-f]{16}$/;
/** Writing takes some milliseconds. */
const draftLifetimeMs = 60_000;

export class FolderRecords implements RecordStore {
  private readonly folder: string;
  private readonly listeners = new Set<(key: string) => void>();
  private readonly seen = new Map<string, Sight>();
  private watcher: FSWatcher | undefined;
  /** Writes and looks go one after another: the last one asked for is the one that stays. */
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Makes the folder where it is missing, and looks at what is in it.
   * @throws what the file system throws.
   */
  static async open(folder: string): Promise<FolderRecords> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const records = new FolderRecords(folder);
    await records.sweepDrafts();
    records.follow();
    for (const [file, entry] of await records.entries()) records.seen.set(file, sightOf(entry));
    return records;
  }

  async read(key: string): Promise<string | undefined> {
    return (await this.readEntry(fileOf(key)))?.value;
  }

  write(key: string, value: string): Promise<void> {
    const entry = { key, value };
    return this.inTurn(async () => {
      await this.replace(fileOf(key), JSON.stringify(entry));
      this.note(fileOf(key), entry);
    });
  }

  remove(key: string): Promise<void> {
    return this.inTurn(async () => {
      await rm(path.join(this.folder, fileOf(key)), { force: true });
      this.note(fileOf(key), undefined);
    });
  }

  async keys(): Promise<readonly string[]> {
    return (await this.entries()).map(([, { key }]) => key);
  }

  /** Changes of another process are told as far as the file system reports them. */
  onDidChange(listener: (key: string) => void): Unsubscribe {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Stops following the folder. */
  close(): void {
    this.watcher?.close();
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.turn.then(step);
    // One that failed must not keep the next from being done.
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** Another process sees the old file or the new one, never a part of either. */
  private async replace(file: string, text: string): Promise<void> {
    const temporary = path.join(this.folder, `${file}.${randomBytes(8).toString('hex')}`);
    try {
      const handle = await open(temporary, 'wx', 0o600);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path.join(this.folder, file));
    } catch (thrown) {
      await rm(temporary, { force: true });
      throw thrown;
    }
  }

  /** What a program was writing when it was killed: it is nobody's any more, and may hold a secret. */
  private async sweepDrafts(): Promise<void> {
    const drafts = (await readdir(this.folder)).filter((file) => draftNames.test(file));
    await Promise.all(
      drafts.map(async (file) => {
        const draft = path.join(this.folder, file);
        const found = await stat(draft).catch(() => undefined);
        if (found !== undefined && Date.now() - found.mtimeMs > draftLifetimeMs)
          await rm(draft, { force: true });
      }),
    );
  }

  private async entries(): Promise<readonly (readonly [string, Entry])[]> {
    const files = (await readdir(this.folder)).filter((file) => fileNames.test(file));
    const entries = await Promise.all(files.map(async (file) => [file, await this.readEntry(file)] as const));
    return entries.flatMap(([file, entry]) => (entry === undefined ? [] : [[file, entry] as const]));
  }

  private async readEntry(file: string): Promise<Entry | undefined> {
    try {
      const read: unknown = JSON.parse(await readFile(path.join(this.folder, file), 'utf8'));
      const { key, value } = Object(read) as { readonly key?: unknown; readonly value?: unknown };
      const isWhole = typeof key === 'string' && typeof value === 'string' && fileOf(key) === file;
      return isWhole ? { key, value } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Where nothing can be watched, changes of others are found when the record is next read. */
  private follow(): void {
    try {
      this.watcher = watch(this.folder, { persistent: false }, (_, file) => {
        if (file !== null && fileNames.test(file)) void this.inTurn(() => this.look(file));
      });
      this.watcher.on('error', () => this.watcher?.close());
    } catch (thrown) {
      if (systemCode(thrown) === undefined) throw thrown;
    }
  }

  private async look(file: string): Promise<void> {
    this.note(file, await this.readEntry(file));
  }

  /** The file system reports one change several times, and our own too: told is what differs from what was seen. */
  private note(file: string, entry: Entry | undefined): void {
    const before = this.seen.get(file);
    const now = entry && sightOf(entry);
    if (before?.digest === now?.digest) return;
    if (now === undefined) this.seen.delete(file);
    else this.seen.set(file, now);
    const key = now?.key ?? before?.key;
    if (key !== undefined) for (const listener of this.listeners) listener(key);
  }
}

/** Keys hold addresses: they are hashed, so that any of them is a file name. */
function fileOf(key: string): string {
  return `${digestOf(key)}.json`;
}

function sightOf({ key, value }: Entry): Sight {
  return { key, digest: digestOf(value) };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
