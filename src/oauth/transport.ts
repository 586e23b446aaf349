/**
 * The guarded transport: the only way of the engine to the network. It refuses addresses that are neither https nor
 * loopback, limits time and size, and never follows a redirect, so that nothing secret ends at a place nobody chose.
 */
import { AuthError } from './authError.ts';
import type { Clock } from './clock.ts';
import { requireSecureUrl, type UrlPolicy } from './secureUrl.ts';

/** Why a request is made; shown in the log. */
export type Purpose = 'first_contact' | 'resource_document' | 'issuer_document' | 'registration' | 'token';

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

export interface TransportPorts {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly onExchange: (exchange: Exchange) => void;
}

export interface Transport {
  readonly policy: UrlPolicy;
  /**
   * Sends one request and reads the whole answer.
   * @throws AuthError `insecure_url`, `unreachable`, `timed_out`, `response_too_large`; the signal's reason when aborted.
   */
  send(purpose: Purpose, address: string, init?: RequestInit): Promise<Response>;
}

export const requestTimeoutMs = 30_000;
/** Metadata and token answers are a few kilobytes; an event stream's first event hardly more. */
export const maxResponseBytes = 1_048_576;

export function createTransport(ports: TransportPorts, policy: UrlPolicy): Transport {
  return {
    policy,
    async send(purpose, address, init = {}) {
      const startedAtMs = ports.clock.now();
      const method = init.method ?? 'GET';
      const report = (outcome: number | string, url: URL) =>
        ports.onExchange({
          purpose,
          method,
          address: url.origin + url.pathname,
          outcome,
          durationMs: ports.clock.now() - startedAtMs,
        });
      const url = requireSecureUrl(address, policy);
      try {
        const response = await sendWithin(requestTimeoutMs, ports, url, init);
        report(response.status, url);
        return response;
      } catch (thrown) {
        report(thrown instanceof AuthError ? thrown.code : 'aborted', url);
        throw thrown;
      }
    },
  };
}

async function sendWithin(
  limitMs: number,
  ports: TransportPorts,
  url: URL,
  init: RequestInit,
): Promise<Response> {
  const host = url.host;
  const limit = new AbortController();
  const stopTimer = ports.clock.after(limitMs, () => limit.abort());
  const signals = [limit.signal, ...(init.signal ? [init.signal] : [])];
  try {
    // Redirects stay unfollowed: a token, a code or a secret must not reach the place that they name (checklist 11.4).
    const response = await ports.fetch(url.href, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.any(signals),
    });
    return await readWhole(response, host);
  } catch (thrown) {
    if (thrown instanceof AuthError) throw thrown;
    if (init.signal?.aborted === true) throw init.signal.reason;
    if (limit.signal.aborted) throw new AuthError('timed_out', { host }, thrown);
    throw new AuthError('unreachable', { host }, thrown);
  } finally {
    stopTimer();
  }
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
