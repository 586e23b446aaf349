// The tables of the sandbox's data file, as the steps that led to them. A step is never edited once it has been
// released: a file of any age is carried along from where it stands.

/** SQL for each step; the file's `user_version` counts how many were taken. */
export const migrations: readonly string[] = [
  `CREATE TABLE record (
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     payload TEXT NOT NULL,
     expires_at_ms INTEGER,
     PRIMARY KEY (kind, id)
   ) WITHOUT ROWID;
   CREATE TABLE key (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,

  // What is searched for gets a column and an index; being used becomes a fact of its own, so that two requests at
  // once cannot both find a code unused.
  `ALTER TABLE record ADD COLUMN uid TEXT;
   ALTER TABLE record ADD COLUMN user_code TEXT;
   ALTER TABLE record ADD COLUMN grant_id TEXT;
   ALTER TABLE record ADD COLUMN consumed_at_s INTEGER;
   UPDATE record SET
     uid = payload ->> '$.uid',
     user_code = payload ->> '$.userCode',
     grant_id = payload ->> '$.grantId',
     consumed_at_s = payload ->> '$.consumed';
   CREATE INDEX record_by_uid ON record (kind, uid) WHERE uid IS NOT NULL;
   CREATE INDEX record_by_user_code ON record (kind, user_code) WHERE user_code IS NOT NULL;
   CREATE INDEX record_by_grant ON record (grant_id) WHERE grant_id IS NOT NULL;
   CREATE INDEX record_by_expiry ON record (expires_at_ms) WHERE expires_at_ms IS NOT NULL;`,

  `CREATE TABLE passphrase (
     only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
     salt TEXT NOT NULL,
     hash TEXT NOT NULL,
     cost INTEGER NOT NULL,
     block_size INTEGER NOT NULL,
     parallelization INTEGER NOT NULL
   );
   CREATE TABLE passkey (
     id TEXT PRIMARY KEY,
     public_key TEXT NOT NULL,
     algorithm TEXT NOT NULL,
     transports TEXT NOT NULL,
     counter INTEGER NOT NULL,
     name TEXT NOT NULL,
     relying_party TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE failure (at_ms INTEGER NOT NULL);`,
];
