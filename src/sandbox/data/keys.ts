// The secrets of the authorization server itself: made once, kept with the data, so that what they signed stays good
// after a restart.
import type { DatabaseSync } from 'node:sqlite';

/** The kept value under a name; makes and keeps one where there is none yet. Any JSON value. */
export async function provideKey<Value>(
  database: DatabaseSync,
  name: string,
  make: () => Promise<Value> | Value,
): Promise<Value> {
  const kept = readKey(database, name);
  if (kept !== undefined) return JSON.parse(kept) as Value;
  const made = JSON.stringify(await make());
  // Another process on the same file may have been faster: its value holds.
  database.prepare('INSERT OR IGNORE INTO key (name, value) VALUES (?, ?)').run(name, made);
  return JSON.parse(readKey(database, name) ?? made) as Value;
}

function readKey(database: DatabaseSync, name: string): string | undefined {
  const value = database.prepare('SELECT value FROM key WHERE name = ?').get(name)?.['value'];
  return typeof value === 'string' ? value : undefined;
}
