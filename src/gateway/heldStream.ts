/**
 * An event stream that stands in for the server's while that cannot be had. VS Code's client gives up its background
 * stream for good where the request for it is answered by an error; one that ends it asks for again.
 */
import type { Clock } from '../oauth/clock.ts';
import { resting, type SessionState } from '../session/state.ts';
import { goneSignal, type ClientCall } from './clientCall.ts';
import type { Route } from './route.ts';

/** Where nothing will tell when the server can be reached again, the client finds out for itself. */
const pauseMs = 10_000;

/** Whether requests can be expected to get through. */
export function isAble(state: SessionState): boolean {
  const { kind } = resting(state);
  return kind === 'connected' || kind === 'no_auth';
}

/** Silent, and ended as soon as it is worth asking the server again. */
export async function holdStream(call: ClientCall, route: Route, clock: Clock): Promise<void> {
  const { response } = call;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  const gone = goneSignal(call);
  if (isAble(route.state)) await pause(clock, gone);
  else await route.until(isAble, gone);
  response.end();
}

function pause(clock: Clock, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.after(pauseMs, resolve);
    gone.addEventListener('abort', () => {
      stop();
      resolve();
    });
  });
}
