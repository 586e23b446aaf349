/** Says no in the words of MCP: a JSON-RPC error with a sentence, never an HTTP status that starts a sign-in elsewhere. */
import type { ClientCall } from './clientCall.ts';
import { messageEvent } from './endpointEvent.ts';
import type { EventStream } from './eventStream.ts';
import { lists } from './headers.ts';
import type { RequestBody } from './requestBody.ts';

/** JSON-RPC 2.0 §5.1: from the range that implementations may define, and one that neither MCP nor its SDKs use. */
const refused = -32_010;

/** @param stream where answers go in the older transport; undefined where they go to whoever asked. */
export function refuseMessages(call: ClientCall, sentence: string, stream: EventStream | undefined): void {
  const { response, body, incoming, headers } = call;
  if (!body.complete || stream?.isOpen === false) {
    // The call's id may be anywhere in what was not read; a status ends the call where an error without id would not.
    refuseInText(call, sentence);
    // What is still to come is let go: a client that writes while the connection is closed would not see the answer.
    incoming.resume();
    return;
  }
  const { ids, isBatch } = callsIn(body);
  const errors = ids.map((id) => ({ jsonrpc: '2.0', id, error: { code: refused, message: sentence } }));
  if (stream !== undefined) for (const error of errors) stream.say(messageEvent(error));
  if (stream !== undefined || errors.length === 0) {
    // Notifications and answers expect no reply.
    response.writeHead(202).end();
  } else if (readsJson(headers['accept'])) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isBatch ? errors : errors[0]));
  } else {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(errors.map(messageEvent).join(''));
  }
}

export function refuseInText({ response }: ClientCall, sentence: string): void {
  response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8' }).end(sentence);
}

/** Streamable HTTP: 405 says that no stream is offered and no session can be ended, which every client takes for an answer. */
export function refuseMethod({ response }: Pick<ClientCall, 'response'>): void {
  response.writeHead(405, { allow: 'POST' }).end();
}

/** Whoever names nothing, or everything, takes what is usual. */
function readsJson(accept: string | string[] | undefined): boolean {
  return lists(accept, 'application/json', 'application/*', '*/*') || !lists(accept, 'text/event-stream');
}

interface Calls {
  readonly ids: readonly (string | number | null)[];
  /** Answered with a list, also where one call alone is in it (JSON-RPC 2.0 §6). */
  readonly isBatch: boolean;
}

/** The ids of the calls in a body; one null id where it is no JSON (JSON-RPC 2.0 §5). */
function callsIn({ pieces }: RequestBody): Calls {
  let messages: unknown;
  try {
    messages = JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    return { ids: [null], isBatch: false };
  }
  const isBatch = Array.isArray(messages);
  const all: readonly unknown[] = Array.isArray(messages) ? messages : [messages];
  const ids = all.flatMap((message) => {
    if (typeof message !== 'object' || message === null || !('method' in message) || !('id' in message))
      return [];
    const { id } = message;
    return typeof id === 'string' || typeof id === 'number' ? [id] : [];
  });
  return { ids, isBatch };
}
