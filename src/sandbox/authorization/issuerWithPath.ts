// Serves an authorization server whose issuer has a path beside one that has none, on the same port: finds out which of
// the two a request is for.
import type { IncomingMessage } from 'node:http';

import type { PathDocument } from '../faults/issuerFaults.ts';
import type { Handler } from '../http/listener.ts';

/** Behind the origin of the issuer that has none. */
export const issuerPath = '/tenant';

const wellKnown = '/.well-known';
/** Where a document of the issuer can be asked for (checklist 3.1), and under which name the server knows it. */
const documents: Readonly<Record<PathDocument, readonly [asked: string, known: string]>> = {
  inserted: [
    `${wellKnown}/oauth-authorization-server${issuerPath}`,
    `${wellKnown}/oauth-authorization-server`,
  ],
  'openid-inserted': [`${wellKnown}/openid-configuration${issuerPath}`, `${wellKnown}/openid-configuration`],
  'openid-appended': [`${issuerPath}${wellKnown}/openid-configuration`, `${wellKnown}/openid-configuration`],
};

/**
 * Hands requests below the path to `tenant`, all others to `root`; `published` says which documents there are, none
 * where the issuer is not served now.
 */
export function serveBelowPath(
  root: Handler,
  tenant: () => Promise<Handler>,
  published: () => readonly PathDocument[],
): Handler {
  return async (request, response) => {
    const target = request.url ?? '/';
    const [path = ''] = target.split('?', 1);
    const isServed = published().length > 0;
    const document = Object.values(documents).find(([asked]) => asked === path);
    if (document !== undefined) {
      const isPublished = published().some((kind) => documents[kind][0] === path);
      if (!isPublished) {
        response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not_found"}');
        return;
      }
      mount(request, document[1]);
    } else if (isServed && path.startsWith(`${issuerPath}/`)) {
      mount(request, target.slice(issuerPath.length));
    } else {
      return root(request, response);
    }
    await (
      await tenant()
    )(request, response);
  };
}

/** The way in which middleware is told that it serves below a path: addresses that it makes begin with that path. */
function mount(request: IncomingMessage & { originalUrl?: string }, target: string): void {
  request.url = target;
  request.originalUrl = issuerPath + target;
}
