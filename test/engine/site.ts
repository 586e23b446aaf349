/** A site of its own for a test, which a browser walks over. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { listenExclusively } from '../../src/node/exclusivePort.ts';

type Page = (request: IncomingMessage, response: ServerResponse) => void;

/** @returns the paths that were visited, in order, and where the site is. */
export async function siteFor(t: TestContext, page: Page) {
  const visited: string[] = [];
  const server = createServer((request, response) => {
    visited.push(request.url ?? '');
    page(request, response);
  });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const port = await listenExclusively(server, '127.0.0.1', 0);
  return { visited, origin: `http://127.0.0.1:${port}` };
}
