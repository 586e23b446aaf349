/**
 * The ports of a session as a test holds them: a clock turned by hand, records in memory that windows can share, a
 * browser whose person acts as the world says, and a log to search.
 */
import type { Clock } from '../../src/oauth/clock.ts';
import type { Log, RecordStore, SessionPorts } from '../../src/session/ports.ts';
import { Session } from '../../src/session/session.ts';
import type { Server } from '../../src/servers/server.ts';

export class ManualClock implements Clock {
  private nowMs = Date.UTC(2026, 0, 1);
  private readonly timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();

  now(): number {
    return this.nowMs;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { dueMs: this.nowMs + ms, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Turns the clock on and lets the timers that are due ring, in order. */
  advance(ms: number): void {
    this.nowMs += ms;
    const due = [...this.timers].filter(({ dueMs }) => dueMs <= this.nowMs).sort((a, b) => a.dueMs - b.dueMs);
    for (const timer of due) if (this.timers.delete(timer)) timer.callback();
  }

  get pendingTimers(): number {
    return this.timers.size;
  }
}

export class MemoryRecords implements RecordStore {
  readonly records = new Map<string, string>();
  failsToWrite = false;
  private readonly listeners = new Set<(key: string) => void>();

  read(key: string): Promise<string | undefined> {
    return Promise.resolve(this.records.get(key));
  }

  write(key: string, value: string): Promise<void> {
    if (this.failsToWrite) return Promise.reject(new Error('The disk is full.'));
    this.records.set(key, value);
    this.tell(key);
    return Promise.resolve();
  }

  remove(key: string): Promise<void> {
    if (this.records.delete(key)) this.tell(key);
    return Promise.resolve();
  }

  keys(): Promise<readonly string[]> {
    return Promise.resolve([...this.records.keys()]);
  }

  onDidChange(listener: (key: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The key of the one record of a kind. */
  keyOf(kind: 'grant' | 'registration' | 'pending'): string | undefined {
    return [...this.records.keys()].find((key) => key.startsWith(`${kind}:`));
  }

  private tell(key: string): void {
    for (const listener of this.listeners) listener(key);
  }
}

export const callbackAddress = 'vscode://mcp-oauth.mcp-oauth/callback';

/** A browser and the person at it: the address that comes back, or nothing for now. */
export interface Browser {
  visit(url: string): Promise<string | undefined> | string | undefined;
}

/** One window of the editor. Windows that share `records` share their sign-ins. */
export class Desk {
  readonly clock = new ManualClock();
  readonly records: MemoryRecords;
  readonly log: string[] = [];
  readonly opened: string[] = [];
  /** What the person does with an opened address: the address that comes back, or nothing for now. */
  person: (url: string) => Promise<string | undefined> | string | undefined;
  browserOpens = true;
  redirectUri = callbackAddress;
  private readonly waiting = new Map<string, (received: string) => void>();

  constructor(browser: Browser, records: MemoryRecords = new MemoryRecords()) {
    this.person = (url) => browser.visit(url);
    this.records = records;
  }

  get ports(): SessionPorts {
    const write = (event: string, fields: unknown, cause?: unknown) =>
      void this.log.push(`${event} ${JSON.stringify(fields)} ${String(cause)}`);
    const log: Log = { info: (event, fields) => write(event, fields), error: write };
    return {
      clock: this.clock,
      fetch: (url, init) => fetch(url, init),
      store: this.records,
      log,
      softwareVersion: '1.2.3',
      browser: {
        open: async (url) => {
          this.opened.push(url);
          const received = await this.person(url);
          if (received !== undefined) this.deliver(received);
          return this.browserOpens;
        },
      },
      redirects: {
        prepare: () => Promise.resolve({ redirectUri: this.redirectUri, arrivalUri: this.redirectUri }),
        receive: (state, signal) =>
          new Promise((resolve, reject) => {
            signal.throwIfAborted();
            this.waiting.set(state, resolve);
            signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
          }),
      },
    };
  }

  /** Brings an answer to the only attempt that waits, as a relay would that does not look at the state. */
  deliver(received: string): void {
    for (const claim of this.waiting.values()) claim(received);
    this.waiting.clear();
  }

  open(server: Server): Promise<Session> {
    return Session.open(server, this.ports);
  }
}

export function serverAt(url: string, changes: Partial<Server> = {}): Server {
  return { name: 'notes', url, headers: {}, oauth: {}, ...changes };
}
