/**
 * Records of which every window has a copy of its own, kept alike by telling each other. The browser-hosted editor loads
 * its secret storage once per window and writes it back whole: only a copy that has everything can be written safely.
 */
import { randomBytes } from 'node:crypto';
import { Listeners } from '../session/listeners.ts';
import type { RecordStore, Unsubscribe } from '../session/ports.ts';
import { Turns } from '../session/turns.ts';
import {
  isLater,
  latestOf,
  readChange,
  readDump,
  type Dump,
  type Moment,
  type RecordChange,
} from './recordChange.ts';
import { WindowLink, type LinkParts } from './windowLink.ts';
import { LinkFault } from './windowRequest.ts';

export class LinkedRecords implements RecordStore {
  private readonly own: RecordStore;
  private readonly parts: LinkParts;
  private link: WindowLink | undefined;
  private readonly window = randomBytes(16).toString('base64url');
  /** The last change of each record since this window started; one whose record is not there was a removal. */
  private readonly moments = new Map<string, Moment>();
  private latestMs = 0;
  private isSettled = false;
  /** Whether something was told that could not be kept. */
  private isBehind = false;
  private catchingUp: Promise<void> | undefined;
  /** Whatever looks at our copy and changes it. Nobody in this queue waits for another window, or two could wait for each other. */
  private readonly steps = new Turns();
  /** What this window changes, each with the telling of it. */
  private readonly changes = new Turns();
  private readonly listeners = new Listeners<string>();
  private readonly unfollow: Unsubscribe;
  /** The record that is brought in line with another window, which is told of once that is done. */
  private taking: string | undefined;

  private constructor(own: RecordStore, parts: LinkParts) {
    this.own = own;
    this.parts = parts;
    this.unfollow = own.onDidChange((key) => {
      if (key !== this.taking) this.listeners.tell(key);
    });
  }

  /**
   * Announces this window and catches up with the others. Where no window can be reached, or none may listen, the records
   * are those of this window alone; `onFault` is told why.
   */
  static async open(own: RecordStore, parts: LinkParts): Promise<LinkedRecords> {
    const records = new LinkedRecords(own, parts);
    try {
      records.link = await WindowLink.open(parts, {
        answer: (message) => records.answer(message),
        onLateAnswer: (answer, hasMissed) => void records.hearLate(answer, hasMissed),
      });
      await records.catchUp(records.link);
    } catch (thrown) {
      parts.onFault(thrown);
    }
    return records;
  }

  /** After what has arrived and is being kept: whoever was told of it may count on it. */
  async read(key: string): Promise<string | undefined> {
    await (this.catchingUp ??= this.catchUpAgain().finally(() => (this.catchingUp = undefined)));
    return this.steps.run(() => this.own.read(key));
  }

  keys(): Promise<readonly string[]> {
    return this.own.keys();
  }

  /**
   * Resolves when every window that answers has the record.
   * @throws what the own store throws; no other window is told then.
   */
  write(key: string, value: string): Promise<void> {
    return this.change(key, value);
  }

  /** Like {@link write}. */
  remove(key: string): Promise<void> {
    return this.change(key, undefined);
  }

  onDidChange(listener: (key: string) => void): Unsubscribe {
    return this.listeners.add(listener);
  }

  /** The other windows hear of nothing more, and nothing is heard of them. */
  close(): void {
    this.unfollow();
    this.link?.close();
  }

  private change(key: string, value: string | undefined): Promise<void> {
    return this.changes.run(async () => {
      const moment = await this.steps.run(async () => {
        const moment = { atMs: Math.max(this.parts.clock.now(), this.latestMs + 1), window: this.window };
        await this.put(key, value);
        this.note(key, moment);
        return moment;
      });
      // The others are looked for after writing: one that starts now is either told or finds the record in our dump.
      await this.tell({ key, value, moment });
    });
  }

  private async tell(change: RecordChange): Promise<void> {
    await this.link?.ask({ kind: 'change', change });
  }

