// Keeps the passphrase, the passkeys and the wrong tries with the rest of the data.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';

import type { PassphraseHash, Passkey, ProofStore } from '../consent/proofs.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** The proofs in an open database. */
export function openProofStore(database: DatabaseSync): ProofStore {
  return {
    readPassphrase: () => {
      const row = database.prepare('SELECT * FROM passphrase').get();
      return row && toPassphrase(row);
    },
    writePassphrase: (hash) => {
      database
        .prepare(
          'INSERT OR REPLACE INTO passphrase VALUES (1, :salt, :hash, :cost, :blockSize, :parallelization)',
        )
        .run({ ...hash });
    },
    readPasskeys: () => database.prepare('SELECT * FROM passkey ORDER BY created_at_ms').all().map(toPasskey),
    writePasskey: (passkey) => {
      database
        .prepare(
          `INSERT OR REPLACE INTO passkey
           VALUES (:id, :publicKey, :algorithm, :transports, :counter, :name, :relyingParty, :createdAtMs)`,
        )
        .run({ ...passkey, transports: JSON.stringify(passkey.transports) });
    },
    removePasskey: (id) => {
      database.prepare('DELETE FROM passkey WHERE id = ?').run(id);
    },
    countFailures: (sinceMs) =>
      Number(
        database.prepare('SELECT count(*) AS count FROM failure WHERE at_ms >= ?').get(sinceMs)?.['count'],
      ),
    addFailure: (atMs) => {
      database.prepare('DELETE FROM failure WHERE at_ms < ?').run(atMs - dayMs);
      database.prepare('INSERT INTO failure VALUES (?)').run(atMs);
    },
  };
}

type Row = Record<string, SQLOutputValue>;

function toPassphrase(row: Row): PassphraseHash {
  return {
    salt: String(row['salt']),
    hash: String(row['hash']),
    cost: Number(row['cost']),
    blockSize: Number(row['block_size']),
    parallelization: Number(row['parallelization']),
  };
}

function toPasskey(row: Row): Passkey {
  return {
    id: String(row['id']),
    publicKey: String(row['public_key']),
    algorithm: String(row['algorithm']),
    transports: JSON.parse(String(row['transports'])) as string[],
    counter: Number(row['counter']),
    name: String(row['name']),
    relyingParty: String(row['relying_party']),
    createdAtMs: Number(row['created_at_ms']),
  };
}
