// Where the authorization server keeps clients, grants, tokens and sign-ins in progress: in memory, gone when the
// sandbox ends. Implements the storage interface of oidc-provider; nothing is dropped before it expires.
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

const sweepIntervalMs = 60_000;

interface StoredRecord {
  readonly payload: AdapterPayload;
  readonly expiresAtMs: number;
}

/** Storage for one authorization server: hands out one store for each kind of record. */
export function createRecordStores(): AdapterFactory {
  return () => new RecordStore();
}

class RecordStore implements Adapter {
  readonly #records = new Map<string, StoredRecord>();
  #nextSweepAtMs = 0;

  upsert(id: string, payload: AdapterPayload, expiresInSeconds?: number): Promise<void> {
    const nowMs = Date.now();
    this.#sweep(nowMs);
    const expiresAtMs = expiresInSeconds === undefined ? Infinity : nowMs + expiresInSeconds * 1000;
    this.#records.set(id, { payload, expiresAtMs });
    return Promise.resolve();
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    const record = this.#records.get(id);
    return Promise.resolve(record && record.expiresAtMs > Date.now() ? record.payload : undefined);
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findWhere((payload) => payload.uid === uid);
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findWhere((payload) => payload.userCode === userCode);
  }

  consume(id: string): Promise<void> {
    const record = this.#records.get(id);
    if (record) record.payload.consumed = Math.floor(Date.now() / 1000);
    return Promise.resolve();
  }

  destroy(id: string): Promise<void> {
    this.#records.delete(id);
    return Promise.resolve();
  }

  revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, { payload }] of this.#records) {
      if (payload.grantId === grantId) this.#records.delete(id);
    }
    return Promise.resolve();
  }

  #findWhere(matches: (payload: AdapterPayload) => boolean): Promise<AdapterPayload | undefined> {
    for (const { payload, expiresAtMs } of this.#records.values()) {
      if (expiresAtMs > Date.now() && matches(payload)) return Promise.resolve(payload);
    }
    return Promise.resolve(undefined);
  }

  #sweep(nowMs: number): void {
    if (nowMs < this.#nextSweepAtMs) return;
    this.#nextSweepAtMs = nowMs + sweepIntervalMs;
    for (const [id, { expiresAtMs }] of this.#records) {
      if (expiresAtMs <= nowMs) this.#records.delete(id);
    }
  }
}