  private put(key: string, value: string | undefined): Promise<void> {
    return value === undefined ? this.own.remove(key) : this.own.write(key, value);
  }

  private note(key: string, moment: Moment): void {
    this.moments.set(key, moment);
    this.latestMs = Math.max(this.latestMs, moment.atMs);
  }

  private async answer(message: unknown): Promise<Dump | undefined> {
    const { kind, change: told } = Object(message) as Readonly<Record<string, unknown>>;
    if (kind === 'dump') return this.dump();
    const change = kind === 'change' ? readChange(told) : undefined;
    if (change?.moment === undefined)
      throw new LinkFault('unreadable', 'Another window said what cannot be read.');
    await this.take(change).catch((thrown: unknown) => {
      this.isBehind = true;
      throw thrown;
    });
    return undefined;
  }

  private dump(): Promise<Dump> {
    return this.steps.run(async () => {
      const keys = new Set([...(await this.own.keys()), ...this.moments.keys()]);
      const changes = await Promise.all([...keys].map((key) => this.look(key)));
      return { isSettled: this.isSettled, changes };
    });
  }

  private async look(key: string): Promise<RecordChange> {
    return { key, value: await this.own.read(key), moment: this.moments.get(key) };
  }

  private async catchUp(link: WindowLink): Promise<void> {
    // What the own store tells of meanwhile is newer than any dump: then the windows share one store.
    const newer = new Set<string>();
    const stop = this.own.onDidChange((key) => {
      if (!this.moments.has(key)) newer.add(key);
    });
    try {
      await this.adopt(await link.ask({ kind: 'dump' }), newer);
    } finally {
      stop();
      this.isSettled = true;
    }
  }

  private async catchUpAgain(): Promise<void> {
    if (!this.isBehind || this.link === undefined) return;
    this.isBehind = false;
    const answers = await this.link.ask({ kind: 'dump' });
    // Nobody has told it: the next read asks again.
    if (answers.length === 0) this.isBehind = true;
    await this.adopt(answers, new Set());
  }

  /** One record that cannot be stored does not cost the others. */
  private async adopt(answers: readonly unknown[], newer: ReadonlySet<string>): Promise<void> {
    const dumps = answers.map(readDump).filter((dump) => dump !== undefined);
    for (const { isSettled, ...change } of latestOf(dumps)) {
      // What a window loaded that has not caught up itself is no better than what we loaded.
      const isKept = (held: string | undefined) =>
        newer.has(change.key) || (!isSettled && change.moment === undefined && held !== undefined);
      await this.take(change, isKept).catch((thrown: unknown) => {
        this.isBehind = true;
        this.parts.onFault(thrown);
      });
    }
  }

  /** Brings our copy of a record in line with another window's, unless ours is the later one. */
  private take(
    { key, value, moment }: RecordChange,
    isKept: (held: string | undefined) => boolean = () => false,
  ): Promise<void> {
    return this.steps.run(async () => {
      const known = this.moments.get(key);
      if (known !== undefined && !isLater(moment, known)) return;
      const held = await this.own.read(key);
      if (isKept(held)) return;
      if (held !== value) await this.replace(key, value);
      if (moment !== undefined) this.note(key, moment);
    });
  }

  /** Stores tell of what is written here at different times, or not at all: told is always, and after it is there. */
  private async replace(key: string, value: string | undefined): Promise<void> {
    this.taking = key;
    try {
      await this.put(key, value);
    } finally {
      this.taking = undefined;
      this.listeners.tell(key);
    }
  }

  /** A window that was away has missed what was told meanwhile; what it has heard of already costs it nothing. */
  private async hearLate(answer: unknown, hasMissed: boolean): Promise<void> {
    await this.adopt([answer], new Set());
    if (!hasMissed) return;
    for (const key of [...this.moments.keys()])
      await this.changes
        .run(async () => this.tell(await this.steps.run(() => this.look(key))))
        .catch((thrown: unknown) => this.parts.onFault(thrown));
  }
}
