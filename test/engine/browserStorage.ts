/**
 * Secret storage as windows find it. In the browser-hosted editor each window loads the browser's one text once and
 * writes it back whole, and no window hears of another; on the desktop all share one store.
 */
import { setImmediate } from 'node:timers/promises';
import { Listeners } from '../../src/session/listeners.ts';
import type { RecordStore, Unsubscribe } from '../../src/session/ports.ts';

/** What the browser keeps for all windows: one text. */
export class BrowserStorage {
  text = '[]';

  get records(): Readonly<Record<string, string>> {
    return Object.fromEntries(JSON.parse(this.text) as [string, string][]);
  }
}

/** What every store here does alike: it takes its time, and a test may hold it up or let it fail. */
abstract class Secrets implements RecordStore {
  /** When changes are told; with `never` not at all. */
  tells: 'before' | 'after' | 'never' = 'before';
  failsToWrite = false;
  reads = 0;
  writes = 0;
  private readonly held = new Map<'read' | 'write', { reached(): void; released: Promise<void> }>();

  async read(key: string): Promise<string | undefined> {
    this.reads += 1;
    const value = this.records().get(key);
    await this.pass('read');
    return value;
  }

  write(key: string, value: string): Promise<void> {
    return this.change(key, (records) => void records.set(key, value));
  }

  remove(key: string): Promise<void> {
    return this.change(key, (records) => void records.delete(key));
  }

  keys(): Promise<readonly string[]> {
    return Promise.resolve([...this.records().keys()]);
  }

  abstract onDidChange(listener: (key: string) => void): Unsubscribe;

  /**
   * Holds up the next step of this kind and those after it, as a tab that the browser has frozen does: a read has its
   * value then, a write is still to be made.
   */
  hold(step: 'read' | 'write'): { readonly reached: Promise<void>; readonly release: () => void } {
    const [reached, released] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    this.held.set(step, {
      reached: () => reached.resolve(undefined),
      released: released.promise.then(() => void this.held.delete(step)),
    });
    return { reached: reached.promise.then(() => undefined), release: () => released.resolve(undefined) };
  }

  protected abstract records(): Map<string, string>;
  protected abstract save(): void;
  protected abstract tell(key: string): void;

  private async change(key: string, make: (records: Map<string, string>) => void): Promise<void> {
    await this.pass('write');
    if (this.failsToWrite) throw new Error('The storage is full.');
    this.writes += 1;
    make(this.records());
    this.save();
    if (this.tells === 'before') this.tell(key);
    await setImmediate();
    if (this.tells === 'after') void setImmediate().then(() => this.tell(key));
  }

  private async pass(step: 'read' | 'write'): Promise<void> {
    await setImmediate();
    const held = this.held.get(step);
    held?.reached();
    await held?.released;
  }
}

/** The secret storage of one window of the browser-hosted editor. */
export class WindowSecrets extends Secrets {
  private readonly storage: BrowserStorage;
  private readonly copy: Map<string, string>;
  private readonly listeners = new Listeners<string>();

  constructor(storage: BrowserStorage) {
    super();
    this.storage = storage;
    this.copy = new Map(Object.entries(storage.records));
  }

  get all(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.copy);
  }

  onDidChange(listener: (key: string) => void): Unsubscribe {
    return this.listeners.add(listener);
  }

  protected records(): Map<string, string> {
    return this.copy;
  }

  protected save(): void {
    this.storage.text = JSON.stringify([...this.copy]);
  }

  protected tell(key: string): void {
    this.listeners.tell(key);
  }
}

/** The one store behind all windows of the desktop. */
export class DesktopStorage {
  readonly records = new Map<string, string>();
  readonly listeners = new Listeners<string>();
}

/** The secret storage of one window of the desktop. */
export class DesktopSecrets extends Secrets {
  private readonly storage: DesktopStorage;

  constructor(storage: DesktopStorage) {
    super();
    this.storage = storage;
  }

  onDidChange(listener: (key: string) => void): Unsubscribe {
    return this.storage.listeners.add(listener);
  }

  protected records(): Map<string, string> {
    return this.storage.records;
  }

  protected save(): void {
    // Every window has it already.
  }

  protected tell(key: string): void {
    this.storage.listeners.tell(key);
  }
}
