/** `fetch` over a socket or pipe of this computer, for clients that take one: Node’s own knows TCP alone. */
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

export type SocketFetch = (address: string | URL, init?: RequestInit) => Promise<Response>;

/** An answer with one of these has no body, by the letter of the standard. */
const bodiless = new Set([204, 205, 304]);

/**
 * The body of a request is text; that of an answer comes as it is sent. An address with a fragment asks for the path that
 * the fragment holds, as VS Code's MCP client does.
 */
export function fetchOver(socketPath: string): SocketFetch {
  return (address, init = {}) =>
    new Promise((resolve, reject) => {
      const { host, pathname, search, hash } = new URL(address);
      const outgoing = request({
        socketPath,
        path: hash === '' ? pathname + search : hash.slice(1),
        method: init.method ?? 'GET',
        headers: { ...Object.fromEntries(new Headers(init.headers)), host },
        ...(init.signal && { signal: init.signal }),
      });
      outgoing.once('error', reject).once('response', (incoming) => {
        try {
          resolve(answerOf(incoming));
        } catch (thrown) {
          // A status that HTTP does not know makes no `Response`.
          outgoing.destroy();
          reject(new Error('The answer is no HTTP that fetch knows.', { cause: thrown }));
        }
      });
      outgoing.end(typeof init.body === 'string' ? init.body : undefined);
    });
}

function answerOf(incoming: IncomingMessage): Response {
  const { statusCode: status = 0, statusMessage: statusText = '', headersDistinct } = incoming;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value);
  if (!bodiless.has(status)) return new Response(Readable.toWeb(incoming), { status, statusText, headers });
  incoming.resume();
  return new Response(null, { status, statusText, headers });
}
