// Clears away, every minute, what has expired.
import type { DatabaseSync } from 'node:sqlite';

import { describeFailure } from '../http/requestLog.ts';
import { sweepRecords } from './recordStore.ts';

const intervalMs = 60_000;

/**
 * Sweeps once now and then every minute; the returned function ends it. Keeps no process alive. A sweep that fails,
 * because another process holds the file, is made up for by the next one.
 */
export function startSweep(
  database: DatabaseSync,
  log: (line: string) => void,
  now: () => number = Date.now,
  everyMs = intervalMs,
): () => void {
  const sweep = () => {
    try {
      sweepRecords(database, now());
    } catch (error) {
      log(describeFailure(error));
    }
  };
  sweep();
  const timer = setInterval(sweep, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
