// Where the authorization server keeps clients, grants, tokens and sign-ins in progress. Implements the storage
// interface of oidc-provider on SQLite.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';

import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import { errors } from 'oidc-provider';

type Row = Record<string, SQLOutputValue>;
type Clock = () => number;

const deviceCodeKeptSeconds = 300;

/** Hands out one store for each kind of record. `now` is in milliseconds. */
export function createRecordStores(database: DatabaseSync, now: Clock = Date.now): AdapterFactory {
  const statements = prepare(database);
  return (kind) => new RecordStore(kind, statements, now);
}

/** Forgets what has expired, and says how many records that were. */
export function sweepRecords(database: DatabaseSync, nowMs: number): number {
  return Number(database.prepare('DELETE FROM record WHERE expires_at_ms <= ?').run(nowMs).changes);
}

function prepare(database: DatabaseSync) {
  const alive = '(expires_at_ms IS NULL OR expires_at_ms > :now)';
  return {
    upsert: database.prepare(
      `INSERT INTO record (kind, id, payload, expires_at_ms, uid, user_code, grant_id)
       VALUES (:kind, :id, :payload, :expires, :uid, :userCode, :grantId)
       ON CONFLICT (kind, id) DO UPDATE SET payload = excluded.payload, expires_at_ms = excluded.expires_at_ms,
         uid = excluded.uid, user_code = excluded.user_code, grant_id = excluded.grant_id`,
    ),
    find: database.prepare(`SELECT * FROM record WHERE kind = :kind AND id = :id AND ${alive}`),
    findByUid: database.prepare(`SELECT * FROM record WHERE kind = :kind AND uid = :id AND ${alive}`),
    findByUserCode: database.prepare(
      `SELECT * FROM record WHERE kind = :kind AND user_code = :id AND ${alive}`,
    ),
    consume: database.prepare(
      'UPDATE record SET consumed_at_s = :now WHERE kind = :kind AND id = :id AND consumed_at_s IS NULL',
    ),
    destroy: database.prepare('DELETE FROM record WHERE kind = :kind AND id = :id'),
    revokeByGrantId: database.prepare('DELETE FROM record WHERE kind = ? AND grant_id = ?'),
  };
}

class RecordStore implements Adapter {
  readonly #kind: string;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #now: Clock;
  /** RFC 8628 §3.5: a device code that has expired is told from one that there never was. */
  readonly #keptSeconds: number;

  constructor(kind: string, statements: ReturnType<typeof prepare>, now: Clock) {
    this.#kind = kind;
    this.#statements = statements;
    this.#now = now;
    this.#keptSeconds = kind === 'DeviceCode' ? deviceCodeKeptSeconds : 0;
  }

  async upsert(id: string, payload: AdapterPayload, expiresInSeconds?: number): Promise<void> {
    this.#statements.upsert.run({
      kind: this.#kind,
      id,
      payload: JSON.stringify(payload),
      expires:
        expiresInSeconds === undefined ? null : this.#now() + (expiresInSeconds + this.#keptSeconds) * 1000,
      uid: payload.uid ?? null,
      userCode: payload.userCode ?? null,
      grantId: payload.grantId ?? null,
    });
    return Promise.resolve();
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#read(this.#statements.find, id);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#read(this.#statements.findByUid, uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#read(this.#statements.findByUserCode, userCode);
  }

  /**
   * Marks a code or refresh token as used.
   *
   * @throws errors.InvalidGrant if another request used it since it was read (RFC 6749 §4.1.2: once, not once each).
   */
  async consume(id: string): Promise<void> {
    const now = Math.floor(this.#now() / 1000);
    const { changes } = this.#statements.consume.run({ kind: this.#kind, id, now });
    if (changes === 0) throw new errors.InvalidGrant('It was used at the same moment by another request.');
    return Promise.resolve();
  }

  async destroy(id: string): Promise<void> {
    this.#statements.destroy.run({ kind: this.#kind, id });
    return Promise.resolve();
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    this.#statements.revokeByGrantId.run(this.#kind, grantId);
    return Promise.resolve();
  }

  #read(statement: ReturnType<typeof prepare>['find'], id: string): Promise<AdapterPayload | undefined> {
    const row = statement.get({ kind: this.#kind, id, now: this.#now() });
    return Promise.resolve(row && payloadOf(row));
  }
}

function payloadOf(row: Row): AdapterPayload {
  const payload = JSON.parse(String(row['payload'])) as AdapterPayload;
  return row['consumed_at_s'] === null ? payload : { ...payload, consumed: Number(row['consumed_at_s']) };
}
