/** A connection to a place, on which a call of a tool goes out and its answer comes back whole. */
import { Agent, request, type IncomingMessage, type RequestOptions } from 'node:http';
import type { Place } from './orders.ts';
import { ProgramWire } from './programWire.ts';
import { toolCall } from './toolCall.ts';

export interface Wire {
  /** @throws Error where the answer is not the one that the server gives to such a call. */
  call(): Promise<void>;
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
  const sent: RequestOptions = {
    ...options,
    method: 'POST',
    agent,
    headers: {
      ...headers,
      'content-type': 'application/json',
      'content-length': String(body.length),
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-06-18',
    },
  };
  return {
    call: () =>
      new Promise((resolve, reject) => {
        const take = (answer: IncomingMessage) => {
          let bytes = 0;
          answer.on('data', (chunk: Buffer) => (bytes += chunk.length)).once('error', reject);
          answer.once('end', () => {
            if (answer.statusCode === 200 && bytes === body.length) resolve();
            else reject(new Error(`Answered ${answer.statusCode} with ${bytes} bytes.`));
          });
        };
        request(sent, take).once('error', reject).end(body);
      }),
    close: () => agent.destroy(),
  };
}
