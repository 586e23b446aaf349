/** Windows that compete for a lock, each with a clock of its own that a test turns, and locks that others left there. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FileLock } from '../../src/node/fileLock.ts';
import { within } from '../support/deadline.ts';
import { ManualClock } from './manualClock.ts';

const program = fileURLToPath(import.meta.resolve('./lockHolder.ts'));

/** Tells when somebody waits for it, and can be set to another time as a person or a server does. */
class PausedClock extends ManualClock {
  private skewMs = 0;
  private onPause: (() => void) | undefined;

  override now(): number {
    return super.now() + this.skewMs;
  }

  override after(ms: number, callback: () => void): () => void {
    const stop = super.after(ms, callback);
    this.onPause?.();
    return stop;
  }

  /** Changes what it shows, while nothing rings. */
  jump(ms: number): void {
    this.skewMs += ms;
  }

  async paused(): Promise<void> {
    if (this.pendingTimers > 0) return;
    await new Promise<void>((resolve) => {
      this.onPause = resolve;
    });
  }
}

/** One caller of a lock: whether it got in, and how it gets out. */
export class Visit {
  readonly entered: Promise<undefined>;
  readonly done: Promise<string>;
  readonly leave: () => void;
  isIn = false;

  constructor(lock: FileLock, name: string, signal?: AbortSignal) {
    const [door, way] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    this.entered = door.promise;
    this.leave = () => way.resolve(undefined);
    const work = async () => {
      this.isIn = true;
      door.resolve(undefined);
      await way.promise;
      this.isIn = false;
      return 'done';
    };
    this.done = lock.hold(name, work, signal);
  }

  async end(): Promise<void> {
    this.leave();
    await this.done;
  }
}

export class LockWindow {
  readonly clock = new PausedClock();
  readonly faults: unknown[] = [];
  readonly lock: FileLock;

  constructor(folder: string) {
    this.lock = new FileLock(folder, this.clock, (cause) => this.faults.push(cause));
  }

  visit(name: string, signal?: AbortSignal): Visit {
    return new Visit(this.lock, name, signal);
  }

  /** Lets the one who waits look again, so many times or until it is in, each time after so long. */
  async look(visit: Visit, times: number, afterMs = 60): Promise<void> {
    for (let look = 0; look < times; look += 1) {
      await this.settled(visit);
      if (visit.isIn) return;
      this.clock.advance(afterMs);
    }
    await this.settled(visit);
  }

  /** Waits until the visit is in, or over, or waits for the clock. */
  async settled(visit: Visit): Promise<void> {
    await within(30_000, 'Nobody waits.', Promise.race([this.clock.paused(), visit.entered, visit.done]));
  }
}

export class LockStand {
  readonly folder: string;
  private readonly children = new Set<ChildProcess>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(t: TestContext): Promise<LockStand> {
    const parent = await mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-locks-'));
    const stand = new LockStand(path.join(parent, 'state', 'locks'));
    t.after(async () => {
      for (const child of stand.children) child.kill('SIGKILL');
      await rm(parent, { recursive: true, force: true, maxRetries: 3 });
    });
    return stand;
  }

  window(): LockWindow {
    return new LockWindow(this.folder);
  }

  file(name: string): string {
    return path.join(this.folder, `${createHash('sha256').update(name).digest('hex')}.lock`);
  }

  guard(name: string): string {
    return `${this.file(name)}.over`;
  }

  async leave(file: string, text: string): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeFile(file, text);
  }

  async release(file: string): Promise<void> {
    await rm(file);
  }

  /** The text of a lock; undefined where it is free. */
  async text(file: string): Promise<string | undefined> {
    return readFile(file, 'utf8').catch(() => undefined);
  }

  run(...task: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [program, ...task], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.children.add(child);
    return child;
  }

  async runToEnd(...task: readonly string[]): Promise<unknown> {
    return (await once(this.run(...task), 'exit'))[0] as unknown;
  }

  /** A process that holds the lock and never lets go. */
  async keeper(name: string): Promise<ChildProcess> {
    const child = this.run('keep', this.folder, name);
    if (child.stdout === null) throw new Error('It has no output.');
    await within(30_000, 'The process did not get the lock.', once(child.stdout, 'data'));
    return child;
  }

  /** The number of a process that ran once. */
  async gonePid(): Promise<number> {
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(child, 'exit');
    return child.pid ?? Number.NaN;
  }

  /** Longer than somebody needs to look at a file who should not: a whole process comes and goes. */
  async timeForALook(): Promise<void> {
    await this.gonePid();
  }
}

/** The text of a lock whose owner is somebody else. */
export function ownedBy(pid: number, host = os.hostname(), owner = 'somebody'): string {
  return JSON.stringify({ owner, pid, host });
}
