/**
 * The guarded transport: the only way of the engine to the network. It refuses addresses that are neither https nor
 * loopback or that lead nearer than they may, limits time and size, and never follows a redirect, so that nothing
 * secret ends at a place nobody chose.
 */
import { createAddressGuard } from './addressGuard.ts';
import { AuthError } from './authError.ts';
import type { Clock } from './clock.ts';
import type { Decide } from './decision.ts';
import { requireSecureUrl, type UrlPolicy } from './secureUrl.ts';

/** Why a request is made; shown in the log. */
export type Purpose =
  | 'first_contact'
  | 'resource_document'
  | 'issuer_document'
  | 'registration'
  | 'registration_read'
  | 'registration_removal'
  | 'authorization_check'
  | 'pushed_request'
  | 'device_code'
  | 'token'
  | 'token_exchange'
  | 'revocation'
  | 'userinfo'
  | 'introspection';

/** One finished request, for the log. Holds neither query, headers nor body. */
export interface Exchange {
  readonly purpose: Purpose;
  readonly method: string;
  readonly address: string;
  /** HTTP status, or the code of the {@link AuthError} that ended it. */
  readonly outcome: number | string;
  readonly durationMs: number;
}

/** The part of `fetch` that is used, so that any implementation fits. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The addresses behind a host name; an empty list where they cannot be known, as behind a proxy. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

export interface TransportPorts {
  readonly fetch: Fetch;
  readonly lookup: Lookup;
  readonly clock: Clock;
  readonly onExchange: (exchange: Exchange) => void;
  /** Is told what was decided on the way, where somebody wants to know. */
  readonly onDecision?: Decide;
}

export interface Transport {
  readonly policy: UrlPolicy;
  /** Takes note of what was decided from the answers. */
  readonly decide: Decide;
  /**
   * Sends one request and reads the whole answer.
   * @throws AuthError `insecure_url`, `unreachable`, `timed_out`, `response_too_large`; the signal's reason when aborted.
   */
  send(purpose: Purpose, address: string, init?: RequestInit): Promise<Response>;
}

export const requestTimeoutMs = 30_000;
/** Metadata and token answers are a few kilobytes; an event stream's first event hardly more. */
export const maxResponseBytes = 1_048_576;

/** A transport lives as long as one sign-in: what it looked up is believed no longer. */
export function createTransport(ports: TransportPorts, policy: UrlPolicy): Transport {
  const guard = createAddressGuard(ports.lookup, policy);
  return {
    policy,
    decide: (decision) => ports.onDecision?.(decision),
    async send(purpose, address, init = {}) {
      const url = requireSecureUrl(address, policy);
      const { host } = url;
      const startedAtMs = ports.clock.now();
      const report = (outcome: number | string) =>
        ports.onExchange({
          purpose,
          method: init.method ?? 'GET',
          address: url.origin + url.pathname,
          outcome,
          durationMs: ports.clock.now() - startedAtMs,
        });
      try {
        const response = await withDeadline(
          ports.clock,
          requestTimeoutMs,
          host,
          init.signal,
          async (signal) => {
            await guard.requireAllowed(url);
            // Aborted while the name was looked up: nothing goes out any more.
            signal.throwIfAborted();
            // Redirects stay unfollowed: a token, a code or a secret must not reach the place that they name (checklist 11.4).
            return readWhole(await ports.fetch(url.href, { ...init, redirect: 'manual', signal }), host);
          },
        );
        report(response.status);
        return response;
      } catch (thrown) {
        report(
          thrown instanceof AuthError
            ? thrown.code
            : init.signal?.aborted === true
              ? 'aborted'
              : 'unreachable',
        );
        if (thrown instanceof AuthError || init.signal?.aborted === true) throw thrown;
        throw new AuthError('unreachable', { host }, thrown);
      }
    },
  };
}

/**
 * Lets `work` take `limitMs` at most; the signal that it is given ends with the limit and with `signal`, and so does
 * the wait for it, whether it listens or not.
 * @throws AuthError `timed_out`; the signal's reason; what `work` throws.
 */
export async function withDeadline<Result>(
  clock: Clock,
  limitMs: number,
  host: string,
  signal: AbortSignal | null | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController();
  const stopTimer = clock.after(limitMs, () => limit.abort(new AuthError('timed_out', { host })));
  const ends = AbortSignal.any([limit.signal, ...(signal ? [signal] : [])]);
  try {
    ends.throwIfAborted();
    return await untilAborted(work(ends), ends);
  } finally {
    stopTimer();
  }
}

/** Waits for `work`, but no longer than the signal allows; rejects with its reason then. */
export function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
    if (signal.aborted) giveUp();
  });
}

async function readWhole(response: Response, host: string): Promise<Response> {
  if (response.body === null) return response;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  // An endless event stream is cut at its first event: the answer to one request is all that is wanted.
  const isEventStream = response.headers.get('content-type')?.includes('text/event-stream') === true;
  for await (const chunk of response.body as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    bytes += chunk.byteLength;
    if (bytes > maxResponseBytes)
      throw new AuthError('response_too_large', { host, status: response.status });
    chunks.push(chunk);
    if (isEventStream) break;
  }
  const { status, statusText, headers } = response;
  return new Response(new Blob(chunks), { status, statusText, headers });
}

/** True for a status that says nothing about the request: the server is in trouble, and may not be in a while. */
export function isBusy(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}
