// Lends the hands to another process: the extension host, where tests run, asks over HTTP on this machine.
// The path holds a secret, so that no page in the browser can move them.
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import type { HandsRequest, HandsResponse } from './hands/hands.ts';
import { handsOn } from './hands/handsOn.ts';
import type { Workbench } from './hands/workbench.ts';

export interface LentHands {
  /** For the environment variable `MCP_OAUTH_HANDS`. */
  readonly address: string;
  close(): Promise<void>;
}

export async function lendHands(workbench: Workbench): Promise<LentHands> {
  const secretPath = `/${randomBytes(24).toString('base64url')}`;
  const server = http.createServer((request, response) => {
    if (request.method !== 'POST' || request.url !== secretPath) {
      response.writeHead(404).end();
      return;
    }
    void answer(workbench, request).then((answered) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answered));
    });
  });
  // A connection that is closed here while a request is on its way to it would lose that.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}${secretPath}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function answer(workbench: Workbench, request: http.IncomingMessage): Promise<HandsResponse> {
  try {
    const asked = JSON.parse(await text(request)) as HandsRequest;
    return { outcome: 'done', value: await perform({ ...workbench, deadlineMs: asked.deadlineMs }, asked) };
  } catch (error) {
    return { outcome: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

async function perform(workbench: Workbench, { operation, args }: HandsRequest): Promise<unknown> {
  const hands = handsOn(workbench);
  if (!Object.hasOwn(hands, operation)) throw new Error(`The hands cannot “${operation}”.`);
  // The pair of name and arguments is typed at the other end; here it is one of many.
  const all = hands as unknown as Record<string, (...args: readonly unknown[]) => Promise<unknown>>;
  return all[operation]?.(...args);
}
