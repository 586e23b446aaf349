// One connection of the older HTTP+SSE transport (revision 2024-11-05): a stream that carries everything to the client,
// and an address, told as its first event, that takes everything from it. The SDK no longer has a server for it.
import { randomUUID } from 'node:crypto';

import type { AuthInfo, JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import { parseJSONRPCMessage } from '@modelcontextprotocol/server';

import { messagesPath } from './protectedResource.ts';

/** The name of the parameter that says to which stream a message belongs. */
export const sessionParameter = 'sessionId';

/** Lives as long as its stream: whoever leaves has ended the session. */
export class OlderTransport implements Transport {
  readonly sessionId = randomUUID();
  onclose?: () => void;
  onmessage?: NonNullable<Transport['onmessage']>;
  readonly #stream: ReadableStream<Uint8Array>;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor() {
    this.#stream = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => this.#end(),
    });
  }

  /** The answer to the request that opened the stream. */
  get response(): Response {
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' };
    return new Response(this.#stream, { headers });
  }

  start(): Promise<void> {
    // Relative to the server, as the SDK's servers of that time had it.
    this.#write('endpoint', `${messagesPath}?${sessionParameter}=${this.sessionId}`);
    return Promise.resolve();
  }

  send(message: JSONRPCMessage): Promise<void> {
    this.#write('message', JSON.stringify(message));
    return Promise.resolve();
  }

  /** Takes in what was posted; the answer comes over the stream. */
  receive(body: unknown, authInfo: AuthInfo): Response {
    let message: JSONRPCMessage;
    try {
      message = parseJSONRPCMessage(body);
    } catch {
      return new Response('The body is no JSON-RPC message.', { status: 400 });
    }
    this.onmessage?.(message, { authInfo });
    return new Response('Accepted', { status: 202 });
  }

  close(): Promise<void> {
    this.#controller?.close();
    this.#end();
    return Promise.resolve();
  }

  #write(event: string, data: string): void {
    this.#controller?.enqueue(this.#encoder.encode(`event: ${event}\ndata: ${data}\n\n`));
  }

  #end(): void {
    if (this.#controller === undefined) return;
    this.#controller = undefined;
    this.onclose?.();
  }
}
