// A server that sends requests to another address of its own, as many do that want a slash at the end.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { Gateway } from '../../src/gateway/gateway.ts';
import { routeTo } from '../../src/gateway/route.ts';
import { addressWithin } from '../../src/oauth/ownAddress.ts';
import { serverAt } from './desk.ts';
import { GatewayClient, ping } from './gatewayClient.ts';

const client = new GatewayClient();
/** More than is kept to be sent a second time. */
const large = { ...ping, params: 'x'.repeat(1_200_000) };

function redirectToSlash(status = 307, location = '/mcp/'): void {
  const { answers } = client.world;
  const serve = answers.get('/mcp');
  assert.ok(serve);
  answers.set('/mcp/', serve);
  answers.set('/mcp', () => ({ status, headers: { location } }));
}

/** One route for all requests, as a window has. */
function keepRoute(): void {
  const { session } = client;
  const route = routeTo(
    session,
    ({ kind }) => kind,
    () => undefined,
  );
  client.gateway = new Gateway(client.ports({ find: () => route }));
}

describe('A server that sends to its address with a slash before it looks at who asks', () => {
  for (const status of [301, 307, 308])
    it(`(${status}) can be signed in to`, async () => {
      redirectToSlash(status);
      assert.equal(await client.session.signIn(), 'granted');
      assert.equal((await client.call(ping)).status, 200);
    });

  it('can be signed in to where it has the older transport', async () => {
    redirectToSlash();
    const { answers, listeners } = client.world;
    const serve = answers.get('/mcp/');
    assert.ok(serve);
    answers.set('/mcp/', (request) => (request.method === 'GET' ? serve(request) : { status: 405 }));
    listeners.set('GET /mcp', (_, response) => response.writeHead(302, { location: '/mcp/' }).end());
    assert.equal(await client.session.signIn(), 'granted');
  });

  it('is found again after it could not be reached', async () => {
    await client.session.signIn();
    redirectToSlash();
    client.world.listeners.set('/mcp', (request) => request.socket.destroy());
    await client.call(ping);
    assert.equal(client.session.state.kind, 'offline');
    client.faults.splice(0);
    client.world.listeners.clear();
    assert.equal(await client.session.upkeep.tryNow(true), undefined);
    assert.equal(client.session.state.kind, 'connected');
  });

  it('gets what is too large to be sent twice at the address that it named before', async () => {
    await client.session.signIn();
    keepRoute();
    redirectToSlash();
    assert.equal((await client.call(large)).text, 'redirected');
    assert.equal((await client.call(ping)).status, 200);
    assert.equal((await client.call(large)).status, 200);
    // It changes its mind.
    client.world.answers.set('/mcp', client.world.answers.get('/mcp/') ?? (() => ({})));
    client.world.answers.set('/mcp/', () => ({ status: 404 }));
    assert.equal((await client.call(ping)).status, 200);
    assert.equal((await client.call(large)).status, 200);
  });

  for (const location of ['https://mcp.example/mcp/', 'http://127.0.0.1:1/mcp/', 'http://[', ''])
    it(`is not followed out of its origin on the first contact: “${location}” (checklist 11.4)`, async () => {
      redirectToSlash(307, location);
      await assert.rejects(client.session.signIn(), { code: 'server_failed' });
      assert.equal(client.world.sent('/mcp').length, 1);
    });

  for (const status of [302, 303])
    it(`with ${status} sends a person to a page, and is not followed with what was to be posted`, async () => {
      redirectToSlash(status);
      await assert.rejects(client.session.signIn(), { code: 'server_failed' });
      assert.equal(client.world.sent('/mcp/').length, 0);
    });

  it('round and round is followed three times', async () => {
    client.world.answers.set('/mcp', () => ({ status: 307, headers: { location: '/mcp' } }));
    await assert.rejects(client.session.signIn(), { code: 'server_failed' });
    assert.equal(client.world.sent('/mcp').length, 4);
  });

  it('is followed to the same host with TLS where it was asked with TLS, whatever it says (checklist 11.4)', () => {
    const base = new URL('https://a.example/mcp');
    const within = (named: string) => addressWithin(base.origin, named, base)?.href;
    assert.equal(within('http://a.example/mcp/'), 'https://a.example/mcp/');
    for (const named of ['http://a.example:8080/mcp/', 'http://b.example/mcp/', 'ftp://a.example/mcp/'])
      assert.equal(within(named), undefined);
  });
});

describe('A request that is too large to be sent twice', () => {
  it('goes out on a connection that the server cannot have closed already', async () => {
    let connections = 0;
    const upstream = createServer((request, response) =>
      request.resume().once('end', () => response.end('{}')),
    );
    upstream.on('connection', (socket) => {
      let requests = 0;
      if ((connections += 1) === 1)
        socket.prependListener('data', () => (requests += 1) > 1 && socket.resetAndDestroy());
    });
    await new Promise<void>((listening) => upstream.listen(0, '127.0.0.1', listening));
    const { port } = upstream.address() as AddressInfo;
    const headers = { Authorization: 'Bearer mine' };
    client.session = await client.desk.open(serverAt(`http://127.0.0.1:${port}/mcp`, { headers }));
    try {
      assert.equal((await client.call(ping)).status, 200);
      assert.equal((await client.call(large)).status, 200);
      assert.equal(connections, 2);
    } finally {
      upstream.closeAllConnections();
      upstream.close();
    }
  });
});
