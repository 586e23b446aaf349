/** A connection to a place, on which a call of a tool goes out and its answer comes back whole. */
import { Agent, request, type IncomingMessage, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Place } from './orders.ts';
import { ProgramWire } from './programWire.ts';
import { eventsCall, toolCall } from './toolCall.ts';

export interface Wire {
  /** @throws Error where the answer is not the one that the server gives to such a call. */
  call(): Promise<void>;
  /** A call that asks for so many events before its result; how many came. */
  callForEvents(events: number): Promise<number>;
  close(): void;
}

export async function openWire(place: Place, bodyBytes: number): Promise<Wire> {
  return place.kind === 'program' ? ProgramWire.open(place, bodyBytes) : httpWire(place, bodyBytes);
}

export type HttpPlace = Exclude<Place, { readonly kind: 'program' }>;

interface HttpTarget {
  readonly options: RequestOptions;
  readonly headers: Readonly<Record<string, string>>;
}

export function targetOf(place: HttpPlace): HttpTarget {
  if (place.kind === 'socket') {
    const { socketPath, path } = place;
    return { options: { socketPath, path }, headers: { host: 'localhost' } };
  }
  const { hostname, port, pathname } = new URL(place.url);
  const headers = { authorization: `Bearer ${place.token}` };
  return { options: { hostname, port, path: pathname }, headers };
}

/** Connections are kept, as every client keeps them. */
function httpWire(place: HttpPlace, bodyBytes: number): Wire {
  const agent = new Agent({ keepAlive: true });
  const body = toolCall(1, bodyBytes);
  const { headers, options } = targetOf(place);
  const post = (text: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const sent: RequestOptions = {
        ...options,
        method: 'POST',
        agent,
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': String(text.length),
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2025-06-18',
        },
      };
      request(sent, resolve).once('error', reject).end(text);
    });
  return {
    call: () =>
      post(body).then(
        (answer) =>
          new Promise((resolve, reject) => {
            let bytes = 0;
            answer.on('data', (chunk: Buffer) => (bytes += chunk.length)).once('error', reject);
            answer.once('end', () => {
              if (answer.statusCode === 200 && bytes === body.length) resolve();
              else reject(new Error(`Answered ${answer.statusCode} with ${bytes} bytes.`));
            });
          }),
      ),
    callForEvents: async (events) => {
      const said = await text(await post(eventsCall(1, events)));
      // The result is one, too.
      return said.split('\n\n').length - 2;
    },
    close: () => agent.destroy(),
  };
}
