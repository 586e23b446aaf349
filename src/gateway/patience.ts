/** How long a request waits for the person to finish a sign-in. */
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

function isSettled({ kind }: SessionState): boolean {
  return kind !== 'authorizing';
}
