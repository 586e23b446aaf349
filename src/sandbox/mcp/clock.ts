// Time, as the MCP server sees it: handed in, so that a test can hold it still.
import { setTimeout as delay } from 'node:timers/promises';

/** Tells the time and waits. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits that long; rejects with an `AbortError` if the signal comes first. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The clock of this computer. What waits on it does not keep the program running. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (milliseconds, signal) => delay(milliseconds, undefined, { ref: false, ...(signal && { signal }) }),
};
