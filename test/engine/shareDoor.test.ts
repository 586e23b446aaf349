// What a program gets that a sign-in is shared with, and what everybody else gets: nothing.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { routeTo } from '../../src/gateway/route.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import { ShareDoor, sharePath } from '../../src/gateway/shareDoor.ts';
import { SharePlaces } from '../../src/node/sharePlace.ts';
import { SharePort } from '../../src/node/sharePort.ts';
import type { Session } from '../../src/session/session.ts';
import { Shares, type Share } from '../../src/session/shares.ts';
import { within } from '../support/deadline.ts';
import { Attempt } from './attempt.ts';
import { serverAt } from './desk.ts';
import { ping } from './gatewayClient.ts';

const attempt = new Attempt();
let folder: string;
let session: Session;
let shares: Shares;
let share: Share;
let port: SharePort;
let blocked: number;
const faults: unknown[] = [];
let close: () => void;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-door-'));
  const { ports } = attempt.desk;
  const places = new SharePlaces(folder, ports.lock);
  blocked = 0;
  session = (await attempt.signIn()).session;
  shares = await Shares.open(ports, (await places.open()).name);
  const door: ShareDoor = new ShareDoor({
    Gateway,
    shares,
    route: () =>
      routeTo(
        session,
        ({ kind }) => `Sentence: ${kind}.`,
        () => (blocked += 1),
      ),
    host: () => port.host,
    clock: ports.clock,
    onFault: (cause) => faults.push(cause),
  });
  port = new SharePort({
    places,
    clock: ports.clock,
    listener: door.listener,
    onForeign: () => assert.fail(),
    onFault: (cause) => faults.push(cause),
  });
  const stop = port.follow(shares);
  close = () => {
    stop();
    door.dispose();
    shares.dispose();
  };
  share = await shares.add({ client: 'other', label: 'script', server: session.server });
  await port.open();
});
afterEach(async () => {
  close();
  await rm(folder, { recursive: true });
  assert.deepEqual(faults.splice(0), []);
});

interface CallOptions {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

async function open({
  method = 'POST',
  path = sharePath(share),
  headers = {},
}: CallOptions = {}): Promise<IncomingMessage> {
  const outgoing = http.request(`${await port.origin()}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    agent: false,
  });
  outgoing.end(method === 'POST' ? JSON.stringify(ping) : undefined);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return response;
}

async function call(options?: CallOptions): Promise<{ status: number | undefined; text: string }> {
  const response = await open(options);
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: response.statusCode, text: Buffer.concat(chunks).toString() };
}

/** An event stream that goes on until somebody ends it. */
async function stream(): Promise<IncomingMessage> {
  const upstream = http.createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': here\n\n');
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const stopAll = close;
  close = () => {
    stopAll();
    upstream.closeAllConnections();
    upstream.close();
  };
  const address = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/mcp`;
  session = await attempt.desk.open(serverAt(address, { oauth: false }));
  const response = await open({ method: 'GET' });
  await once(response, 'data');
  return response;
}

describe('A program that a sign-in is shared with', () => {
  it('uses it by the address alone', async () => {
    const { status, text } = await call();
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(text), { jsonrpc: '2.0', id: 7, result: { ok: true } });
    const [sent] = attempt.world.sent('/mcp').slice(-1);
    assert.match(String(sent?.headers.authorization), /^Bearer token-/);
    assert.equal(shares.lastUsedAtMs(share), attempt.desk.clock.now());
  });

  it('is told in a sentence that nobody is signed in, and no browser opens', async () => {
    await session.signOut();
    const opened = attempt.desk.opened.length;
    const { status, text } = await call();
    assert.equal(status, 200);
    const { id, error } = JSON.parse(text) as { id: unknown; error: { message: string } };
    assert.deepEqual([id, error.message], [7, 'Sentence: blocked.']);
    assert.equal(attempt.desk.opened.length, opened);
    assert.equal(blocked, 1);
  });

  it('gets nothing more once the share is taken back, and what it still receives ends', async () => {
    const other = await shares.add({ client: 'other', label: 'other', server: session.server });
    const receiving = await stream();
    const ended = once(receiving, 'close').catch(() => undefined);
    receiving.on('error', () => undefined).resume();
    await shares.revoke(share);
    await within(10_000, 'The stream goes on.', ended);
    const before = attempt.world.requests.length;
    assert.equal((await call()).status, 404);
    assert.equal(attempt.world.requests.length, before);
    // The other program is none the worse for it.
    assert.notEqual((await open({ method: 'GET', path: sharePath(other) })).statusCode, 404);
  });

  it('gets nothing more under a key that was renewed', async () => {
    const before = sharePath(share);
    await shares.renewKeys();
    assert.equal((await call({ path: before })).status, 404);
    assert.equal((await call({ path: sharePath(shares.all[0] ?? share) })).status, 200);
  });

  it('finds nothing that listens once nothing is shared', async () => {
    await shares.revoke(share);
    assert.equal(port.host, undefined);
    await assert.rejects(call(), { code: 'ECONNREFUSED' });
    const { port: freed } = new URL(await port.origin());
    const anybody = createServer();
    anybody.listen(Number(freed), '127.0.0.1');
    await once(anybody, 'listening');
    anybody.close();
  });
});

describe('Nobody else gets anything', () => {
  const foreign: [string, () => CallOptions | Promise<CallOptions>][] = [
    ['under another key', () => ({ path: `/${'x'.repeat(43)}/mcp` })],
    ['under a part of the key', () => ({ path: `/${share.key.slice(0, 42)}/mcp` })],
    [
      'under the key in other letters',
      () => ({ path: sharePath(share).toUpperCase().replace('MCP', 'mcp') }),
    ],
    ['beside the address', () => ({ path: `/${share.key}/` })],
    ['below the address', () => ({ path: `${sharePath(share)}/x` })],
    ['with parameters', () => ({ path: `${sharePath(share)}?x=1` })],
    ['at the address of messages that nobody announced', () => ({ path: `/${share.key}/messages/x` })],
    ['without any key', () => ({ path: '/mcp' })],
    ['with a name in place of the key', () => ({ path: '/__proto__/mcp' })],
    [
      'under the host of a page that leads its name here (DNS rebinding)',
      () => ({ headers: { host: 'evil.example' } }),
    ],
    [
      'under the name of this computer',
      async () => ({ headers: { host: `localhost:${await portNumber()}` } }),
    ],
    ['under this address without the port', () => ({ headers: { host: '127.0.0.1' } })],
    ['from a web page', () => ({ headers: { origin: 'https://evil.example' } })],
    ['from a page of this very address', async () => ({ headers: { origin: await port.origin() } })],
    ['from a page without an origin', () => ({ headers: { origin: 'null' } })],
    [
      'asking whose it is under another host',
      () => ({ path: `/whose/${'x'.repeat(43)}`, headers: { host: 'evil.example' } }),
    ],
  ];
  const portNumber = async () => new URL(await port.origin()).port;
  for (const [how, options] of foreign) {
    it(how, async () => {
      const before = attempt.world.requests.length;
      const { status, text } = await call(await options());
      assert.deepEqual([status, text], [404, '']);
      assert.equal(attempt.world.requests.length, before);
      assert.equal(shares.lastUsedAtMs(share), undefined);
    });
  }

  it('at another address of this computer', async () => {
    const number = await portNumber();
    for (const host of ['127.0.0.2', '[::1]'])
      await assert.rejects(fetch(`http://${host}:${number}${sharePath(share)}`, { method: 'POST' }));
  });
});
