// Between node:http and the Request and Response of the web, in which the MCP SDK speaks. The adapter that comes with
// the SDK sends no headers before the first event and holds a stream that nobody reads until the next one: a client
// that opens a quiet stream would wait for it, and could not open another.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A line that begins so says nothing to the client: a sign of life. */
const commentSign = ':'.charCodeAt(0);

/** The request without its body, which was read before; its signal comes when the client leaves. */
export function toWebRequest(request: IncomingMessage, response: ServerResponse): Request {
  const { method = 'GET', url = '/' } = request;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const left = new AbortController();
  response.once('close', () => left.abort());
  if (response.destroyed) left.abort();
  return new Request(new URL(url, 'http://localhost'), { method, headers, signal: left.signal });
}

/**
 * Sends the answer, its headers at once; gives the stream back as soon as the client leaves, and breaks it off after
 * `eventsLimit` events.
 */
export async function sendWebResponse(
  response: ServerResponse,
  answer: Response,
  eventsLimit = Infinity,
): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) {
    response.end();
    return;
  }
  response.flushHeaders();
  const reader: ReadableStreamDefaultReader<Uint8Array> = answer.body.getReader();
  const giveBack = () => void reader.cancel().catch(() => undefined);
  response.once('close', giveBack);
  if (response.destroyed) giveBack();
  // Each event of a stream is a chunk of its own.
  for (let events = 0; events < eventsLimit;) {
    const { done, value } = await reader.read();
    if (done) {
      response.end();
      return;
    }
    // At the pace of the client, and what was sent before the stream breaks off is to arrive: without any progress no
    // client would ever be through.
    await new Promise((written) => response.write(value, written));
    if (value[0] !== commentSign) events += 1;
  }
  response.destroy();
}
