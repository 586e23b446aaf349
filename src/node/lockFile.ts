/** The file of a lock: it is created whole by whoever comes first, says whose it is, and holds nothing secret. */
import { randomBytes } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { systemCode } from './exclusivePort.ts';

export interface LockOwner {
  /** Of one holding alone, so that no two texts of a lock are the same. */
  readonly owner: string;
  readonly pid: number;
  readonly host: string;
}

/** What this process holds or tries to hold: anything else that carries its number was left by an earlier process. */
const ours = new Set<string>();

/** The text for one holding by this process, which counts as alive until it is given up. */
export function newLockText(): { readonly text: string; readonly giveUp: () => void } {
  const owner = randomBytes(16).toString('hex');
  ours.add(owner);
  return {
    text: JSON.stringify({ owner, pid: process.pid, host: hostname() } satisfies LockOwner),
    giveUp: () => void ours.delete(owner),
  };
}

/** Undefined for a text that names nobody, as after a crash in the middle of writing. */
export function readOwner(text: string): LockOwner | undefined {
  try {
    const { owner, pid, host } = Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
    const isWhole = typeof owner === 'string' && typeof host === 'string' && typeof pid === 'number';
    // Zero and below are no process, but a group of them.
    return isWhole && Number.isInteger(pid) && pid > 0 ? { owner, pid, host } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this owner certainly runs no more; of another computer nothing can be known. */
export function isGone({ owner, pid, host }: LockOwner): boolean {
  if (host !== hostname()) return false;
  // A container that is started again gives out the same numbers.
  if (pid === process.pid) return !ours.has(owner);
  try {
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    // Any other answer comes from a process that may not be asked, but lives.
    return systemCode(thrown) === 'ESRCH';
  }
}

/**
 * Creates the lock with this text where it is free.
 * @param linkFile gives a file a second name, as `fs.link` does.
 * @returns the text that it has then, this one or another's; undefined where it was let go in the meantime.
 * @throws what the file system throws.
 */
export async function placeLock(file: string, text: string, linkFile = link): Promise<string | undefined> {
  const there = await readLock(file);
  if (there !== undefined) return there;
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 });
    // A second name is given at once and only where it is free: nobody reads a half-written lock.
    await linkFile(draft, file).catch((thrown: unknown) => writeInstead(file, text, thrown));
  } finally {
    // One that is left behind is in nobody's way.
    await rm(draft, { force: true }).catch(() => undefined);
  }
  // Read back, since one who wrote slowly may have been taken for crashed.
  return readLock(file);
}

/**
 * Removes the lock where its text is still this one. Without giving way between the look and the removal, so that as
 * little as possible can happen in between.
 * @throws what the file system throws.
 */
export function removeLock(file: string, text: string): void {
  try {
    if (readFileSync(file, 'utf8') === text) unlinkSync(file);
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENOENT') throw thrown;
  }
}

/** Not every file system knows second names, and each says so in its own way. */
async function writeInstead(file: string, text: string, refusal: unknown): Promise<void> {
  if (systemCode(refusal) === 'EEXIST') return;
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  } catch (thrown) {
    if (systemCode(thrown) !== 'EEXIST') throw thrown;
  }
}

async function readLock(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENOENT') throw thrown;
    return undefined;
  }
}
