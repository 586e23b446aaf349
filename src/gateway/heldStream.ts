/**
 * An event stream that stands in for the server's while that cannot be had. VS Code's client gives up its background
 * stream for good where the request for it is answered by an error; one that ends it asks for again.
 */
import type { Clock } from '../oauth/clock.ts';
import { resting, type SessionState } from '../session/state.ts';
import { goneSignal, type ClientCall } from './clientCall.ts';
import type { Refusal, Route } from './route.ts';

/** Where nothing will tell when the server can be reached again, the client finds out for itself. */
const pauseMs = 10_000;
/** What is heard of the state may be of a server that is another one in the settings by now. */
const longestMs = 300_000;
/** Each try may cost a new token. */
const asideMs = 3_600_000;

/** Whether requests can be expected to get through. */
export function isAble(state: SessionState): boolean {
  const { kind } = resting(state);
  return kind === 'connected' || kind === 'no_auth';
}

/** Silent, and ended as soon as it is worth asking the server again. */
export async function holdStream(
  call: ClientCall,
  route: Route,
  clock: Clock,
  refusal: Refusal,
): Promise<void> {
  const untilAble: Wait = (over) => route.until(isAble, over);
  if (refusal.kind !== 'unreachable') return hold(call, (gone) => within(clock, longestMs, gone, untilAble));
  await hold(call, async (gone) => {
    // Other requests may reach the server meanwhile: one that breaks off every stream would be asked without a pause.
    await within(clock, pauseMs, gone, aborted);
    // The state of a server without a sign-in does not tell when it can be reached again.
    if (resting(route.state).kind === 'offline') await within(clock, longestMs, gone, untilAble);
  });
}

/**
 * Stands in for a stream that the server refuses to a token with which it takes messages: those tell soon enough whether
 * the token is good, and what is asked for then.
 */
export function holdAside(call: ClientCall, route: Route, clock: Clock): Promise<void> {
  const untilUnable: Wait = (over) => route.until((state) => !isAble(state), over);
  return hold(call, (gone) => within(clock, asideMs, gone, untilUnable));
}

/** Ends at the latest when the signal is aborted. */
type Wait = (over: AbortSignal) => Promise<void>;

async function hold(call: ClientCall, wait: Wait): Promise<void> {
  const { response } = call;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  await wait(goneSignal(call));
  response.end();
}

async function within(clock: Clock, limitMs: number, gone: AbortSignal, wait: Wait): Promise<void> {
  const limit = new AbortController();
  const stop = clock.after(limitMs, () => limit.abort());
  await wait(AbortSignal.any([gone, limit.signal]));
  stop();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
}
