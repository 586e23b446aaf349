/** Listeners at loopback addresses, and what visits them. */
import assert from 'node:assert/strict';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import os from 'node:os';
import type { TestContext } from 'node:test';
import { LoopbackReceiver, type Externalize } from '../../src/node/loopbackReceiver.ts';
import { listenExclusively } from '../../src/node/exclusivePort.ts';
import { AuthError } from '../../src/oauth/authError.ts';
import type { RedirectAddress, RedirectSettings } from '../../src/session/ports.ts';

export const texts = {
  language: 'en-"x',
  title: 'Sign-in <b>',
  done: 'Done & well: close this tab.',
  failed: 'The editor tells you more.',
  unknown: 'Nobody waits for this.',
};

export const hasIPv6 = Object.values(os.networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

interface Stand {
  readonly receiver: LoopbackReceiver;
  readonly address: RedirectAddress;
  readonly port: number;
  /** What the attempt with the state `known` gets. */
  readonly answer: Promise<string>;
  readonly cancel: AbortController;
}

export async function stand(
  t: TestContext,
  settings: RedirectSettings = {},
  externalize?: Externalize,
): Promise<Stand> {
  const receiver = new LoopbackReceiver(texts, externalize);
  const address = await receiver.prepare(settings);
  t.after(() => address.close());
  const cancel = new AbortController();
  const answer = receiver.receive('known', cancel.signal);
  answer.catch(() => undefined);
  return { receiver, address, port: Number(new URL(address.arrivalUri).port), answer, cancel };
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Visit {
  readonly method?: string;
  readonly host?: string;
  readonly address?: string;
}

/** A request as a browser sends it, or as one sends it who means no good. */
export function visit(port: number, path: string, { method, host, address }: Visit = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = { host: host ?? `127.0.0.1:${port}`, connection: 'keep-alive' };
    const options = {
      host: address ?? '127.0.0.1',
      port,
      path,
      method: method ?? 'GET',
      headers,
      agent: false,
    };
    request(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    })
      .once('error', reject)
      .end();
  });
}

export async function occupy(t: TestContext, host: string, port = 0): Promise<number> {
  const server: Server = createServer();
  t.after(() => server.close());
  return listenExclusively(server, host, port);
}

export const isUnavailable = (host: string, setting: string) => (thrown: unknown) => {
  assert.ok(thrown instanceof AuthError);
  assert.equal(thrown.code, 'redirect_unavailable');
  assert.deepEqual(thrown.facts, { setting, host });
  return true;
};
