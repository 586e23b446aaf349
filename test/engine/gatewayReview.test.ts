// Corners in which a request could be sent twice, be read as two, or have its client wait for ever.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { EventStream } from '../../src/gateway/eventStream.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import type { Route } from '../../src/gateway/route.ts';
import { AuthError } from '../../src/oauth/authError.ts';
import { until } from './attempt.ts';
import { serverAt } from './desk.ts';
import { GatewayClient, Heard, ping } from './gatewayClient.ts';

const client = new GatewayClient();
const sse = 'text/event-stream';

describe('A body in chunks that is too large to hold', () => {
  for (const method of ['GET', 'DELETE', 'POST']) {
    it(`is one request at the server, and not the beginning of another: ${method}`, async () => {
      await client.session.signIn();
      const sent = Buffer.alloc(1_500_000, 'x');
      let bytes = 0;
      client.world.listeners.set(`${method} /mcp`, (request, response) => {
        assert.equal(request.headers['transfer-encoding'], 'chunked');
        request.on('data', (chunk: Buffer) => (bytes += chunk.length));
        request.once('end', () => response.end('{}'));
      });
      const call = client.begin({ method, headers: { 'transfer-encoding': 'chunked' } });
      call.end(sent);
      const [response] = (await once(call, 'response')) as [IncomingMessage];
      response.resume();
      assert.equal(response.statusCode, 200);
      assert.equal(bytes, sent.length);
    });
  }
});

it('A body that was streamed away is not promised to the address of a redirect, which would wait for it for ever', async () => {
  await client.session.signIn();
  client.world.listeners.set('GET /mcp', (request, response) => {
    request.resume().once('end', () => response.writeHead(307, { location: '/moved' }).end());
  });
  client.world.listeners.set('GET /moved', (request, response) => {
    request.resume().once('end', () => response.end('{}'));
  });
  const call = client.begin({ method: 'GET', headers: { 'content-length': 1_500_000 } });
  call.end(Buffer.alloc(1_500_000, 'x'));
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  assert.equal(response.resume().statusCode, 405);
});

describe('A connection that breaks while the server is at a request', () => {
  it('has the request sent again where it broke at once, as one does that was closed already', async () => {
    assert.equal(await sentWhereItBreaksAfter(1_000), 2);
    client.faults.splice(0);
  });

  it('has nothing sent again later: what was called may have been done', async () => {
    assert.equal(await sentWhereItBreaksAfter(1_001), 1);
    assert.equal(client.faults.splice(0).length, 1);
  });

  /** How often a request is sent whose kept connection breaks then. */
  async function sentWhereItBreaksAfter(ms: number): Promise<number> {
    await client.session.signIn();
    let count = 0;
    let broken: ServerResponse | undefined;
    client.world.listeners.set('POST /mcp', (request, response) => {
      count += 1;
      if (count === 2) broken = response;
      else request.resume().once('end', () => response.end('{}'));
    });
    await client.call(ping);
    const answer = client.call(ping);
    await until(() => broken !== undefined);
    client.desk.clock.advance(ms);
    broken?.socket?.resetAndDestroy();
    await answer;
    return count - 1;
  }
});

describe('A batch', () => {
  it('is refused with a list, also of one (JSON-RPC 2.0 §6)', async () => {
    await client.session.signIn();
    await client.session.signOut();
    const error = { code: -32010, message: 'Sentence: blocked.' };
    const { json } = await client.call([ping, { jsonrpc: '2.0', method: 'note' }]);
    assert.deepEqual(json, [{ jsonrpc: '2.0', id: 7, error }]);
  });
});

describe('A stream that is held', () => {
  it('for a server that asks nobody to sign in, as far as anybody knows, is ended after a while', async () => {
    const { desk, world } = client;
    world.listeners.set('GET /mcp', (request) => request.socket.destroy());
    const stream = new Heard(await client.openStream());
    assert.equal(client.session.state.kind, 'needs_auth');
    assert.equal(client.faults.splice(0).length, 1);
    await until(() => desk.clock.pendingTimers === 1);
    desk.clock.advance(9_999);
    assert.equal(stream.ending, undefined);
    desk.clock.advance(1);
    assert.equal(await stream.over(), 'end');
  });

  it('is ended now and then, for its server may be another one in the settings by then', async () => {
    const { desk, session, world } = client;
    await session.signIn();
    await session.signOut();
    const stream = new Heard(await client.openStream());
    await until(() => desk.clock.pendingTimers === 1);
    session.dispose();
    client.session = await desk.open(serverAt(world.mcpUrl, { headers: { Authorization: 'Bearer mine' } }));
    desk.clock.advance(299_999);
    assert.equal(stream.ending, undefined);
    desk.clock.advance(1);
    assert.equal(await stream.over(), 'end');
    assert.equal(desk.clock.pendingTimers, 0);
  });

  it('does not end as soon as others reach the server, where it breaks off every stream: that would begin again at once', async () => {
    const { desk, session, world } = client;
    await session.signIn();
    world.listeners.set('GET /mcp', (request) => request.socket.destroy());
    const stream = new Heard(await client.openStream());
    assert.equal(session.state.kind, 'offline');
    assert.equal((await client.call(ping)).status, 200);
    assert.equal(session.state.kind, 'connected');
    desk.clock.advance(9_999);
    assert.equal((await client.call(ping)).status, 200);
    assert.equal(stream.ending, undefined);
    desk.clock.advance(1);
    assert.equal(await stream.over(), 'end');
    assert.equal(client.faults.splice(0).length, 1);
  });

  it('does not end at once, again and again, where nothing tells of the server at all', async () => {
    const { clock } = client.desk;
    const error = new AuthError('unreachable', { host: 'absent.example' });
    const absent: Route = {
      serverUrl: new URL(client.world.mcpUrl),
      headers: {},
      authorization: () => Promise.resolve({ kind: 'unavailable', error }),
      resolve: () => assert.fail(),
      noteReach: () => undefined,
      noteNonce: () => assert.fail(),
      noteBlocked: () => undefined,
      state: { kind: 'error', error },
      account: () => undefined,
      until: () => Promise.resolve(),
      explain: () => '',
    };
    client.gateway = new Gateway(client.ports({ find: () => absent }));
    const stream = new Heard(await client.openStream());
    await until(() => clock.pendingTimers === 1);
    clock.advance(9_999);
    assert.equal(stream.ending, undefined);
    clock.advance(1);
    assert.equal(await stream.over(), 'end');
    assert.deepEqual(client.faults.splice(0), [error]);
  });
});

