// Opens the sandbox's data: a file that survives being killed at any moment, or memory.
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { migrations } from './schema.ts';

/**
 * Opens the data and brings it up to the schema of today. Without a file it is kept in memory.
 *
 * @throws Error with a sentence for people if the file cannot be opened, is something else, or comes from a newer version.
 */
export function openDatabase(file?: string): DatabaseSync {
  try {
    if (file !== undefined) createPrivately(file);
    const database = new DatabaseSync(file ?? ':memory:');
    try {
      // A commit is on the disk before it is answered; a reader never waits for a writer.
      database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      migrate(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The sandbox's data file ${file ?? ''} cannot be used: ${reason}.`, { cause });
  }
}

/** It holds tokens: a file of this user alone, whether SQLite would make one for everybody or somebody did. */
function createPrivately(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}

function migrate(database: DatabaseSync): void {
  // Another process may be at it, too: the version is read again once the file is ours.
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = readVersion(database);
    if (version > migrations.length) throw new Error('it was written by a newer version of the sandbox');
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    // SQLite has rolled back by itself where the file could not be written.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function readVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
}
