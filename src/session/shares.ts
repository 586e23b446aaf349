/**
 * The shares of this computer: which programs beside the editor may use which sign-in. Each has a key of its own, which is
 * good for the server of that name and address alone, and ends everywhere as soon as one window takes it back.
 */
import { AuthError } from '../oauth/authError.ts';
import type { Server } from '../servers/server.ts';
import { Listeners } from './listeners.ts';
import type { SessionPorts, Unsubscribe } from './ports.ts';
import {
  shareKey,
  sharePrefix,
  shareRecords,
  type ClientKind,
  type ShareRecord,
  type WrittenEntry,
} from './shareRecords.ts';
import { keepRecord, readRecord } from './storedRecord.ts';

export type Share = ShareRecord;

export type SharesPorts = Pick<SessionPorts, 'store' | 'clock' | 'log' | 'lock'>;

/** What a person chose to share. */
export interface NewShare {
  readonly client: ClientKind;
  readonly label: string;
  readonly server: Pick<Server, 'name' | 'url'>;
}

const usePaceMs = 60_000;
const keyForm = /^[\w-]{43}$/;

export class Shares {
  private readonly ports: SharesPorts;
  private readonly place: string;
  /** By the key of their records, in the order in which they were read. */
  private readonly known = new Map<string, Share>();
  private readonly usedAtMs = new Map<string, number>();
  private readonly listeners = new Listeners<undefined>();
  private readonly stop: Unsubscribe;
  private reading: Promise<void> = Promise.resolve();

  private constructor(ports: SharesPorts, place: string) {
    this.ports = ports;
    this.place = place;
    this.stop = ports.store.onDidChange((key) => {
      if (!key.startsWith(sharePrefix)) return;
      this.read(key).catch((thrown: unknown) => ports.log.error('share_not_followed', {}, thrown));
    });
  }

  /**
   * @param place the name of this computer among those that may read the same records.
   * @throws what the store throws where it cannot list its records.
   */
  static async open(ports: SharesPorts, place: string): Promise<Shares> {
    const shares = new Shares(ports, place);
    const keys = (await ports.store.keys()).filter((key) => key.startsWith(sharePrefix));
    await Promise.all(keys.map((key) => shares.read(key)));
    return shares;
  }

  /** The oldest first. */
  get all(): readonly Share[] {
    return [...this.known.values()].sort((one, other) => one.createdAtMs - other.createdAtMs);
  }

  of({ name, url }: Pick<Server, 'name' | 'url'>): readonly Share[] {
    return this.all.filter((share) => share.serverName === name && share.serverUrl === url);
  }

  /** When it was used last through this window, to the minute, in milliseconds since the epoch. */
  lastUsedAtMs({ id }: Share): number | undefined {
    return this.usedAtMs.get(id);
  }

  /** Those who want to hear of changes are told once a minute at the most. */
  noteUse({ id }: Share): void {
    const nowMs = this.ports.clock.now();
    const before = this.usedAtMs.get(id);
    if (before !== undefined && Math.abs(nowMs - before) < usePaceMs) return;
    this.usedAtMs.set(id, nowMs);
    this.listeners.tell(undefined);
  }

  onDidChange(listener: () => void): Unsubscribe {
    return this.listeners.add(listener);
  }

  /** @throws AuthError `storage_failed` */
  async add({ client, label, server }: NewShare): Promise<Share> {
    const share: Share = {
      id: crypto.randomUUID(),
      place: this.place,
      client,
      label,
      serverName: server.name,
      serverUrl: server.url,
      key: newKey(),
      createdAtMs: this.ports.clock.now(),
    };
    await keepRecord(this.ports, shareKey(share), shareRecords, share);
    await this.read(shareKey(share));
    this.ports.log.info('share_added', { server: server.name, client });
    return share;
  }

  /**
   * Notes where the address of a share was written, or that it stands nowhere any more.
   * @throws AuthError `storage_failed`
   */
  noteEntry(share: Share, entry: WrittenEntry | undefined): Promise<void> {
    return this.change(share, (current) => ({ ...current, entry }));
  }

  /**
   * Gives every share another key: somebody may have learnt those that were in use.
   * @throws AuthError `storage_failed`
   */
  async renewKeys(): Promise<void> {
    for (const share of this.all) await this.change(share, (current) => ({ ...current, key: newKey() }));
  }

  /**
   * From now on the key is good for nothing here, and with the removal of its record nowhere else.
   * @throws AuthError `storage_failed`
   */
  async revoke(share: Share): Promise<void> {
    const key = shareKey(share);
    this.put(key, undefined);
    await this.ports.lock.hold(key, async () => {
      try {
        await this.ports.store.remove(key);
      } catch (thrown) {
        throw new AuthError('storage_failed', {}, thrown);
      }
    });
    // It may have been read once more just before.
    await this.read(key);
    this.ports.log.info('share_revoked', { server: share.serverName, client: share.client });
  }

  dispose(): void {
    this.stop();
  }

  /** Under a lock, and only where it still is there: writing it would bring back what another window took back. */
  private async change(share: Share, make: (current: Share) => Share): Promise<void> {
    const key = shareKey(share);
    await this.ports.lock.hold(key, async () => {
      const current = await readRecord(this.ports, key, shareRecords);
      if (current !== undefined) await keepRecord(this.ports, key, shareRecords, make(current));
    });
    await this.read(key);
  }

  /** One after another, so that what was read last is what counts. */
  private read(key: string): Promise<void> {
    const reading = this.reading.then(async () => {
      const record = await readRecord(this.ports, key, shareRecords);
      this.put(key, record !== undefined && this.isGood(record, key) ? record : undefined);
    });
    // Who hears of it and fails must not keep the next from being read.
    this.reading = reading.catch(() => undefined);
    return reading;
  }

  /** A record counts under the key that its own members make, on its own computer, and with a key nobody guesses. */
  private isGood(record: ShareRecord, key: string): boolean {
    return record.place === this.place && shareKey(record) === key && keyForm.test(record.key);
  }

  private put(key: string, share: Share | undefined): void {
    const before = this.known.get(key);
    if (JSON.stringify(before) === JSON.stringify(share)) return;
    if (share === undefined) this.known.delete(key);
    else this.known.set(key, share);
    this.listeners.tell(undefined);
  }
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
