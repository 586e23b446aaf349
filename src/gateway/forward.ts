/** Sends a client's request to the server, both directions streamed. */
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Clock } from '../oauth/clock.ts';
import { addressWithin, isRedirect, keepsRequest, maxRedirects } from '../oauth/ownAddress.ts';
import type { ClientCall } from './clientCall.ts';
import type { Refusal } from './route.ts';
import { openRequest } from './serverConnection.ts';

/** The server's answer, its body still to come. */
export type Answer = IncomingMessage;

export type Sent = { readonly kind: 'answered'; readonly answer: Answer; readonly from: URL } | Refusal;

/** The headers for one request to that address, made anew each time. */
export type HeadersFor = (target: URL) => Promise<OutgoingHttpHeaders>;

/** Where the last request that could follow a redirect was answered, by the address it was sent to. */
const answeredAt = new WeakMap<URL, URL>();
/** What the server had closed already is known by then; a connection that breaks later broke in the middle. */
const staleWithinMs = 1_000;

/**
 * The server's answer, or why there is none. The client going away ends the request to the server.
 * Redirects are followed within the server's origin alone: elsewhere the token has no business (checklist 11.4).
 */
export async function forward(
  call: ClientCall,
  address: URL,
  headersFor: HeadersFor,
  clock: Clock,
): Promise<Sent> {
  // What is streamed away can follow no redirect; a smaller request before it has shown where one leads.
  let target = (call.body.complete ? undefined : answeredAt.get(address)) ?? address;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const sent = await sendOnce(call, target, headersFor, clock);
    if (sent.kind !== 'answered') return sent;
    const { statusCode = 0, headers } = sent.answer;
    if (!isRedirect(statusCode)) {
      if (call.body.complete) answeredAt.set(address, target);
      return sent;
    }
    sent.answer.resume();
    const next = addressWithin(address.origin, headers.location ?? '', target);
    if (next === undefined || !keepsRequest(statusCode, call.method) || !call.body.complete)
      return { kind: 'redirected' };
    target = next;
  }
  return { kind: 'redirected' };
}

async function sendOnce(call: ClientCall, target: URL, headersFor: HeadersFor, clock: Clock): Promise<Sent> {
  const headers = await headersFor(target);
  const sentAtMs = clock.now();
  const isStale = () => clock.now() - sentAtMs <= staleWithinMs;
  const sent = await send(call, target, headers, isStale);
  if (sent !== 'stale') return sent;
  const again = await send(call, target, await headersFor(target), undefined);
  return again === 'stale' ? { kind: 'unreachable', cause: undefined } : again;
}

/**
 * `stale`: the server closed a kept connection just as it was taken up again, before it read anything in all likelihood.
 * What it may have been at for a while is not sent a second time: a tool that was called may have done its work.
 * @param isStale whether a kept connection that breaks now was closed before; undefined for a connection of its own.
 */
function send(
  { method, incoming, body, response }: ClientCall,
  target: URL,
  headers: OutgoingHttpHeaders,
  isStale: (() => boolean) | undefined,
): Promise<Sent | 'stale'> {
  if (response.destroyed) return Promise.resolve({ kind: 'unreachable', cause: undefined });
  return new Promise((resolve) => {
    const bytes = body.complete ? body.bytes : body.announcedBytes;
    // By itself Node frames no body of unknown length but that of POST: the server would read another request in it.
    if (bytes === undefined) headers['transfer-encoding'] = 'chunked';
    else if (bytes > 0 || method === 'POST') headers['content-length'] = bytes;
    // What cannot be sent again goes on a connection that nobody can have closed already.
    const isFresh = isStale === undefined || !body.complete;
    const outgoing = openRequest(target, { method, headers }, isFresh);
    const abandon = () => outgoing.destroy();
    response.once('close', abandon);
    let isAnswered = false;
    outgoing.once('response', (answer) => {
      isAnswered = true;
      answer.once('close', () => {
        // Otherwise the body is still on its way to somebody who wants no more of it.
        if (outgoing.writableFinished) response.off('close', abandon);
      });
      resolve({ kind: 'answered', answer, from: target });
    });
    // Where an answer has begun, its own end tells.
    outgoing.on('error', (cause) => {
      const wasStale =
        outgoing.reusedSocket &&
        isStale?.() === true &&
        !response.destroyed &&
        body.complete &&
        'code' in cause &&
        (cause.code === 'ECONNRESET' || cause.code === 'EPIPE');
      resolve(wasStale ? 'stale' : { kind: 'unreachable', cause });
    });
    // Also where no answer comes that could be passed on, such as a switch of protocols.
    outgoing.once('close', () => {
      if (!isAnswered) response.off('close', abandon);
      resolve({ kind: 'unreachable', cause: undefined });
    });
    if (body.complete) {
      // The last piece goes with the end: a small body is one write with its headers.
      for (const piece of body.pieces.slice(0, -1)) outgoing.write(piece);
      outgoing.end(body.pieces.at(-1));
    } else {
      for (const piece of body.pieces) outgoing.write(piece);
      incoming.pipe(outgoing);
      // What is left then is let go: a client that is still writing would not get to the answer.
      outgoing.once('close', () => incoming.resume());
    }
  });
}
