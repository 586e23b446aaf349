/** Sends a client's request to the server, both directions streamed. */
// As objects: VS Code puts its support for proxies into them, and not into the names that they export.
import http from 'node:http';
import https from 'node:https';
import type { RequestBody } from './requestBody.ts';
import type { Refusal } from './route.ts';

/** The server's answer, its body still to come. */
export type Answer = http.IncomingMessage;

/** Idle connections are closed before servers usually close them; one that was closed meanwhile is seen below. */
const keepAlive = { keepAlive: true, timeout: 4_000 };
const agents = { 'http:': new http.Agent(keepAlive), 'https:': new https.Agent(keepAlive) };
const maxRedirects = 3;

/**
 * The server's answer, or why there is none. The client going away ends the request to the server.
 * Redirects are followed within the server's origin alone: elsewhere the token has no business (checklist 11.4).
 */
export async function forward(
  request: http.IncomingMessage,
  body: RequestBody,
  serverUrl: URL,
  headersFor: (target: URL) => Promise<http.OutgoingHttpHeaders>,
  client: http.ServerResponse,
): Promise<Answer | Refusal> {
  let target = serverUrl;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const answer = await sendOnce(request, body, target, await headersFor(target), client);
    if (isRefusal(answer)) return answer;
    const { statusCode = 0 } = answer;
    if (statusCode < 300 || statusCode > 399 || statusCode === 304) return answer;
    answer.resume();
    const { location } = answer.headers;
    const next =
      location !== undefined && URL.canParse(location, target.href) ? new URL(location, target) : undefined;
    const repeatable =
      request.method === 'GET' || ((statusCode === 307 || statusCode === 308) && body.complete);
    if (next?.origin !== serverUrl.origin || !repeatable) return { kind: 'redirected' };
    target = next;
  }
  return { kind: 'redirected' };
}

export function isRefusal(answer: Answer | Refusal): answer is Refusal {
  return 'kind' in answer;
}

function sendOnce(
  request: http.IncomingMessage,
  body: RequestBody,
  target: URL,
  headers: http.OutgoingHttpHeaders,
  client: http.ServerResponse,
): Promise<Answer | Refusal> {
  return new Promise((resolve) => {
    const secure = target.protocol === 'https:';
    const outgoing = (secure ? https : http).request(target, {
      method: request.method ?? 'GET',
      headers: {
        ...headers,
        ...(body.complete && body.head.length > 0 && { 'content-length': body.head.length }),
      },
      agent: secure ? agents['https:'] : agents['http:'],
    });
    const abandon = () => outgoing.destroy();
    client.once('close', abandon);
    outgoing.once('response', (answer) => {
      answer.once('close', () => client.off('close', abandon));
      resolve(answer);
    });
    outgoing.once('error', (cause) => {
      // The server closed a kept connection just as it was taken up again, before it read anything in all likelihood.
      const wasStale =
        outgoing.reusedSocket && 'code' in cause && cause.code === 'ECONNRESET' && body.complete;
      resolve(wasStale ? sendOnce(request, body, target, headers, client) : { kind: 'unreachable', cause });
    });
    // Also where no answer comes that could be passed on, such as a switch of protocols.
    outgoing.once('close', () => resolve({ kind: 'unreachable', cause: undefined }));
    if (body.complete) {
      outgoing.end(body.head.length > 0 ? body.head : undefined);
    } else {
      outgoing.write(body.head);
      request.pipe(outgoing);
    }
  });
}