describe('A stream that the server refuses with 401, though it takes messages with the same token', () => {
  const refuse = () => client.world.listeners.set('GET /mcp', (_, response) => response.writeHead(401).end());

  it('costs one new token and no sign-in, and is asked for again after a long while', async () => {
    const { desk, session, world } = client;
    world.givesRefreshTokens = true;
    world.expiresInSeconds = undefined;
    await session.signIn();
    refuse();
    assert.equal((await client.call(ping)).status, 200);
    world.transcript.length = 0;
    const stream = new Heard(await client.openStream());
    assert.deepEqual(world.requests, ['POST /as/token']);
    assert.equal(session.state.kind, 'connected');
    assert.equal((await client.call(ping)).status, 200);
    desk.clock.advance(3_599_999);
    assert.equal(stream.ending, undefined);
    desk.clock.advance(1);
    assert.equal(await stream.over(), 'end');
  });

  it('costs no sign-in either where no new token is to be had', async () => {
    await client.session.signIn();
    refuse();
    assert.equal((await client.call(ping)).status, 200);
    const stream = new Heard(await client.openStream());
    assert.equal(client.session.state.kind, 'connected');
    assert.equal((await client.call(ping)).status, 200);
    stream.leave();
  });

  it('is asked for with another token where somebody has signed in meanwhile', async () => {
    const { session, world } = client;
    await session.signIn();
    assert.equal((await client.call(ping)).status, 200);
    const tokens: unknown[] = [];
    world.listeners.set('GET /mcp', (request, response) => {
      tokens.push(request.headers.authorization);
      if (tokens.length === 1) void session.signIn().then(() => response.writeHead(401).end());
      else response.writeHead(200, { 'content-type': sse }).end('data: here\n\n');
    });
    const stream = new Heard(await client.openStream());
    assert.equal(await stream.over(), 'end');
    assert.equal(stream.text, 'data: here\n\n');
    assert.equal(new Set(tokens).size, 2);
  });

  it('is held until somebody has signed in, once a message shows that the token is good for nothing', async () => {
    const { session, world } = client;
    await session.signIn();
    refuse();
    assert.equal((await client.call(ping)).status, 200);
    const stream = new Heard(await client.openStream());
    world.listeners.set('POST /mcp', (_, response) => response.writeHead(401).end());
    assert.match((await client.call(ping)).text, /Sentence: unauthorized/);
    assert.equal(session.state.kind, 'expired');
    assert.equal(await stream.over(), 'end');
    const next = new Heard(await client.openStream());
    world.listeners.clear();
    await session.signIn();
    assert.equal(await next.over(), 'end');
  });
});

describe('A stream of the older transport', () => {
  it('that its server has ended is not broken by what is said too late', async () => {
    const stream = new EventStream(() => '/messages');
    const first = 'event: endpoint\ndata: /messages\n\n';
    stream.write(first);
    assert.equal(stream.isOpen, true);
    stream.end();
    await once(stream, 'finish');
    assert.equal(stream.isOpen, false);
    stream.say('data: late\n\n');
    let text = '';
    for await (const chunk of stream as AsyncIterable<Buffer>) text += String(chunk);
    assert.equal(text, first);
  });

  it('tells of a refusal also behind more empty lines than an event needs', async () => {
    let server: ServerResponse | undefined;
    client.world.listeners.set('GET /mcp', (_, response) => {
      server = response;
      response.writeHead(200, { 'content-type': sse });
      response.write('event: endpoint\ndata: /messages\n\n');
    });
    await client.session.signIn();
    const stream = new Heard(await client.openStream({}));
    const [, path = ''] = /data: (.*)\n/.exec(await stream.until(/\n\n/)) ?? [];
    await client.session.signOut();
    for (const ending of ['\n\n\n', '\r\r\r', '\r\n\r\n\r\n', '\n\n\n\n\n']) {
      server?.write(`data: {}${ending}`);
      await stream.until(new RegExp(`${ending}$`));
      assert.equal((await client.call(ping, { path })).status, 202);
      await stream.until(/Sentence: blocked.*\n\n$/);
    }
    stream.leave();
  });
});
