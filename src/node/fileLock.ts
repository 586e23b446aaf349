/**
 * One holder at a time of a name, over all processes of this user that share a folder. Callers of one process queue in
 * memory, processes compete for a file, and a lock whose holder is gone is taken over.
 */
import { createHash, randomInt } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../oauth/clock.ts';
import { untilAborted } from '../oauth/transport.ts';
import { LocalLock } from '../session/localLock.ts';
import type { Lock } from '../session/ports.ts';
import { isGone, newLockText, placeLock, readOwner, removeLock } from './lockFile.ts';

/** Longer than any request that is made under a lock. */
const leaseMs = 120_000;
/** Of a file that names no owner: longer than it takes to write one. */
const namelessLeaseMs = 5_000;
/** A wait between two looks, at least and at most. */
const [shortestWaitMs, longestWaitMs] = [20, 60];
/** One wait counts for no more than this: a clock that jumps, or a computer that slept, is not patience. */
const mostPerWaitMs = 1_000;
/** So many looks have to fail: a file that is just going, on Windows, is refused for a moment. */
const looks = 5;
const deepestGuard = 3;

type Release = () => Promise<void>;

export class FileLock implements Lock {
  private readonly folder: string;
  private readonly clock: Clock;
  private readonly onFault: (cause: unknown) => void;
  private readonly queue = new LocalLock();

  /**
   * @param folder made with the first lock, for this user alone.
   * @param onFault told why a lock could not be had or let go; the work is done nevertheless, one at a time in this
   * process. A disk that is full or read-only must not keep people from their servers.
   */
  constructor(folder: string, clock: Clock, onFault: (cause: unknown) => void) {
    this.folder = folder;
    this.clock = clock;
    this.onFault = onFault;
  }

  hold<Result>(name: string, work: () => Promise<Result>, signal = neverAborted()): Promise<Result> {
    const guarded = async () => {
      const release = await this.acquireIfPossible(name, signal);
      try {
        return await work();
      } finally {
        await release();
      }
    };
    return this.queue.hold(name, guarded, signal);
  }

  private async acquireIfPossible(name: string, signal: AbortSignal): Promise<Release> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      return await this.acquire(path.join(this.folder, fileOf(name)), 0, signal);
    } catch (cause) {
      signal.throwIfAborted();
      this.onFault(cause);
      return () => Promise.resolve();
    }
  }

  /** @param depth how many locks this one guards, itself not counted. */
  private async acquire(file: string, depth: number, signal: AbortSignal): Promise<Release> {
    const { text, giveUp } = newLockText();
    try {
      await this.waitFor(file, text, depth, signal);
    } catch (thrown) {
      giveUp();
      throw thrown;
    }
    const sinceMs = this.clock.now();
    return async () => {
      try {
        await this.release(file, text, depth, sinceMs);
      } catch (cause) {
        this.onFault(cause);
      } finally {
        giveUp();
      }
    };
  }

  private async waitFor(file: string, text: string, depth: number, signal: AbortSignal): Promise<void> {
    let seen: string | undefined;
    let patienceMs = 0;
    for (;;) {
      signal.throwIfAborted();
      const found = await this.persist(() => placeLock(file, text), signal);
      if (found === text) return;
      if (found !== seen) [seen, patienceMs] = [found, 0];
      if (found !== undefined && isOver(found, patienceMs)) await this.clear(file, found, depth, signal);
      else patienceMs += await this.pause(signal);
    }
  }

  /**
   * Removes a lock that may belong to nobody any more, under a guard that is a lock of the same kind. Of several that
   * found it stale, the slow would otherwise remove what the quick has put in its place: only the owner and the holder
   * of the guard ever remove a lock, and the guard looks once more at whose it is. Where somebody died at every guard as
   * well, the last goes without one: it would stand in the way for good.
   */
  private async clear(file: string, stale: string, depth: number, signal: AbortSignal): Promise<void> {
    const remove = () => this.persist(() => removeLock(file, stale), signal);
    if (depth === deepestGuard) return remove();
    const release = await this.acquire(`${file}.over`, depth + 1, signal);
    try {
      await remove();
    } finally {
      await release();
    }
  }

  /** An owner who was slow may be overtaken while it looks, and then needs the guard as well. */
  private async release(file: string, text: string, depth: number, sinceMs: number): Promise<void> {
    const heldMs = this.clock.now() - sinceMs;
    const isInTime = heldMs >= 0 && heldMs < leaseMs / 2;
    const signal = neverAborted();
    if (isInTime) await this.persist(() => removeLock(file, text), signal);
    else await this.clear(file, text, depth, signal);
  }

  private async persist<Result>(step: () => Result | Promise<Result>, signal: AbortSignal): Promise<Result> {
    for (let left = looks - 1; ; left -= 1) {
      try {
        return await step();
      } catch (thrown) {
        if (left === 0) throw thrown;
      }
      await this.pause(signal);
    }
  }

  /** Waits a little, each time differently, so that many do not look at once; tells what that counts for. */
  private async pause(signal: AbortSignal): Promise<number> {
    const waitMs = randomInt(shortestWaitMs, longestWaitMs + 1);
    const startedAtMs = this.clock.now();
    const { promise: over, resolve } = Promise.withResolvers<undefined>();
    const stop = this.clock.after(waitMs, () => resolve(undefined));
    try {
      await untilAborted(over, signal);
    } finally {
      stop();
    }
    return Math.min(Math.max(this.clock.now() - startedAtMs, waitMs), mostPerWaitMs);
  }
}

/** By what the one who waits has seen alone: clocks of two computers differ, and the times of files with them. */
function isOver(text: string, patienceMs: number): boolean {
  const owner = readOwner(text);
  if (owner === undefined) return patienceMs >= namelessLeaseMs;
  return isGone(owner) || patienceMs >= leaseMs;
}

/** Names hold addresses: they are hashed, so that any of them is a file name and none can be read. */
function fileOf(name: string): string {
  return `${createHash('sha256').update(name).digest('hex')}.lock`;
}

function neverAborted(): AbortSignal {
  return new AbortController().signal;
}
