/** The small web server behind a loopback redirect: one path, one method, and only under the hosts that were told. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { bareHeaders, type CallbackPage } from './callbackPage.ts';

/** The path of every loopback redirect; fixed, because many authorization servers compare it (checklist 8.4). */
export const callbackPath = '/callback';

export interface CallbackAnswer {
  readonly page: CallbackPage;
  /** Called once the browser has the page. */
  readonly sent?: () => void;
}

export interface CallbackRequests {
  /** Values of `Host` that a browser on its way back sends; any other comes from a page that rebinds its name. */
  readonly hosts: ReadonlySet<string>;
  /** @param query with its question mark; empty for none. */
  answer(query: string): CallbackAnswer;
}

/** Everything but a GET of the exact path under a known host is turned away without a word (checklist 8.6). */
export function createCallbackServer(requests: CallbackRequests): Server {
  return createServer((request, response) => {
    // What is sent along is not read.
    request.resume();
    const status = refusalOf(request, requests.hosts);
    if (status === undefined) show(response, requests.answer((request.url ?? '').slice(callbackPath.length)));
    else response.writeHead(status, { ...bareHeaders, ...(status === 405 && { allow: 'GET' }) }).end();
  });
}

function refusalOf({ method, url = '', headers }: IncomingMessage, hosts: ReadonlySet<string>) {
  if (!hosts.has(headers.host?.toLowerCase() ?? '')) return 404;
  if (url.split('?', 1)[0] !== callbackPath) return 404;
  return method === 'GET' ? undefined : 405;
}

function show(response: ServerResponse, { page, sent }: CallbackAnswer): void {
  // Also where the browser went away before: the answer itself arrived.
  if (sent !== undefined) response.once('close', sent);
  response.writeHead(page.status, { ...page.headers, ...bareHeaders }).end(page.body);
}
