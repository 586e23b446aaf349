/** How long a request waits: for the person to finish a sign-in, and for an authorization server that stumbled. */
import type { Clock } from '../oauth/clock.ts';
import type { SessionState } from '../session/state.ts';
import type { Route } from './route.ts';

/** Clients of MCP give a request up after a minute. */
const patienceMs = 50_000;

/** Ends as soon as nobody signs in any more, when the time is up, or when the client is gone. */
export async function awaitSignIn(route: Route, clock: Clock, gone: AbortSignal): Promise<void> {
  const over = new AbortController();
  const stop = clock.after(patienceMs, () => over.abort());
  await route.until(isSettled, AbortSignal.any([gone, over.signal]));
  stop();
}

/** Whoever stumbles twice is up again by then; who wants more time than that has it told to the client. */
const soonMs = 6_000;

/** Ends when it is time, at once where that is not soon. @returns whether it is time, and the client still there. */
export async function awaitRetry(retryAtMs: number, clock: Clock, gone: AbortSignal): Promise<boolean> {
  const leftMs = Math.max(retryAtMs - clock.now(), 0);
  if (leftMs > soonMs || gone.aborted) return false;
  await new Promise<void>((resolve) => {
    const end = () => {
      stop();
      gone.removeEventListener('abort', end);
      resolve();
    };
    const stop = clock.after(leftMs, end);
    gone.addEventListener('abort', end);
  });
  return !gone.aborted;
}

function isSettled({ kind }: SessionState): boolean {
  return kind !== 'authorizing';
}
