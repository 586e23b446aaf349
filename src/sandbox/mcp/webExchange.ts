// Between node:http and the Request and Response of the web, in which the MCP SDK speaks. The adapter that comes with
// the SDK sends no headers before the first event and holds a stream that nobody reads until the next one: a client
// that opens a quiet stream would wait for it, and could not open another.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

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

/** Sends the answer, its headers at once; gives the stream back as soon as the client leaves. */
export async function sendWebResponse(response: ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) {
    response.end();
    return;
  }
  response.flushHeaders();
  try {
    await pipeline(Readable.fromWeb(answer.body), response);
  } catch (error) {
    // Whoever leaves in the middle of a stream has had enough; that is no failure of the server.
    if (!response.destroyed) throw error;
  }
}
