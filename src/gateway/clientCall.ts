/** A request of an MCP client that was let in, as far as it was read, and where its answer goes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { lists, type Headers } from './headers.ts';
import { readBody, type RequestBody } from './requestBody.ts';

export interface ClientCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly incoming: IncomingMessage;
  readonly headers: Headers;
  readonly body: RequestBody;
  readonly response: ServerResponse;
}

/** The methods of MCP; undefined for any other. */
export function methodOf({ method }: IncomingMessage): ClientCall['method'] | undefined {
  return method === 'GET' || method === 'POST' || method === 'DELETE' ? method : undefined;
}

export async function readCall(
  method: ClientCall['method'],
  incoming: IncomingMessage,
  headers: Headers,
  response: ServerResponse,
): Promise<ClientCall> {
  return { method, incoming, headers, body: await readBody(incoming, headers), response };
}

export function wantsEvents({ method, headers }: ClientCall): boolean {
  return method === 'GET' && lists(headers['accept'], 'text/event-stream');
}

/**
 * Whether what comes is a stream to listen to, for one account: the answer to GET, and since 2026-07-28 to a message, which
 * says so in a header.
 */
export function isListening({ method, headers }: ClientCall): boolean {
  return method === 'GET' || (method === 'POST' && headers['mcp-method'] === 'subscriptions/listen');
}

/** Ends with the client's connection: nothing is asked or waited for in the name of somebody who is gone. */
export function goneSignal({ response }: ClientCall): AbortSignal {
  if (response.destroyed) return AbortSignal.abort();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}
