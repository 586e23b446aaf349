import assert from 'node:assert/strict';
import { chmodSync, statSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { Paths } from '../../src/gateway/paths.ts';
import { until } from './attempt.ts';
import { GatewayClient, Heard, ping } from './gatewayClient.ts';

const client = new GatewayClient();
/** A user without rights, on every system that has users. */
const nobody = 65_534;

/** How a connection of another user ends. A socket is opened in the call itself, so that no other work is that user's. */
function connectAs(uid: number, socket: string): Promise<string> {
  process.seteuid?.(uid);
  const connection = net.connect(socket);
  process.seteuid?.(0);
  return new Promise((resolve) => {
    connection.once('connect', () => {
      connection.destroy();
      resolve('connected');
    });
    connection.once('error', (thrown: NodeJS.ErrnoException) => resolve(String(thrown.code)));
  });
}

describe('The gateway lets in nobody', () => {
  const foreign: [string, Parameters<GatewayClient['call']>[1]][] = [
    ['who guesses a path', { path: '/mcp' }],
    ['who asks for the root', { path: '/' }],
    ['who comes under another host (DNS rebinding)', { headers: { host: 'evil.example' } }],
    ['who comes from a web page', { headers: { origin: 'https://evil.example' } }],
    ['who comes from a page without an origin', { headers: { origin: 'null' } }],
    [
      'who comes from a page that asks without leave',
      { headers: { origin: 'https://evil.example', 'content-type': 'text/plain' } },
    ],
    ['who comes from a page of this computer', { headers: { origin: 'http://localhost' } }],
  ];
  for (const [who, options] of foreign) {
    it(who, async () => {
      await client.session.signIn();
      const before = client.world.requests.length;
      assert.equal((await client.call(ping, options)).status, 404);
      assert.equal(client.world.requests.length, before);
    });
  }

  it('without a sign-in, also with a body too large to read for its id', async () => {
    await client.session.signOut();
    const answer = await client
      .call({ ...ping, params: { text: 'x'.repeat(3_000_000) } })
      .catch(() => undefined);
    assert.ok(answer === undefined || answer.status === 503);
    assert.deepEqual(client.world.requests, []);
  });

  it('for a server that is gone', async () => {
    assert.equal((await client.call(ping, { path: client.paths.pathOf('gone') })).status, 404);
  });

  for (const open of ['folder', 'socket'] as const) {
    const isRoot = process.getuid?.() === 0;
    it(`but this user, even where the ${open} were open to all`, { skip: !isRoot }, async () => {
      const socket = client.listener.address.path;
      chmodSync(open === 'folder' ? path.dirname(socket) : socket, 0o777);
      assert.equal(await connectAs(0, socket), 'connected');
      assert.equal(await connectAs(nobody, socket), 'EACCES');
      chmodSync(open === 'folder' ? socket : path.dirname(socket), 0o777);
      // That the attempt itself would succeed.
      assert.equal(await connectAs(nobody, socket), 'connected');
    });
  }

  it(
    'but this user: the socket lies in a folder that is closed to others',
    { skip: process.platform === 'win32' },
    () => {
      const socket = client.listener.address.path;
      assert.equal(statSync(path.dirname(socket)).mode & 0o777, 0o700);
      assert.equal(statSync(socket).mode & 0o777, 0o600);
    },
  );

  it('any longer under a path that was taken back: what is open is cut off', async () => {
    await client.session.signIn();
    client.world.listeners.set('GET /mcp', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: one\n\n');
    });
    const stream = new Heard(await client.openStream());
    await stream.until(/one/);
    client.gateway.cutOff(client.paths.pathOf('gone'));
    assert.equal(stream.ending, undefined);
    client.gateway.cutOff(client.paths.pathOf('notes'));
    assert.equal(await stream.over(), 'break');
  });

  it('as somebody who signed out: a stream that was opened for them ends', async () => {
    const { world, session } = client;
    await session.signIn();
    await client.call(ping);
    world.listeners.set('GET /mcp', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: one\n\n');
    });
    const stream = new Heard(await client.openStream());
    await stream.until(/one/);
    // The token is another one then, and the account is the same.
    await session.upkeep.replaceToken(session.accessToken ?? '');
    assert.equal(stream.ending, undefined);
    await session.signOut();
    assert.equal(await stream.over(), 'break');
  });

  it('twice under the same path: it is new at every start', () => {
    const path = client.paths.pathOf('notes');
    assert.notEqual(new Paths().pathOf('notes'), path);
    assert.match(path, /^\/[\w-]{43}\/mcp$/);
    assert.equal(client.paths.pathOf('notes'), path);
  });
});

describe('The log', () => {
  it('gets neither token nor path nor body, whatever happens', async () => {
    const { world, desk, session } = client;
    world.givesRefreshTokens = true;
    await session.signIn();
    const usual = world.answers.get('/mcp') ?? assert.fail();
    const tokens = [session.accessToken ?? ''];
    const note = { ...ping, method: 'tools/call', params: { text: 'my-private-note' } };
    const failures = [
      () => world.answers.set('/mcp', () => ({ status: 401 })),
      () => world.answers.set('/mcp', () => ({ status: 403 })),
      () =>
        world.answers.set('/mcp', () => ({
          status: 307,
          headers: { location: 'https://elsewhere.example/' },
        })),
      () => world.listeners.set('/mcp', (request) => request.socket.resetAndDestroy()),
      () =>
        world.listeners.set('/mcp', (_, response) =>
          response.socket?.end('HTTP/1.1 200 OK\r\nA\0: b\r\n\r\n'),
        ),
      () =>
        world.listeners.set('/mcp', (_, response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.end(`event: endpoint\ndata: https://evil.example/${tokens.join()}\n\n`);
        }),
    ];
    for (const fail of failures) {
      fail();
      await client.call(note).catch(() => undefined);
      const stream = new Heard(await client.openStream({}));
      await until(() => stream.ending !== undefined || stream.text !== '');
      stream.leave();
      tokens.push(session.accessToken ?? '');
      world.listeners.clear();
      world.answers.set('/mcp', usual);
      await session.signIn();
      tokens.push(session.accessToken ?? '');
    }
    const faults = client.faults.splice(0);
    assert.ok(faults.length > 2);
    const written = [
      ...desk.log,
      ...faults.map((fault) => inspect(fault, { depth: 9, showHidden: true })),
    ].join('\n');
    const [, secretPath = ''] = client.paths.pathOf('notes').split('/');
    for (const secret of [
      ...tokens.filter((token) => token !== ''),
      secretPath,
      'my-private-note',
      'refresh-',
    ])
      assert.ok(!written.includes(secret), secret);
  });
});
