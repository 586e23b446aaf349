// Clears away, every minute, what has expired.
import type { DatabaseSync } from 'node:sqlite';

import { sweepRecords } from './recordStore.ts';

const intervalMs = 60_000;

/** Sweeps once now and then every minute; the returned function ends it. Keeps no process alive. */
export function startSweep(
  database: DatabaseSync,
  now: () => number = Date.now,
  everyMs = intervalMs,
): () => void {
  const sweep = () => void sweepRecords(database, now());
  sweep();
  const timer = setInterval(sweep, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
