import assert from 'node:assert/strict';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { Server } from '../../src/servers/server.ts';
import { resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import { GatewayClient, ping } from './gatewayClient.ts';

const client = new GatewayClient();

describe('The gateway', () => {
  it('adds the token on the way out and passes the answer on', async () => {
    await client.session.signIn();
    const { status, json } = await client.call(ping);
    assert.equal(status, 200);
    assert.deepEqual(json, { jsonrpc: '2.0', id: 7, result: { ok: true } });
    const sent = client.world.sent('/mcp').at(-1);
    assert.match(sent?.headers.authorization ?? '', /^Bearer token-/);
    assert.equal(sent?.headers.host, new URL(client.world.origin).host);
  });

  it('keeps the headers of MCP and unknown ones in both directions, and drops those of one connection', async () => {
    await client.session.signIn();
    const { world } = client;
    world.answers.set('/mcp', () => ({
      headers: {
        'mcp-session-id': 's-1',
        'x-unknown': 'back',
        'keep-alive': 'timeout=1',
        'x-hop': 'h',
        connection: 'x-hop',
      },
      body: '{}',
    }));
    const headers = {
      'mcp-session-id': 's-1',
      'mcp-protocol-version': '2025-11-25',
      'last-event-id': 'e',
      te: 'trailers',
      authorization: 'Bearer forged',
    };
    const answer = await client.call(ping, { headers });
    const sent = world.sent('/mcp').at(-1)?.headers ?? {};
    assert.deepEqual(
      [sent['mcp-session-id'], sent['mcp-protocol-version'], sent['last-event-id'], sent['te']],
      ['s-1', '2025-11-25', 'e', undefined],
    );
    assert.notEqual(sent.authorization, 'Bearer forged');
    assert.deepEqual(
      [answer.headers['mcp-session-id'], answer.headers['x-unknown'], answer.headers['x-hop']],
      ['s-1', 'back', undefined],
    );
  });

  it('says in the words of MCP that a person has to sign in, and asks the server nothing', async () => {
    await client.session.signOut();

    const { status, json } = await client.call(ping);
    assert.equal(status, 200);
    assert.deepEqual(json, { jsonrpc: '2.0', id: 7, error: { code: -32010, message: 'Sentence: blocked.' } });
    const batch = await client.call([ping, { jsonrpc: '2.0', method: 'note' }, { ...ping, id: 'b' }]);
    assert.deepEqual(
      (batch.json as { id: unknown }[]).map(({ id }) => id),
      [7, 'b'],
    );
    assert.equal((await client.call({ jsonrpc: '2.0', method: 'notifications/initialized' })).status, 202);
    assert.equal((await client.call(undefined, { method: 'GET' })).status, 405);
    assert.deepEqual(client.world.requests, []);
  });

  it('never lets 401 or 403 through, and gives up a token that the server does not take (checklist 12.1, 12.6)', async () => {
    await client.session.signIn();
    const { world } = client;
    for (const [status, sentence] of [
      [403, 'Sentence: forbidden.'],
      [401, 'Sentence: unauthorized.'],
    ] as const) {
      world.answers.set('/mcp', () => ({ status, headers: { 'www-authenticate': 'Bearer error="x"' } }));
      const answer = await client.call(ping);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['www-authenticate'], undefined);
      assert.deepEqual((answer.json as { error: { message: string } }).error.message, sentence);
    }
    assert.equal(client.session.state.kind, 'expired');
    const before = world.requests.length;
    assert.match((await client.call(ping)).text, /Sentence: blocked/);
    assert.equal(world.requests.length, before);
  });

  it('uses a new token for the next request', async () => {
    await client.session.signIn();
    await client.session.signOut();
    assert.match((await client.call(ping)).text, /blocked/);
    await client.session.signIn();
    assert.equal((await client.call(ping)).status, 200);
  });

  it('follows a redirect within the origin and takes the token nowhere else (checklist 11.4)', async () => {
    await client.session.signIn();
    const { world } = client;
    const serve = world.answers.get('/mcp');
    assert.ok(serve);
    world.answers.set('/mcp/', serve);
    world.answers.set('/mcp', () => ({ status: 307, headers: { location: '/mcp/' } }));
    assert.deepEqual((await client.call(ping)).json, { jsonrpc: '2.0', id: 7, result: { ok: true } });

    const thief = await listen(createServer((_, response) => response.end('{}')));
    let stolen = 0;
    thief.on('request', () => (stolen += 1));
    for (const status of [301, 302, 303, 307, 308]) {
      world.answers.set('/mcp', () => ({ status, headers: { location: `${originOf(thief)}/mcp` } }));
      assert.match((await client.call(ping)).text, /redirected/);
    }
    world.answers.set('/mcp', () => ({ status: 307, headers: { location: '/mcp' } }));
    assert.match((await client.call(ping)).text, /redirected/);
    assert.equal(stolen, 0);
    thief.close();
  });

  it('lets a configured header win and sends it to the server alone (field case 17)', async () => {
    client.session = await client.desk.open(
      serverAt(client.world.mcpUrl, { headers: { Authorization: 'Bearer token-mine' } }),
    );
    assert.equal((await client.call(ping)).status, 200);
    assert.equal(client.world.sent('/mcp')[0]?.headers.authorization, 'Bearer token-mine');
    assert.deepEqual(client.world.requests, ['POST /mcp']);
  });

  it('passes no credentials of a client on to a server that needs no sign-in', async () => {
    client.world.answers.set('/mcp', () => ({ body: { jsonrpc: '2.0', id: 0, result: {} } }));
    client.world.answers.delete(resourceDocument);
    await client.session.signIn();
    await client.call(ping, { headers: { authorization: 'Bearer forged' } });
    assert.equal(client.world.sent('/mcp').at(-1)?.headers.authorization, undefined);
  });

  it('says that the server cannot be reached', async () => {
    await client.session.signIn();
    await client.world.close();
    assert.match((await client.call(ping)).text, /Sentence: unreachable/);
    assert.equal(client.faults.splice(0).length, 1);
  });

  it('lets a server say for itself whether it wants a sign-in, where nobody ever signed in', async () => {
    assert.match((await client.call(ping)).text, /Sentence: blocked/);
    assert.deepEqual(client.world.requests, ['POST /mcp']);
    assert.equal(client.session.state.kind, 'needs_auth');
    client.world.answers.set('/mcp', () => ({ body: { jsonrpc: '2.0', id: 7, result: {} } }));
    assert.deepEqual((await client.call(ping)).json, { jsonrpc: '2.0', id: 7, result: {} });
  });

  it('does not blame a sign-in for a configured header that the server does not take', async () => {
    client.session = await client.desk.open(
      serverAt(client.world.mcpUrl, { headers: { Authorization: 'Bearer old' } }),
    );
    assert.match((await client.call(ping)).text, /Sentence: unauthorized/);
    assert.equal(client.session.state.kind, 'no_auth');
  });

  it('asks for a sign-in where a server wants one that wanted none before', async () => {
    const { world } = client;
    world.answers.set('/mcp', () => ({ body: { jsonrpc: '2.0', id: 0, result: {} } }));
    world.answers.delete(resourceDocument);
    await client.session.signIn();
    assert.equal(client.session.state.kind, 'no_auth');
    world.answers.set('/mcp', () => ({ status: 401 }));
    await client.call(ping);
    assert.equal(client.session.state.kind, 'needs_auth');
  });

  it('takes the challenge out of every answer, whatever its status', async () => {
    await client.session.signIn();
    client.world.answers.set('/mcp', () => ({
      status: 400,
      headers: { 'www-authenticate': 'Bearer' },
      body: '{}',
    }));
    const { status, headers } = await client.call(ping);
    assert.deepEqual([status, headers['www-authenticate']], [400, undefined]);
  });

  it('answers where the server switches protocols instead of answering', async () => {
    const upstream = await listen(createServer());
    upstream.on('connection', (socket) =>
      socket.once('data', () =>
        socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      ),
    );
    await useServer(upstream);
    assert.match((await client.call(ping)).text, /Sentence: unreachable/);
    client.faults.splice(0);
    upstream.close();
  });

  it('sends a request anew when the server closed the kept connection that it went out on', async () => {
    let connections = 0;
    const upstream = await listen(
      createServer((incoming, response) =>
        incoming.resume().once('end', () => response.end('{"done":true}')),
      ),
    );
    upstream.on('connection', (socket) => {
      connections += 1;
      if (connections > 1) return;
      let requests = 0;
      // The first connection dies the moment a second request arrives on it.
      socket.prependListener('data', () => (requests += 1) > 1 && socket.resetAndDestroy());
    });
    await useServer(upstream);
    assert.deepEqual((await client.call(ping)).json, { done: true });
    assert.deepEqual((await client.call(ping)).json, { done: true });
    assert.equal(connections, 2);
    upstream.closeAllConnections();
    upstream.close();
  });

  it('passes a body on that is too large to hold', async () => {
    await client.session.signIn();
    let bytes = 0;
    const upstream = await listen(
      createServer((incoming, response) => {
        incoming.on('data', (chunk: Buffer) => (bytes += chunk.length));
        incoming.on('end', () => response.end('{"done":true}'));
      }),
    );
    await useServer(upstream);
    assert.deepEqual((await client.call({ ...ping, params: { text: 'x'.repeat(3_000_000) } })).json, {
      done: true,
    });
    assert.ok(bytes > 3_000_000);
    upstream.close();
  });

  it('streams events as they come, and ends the request to the server when the client goes away', async () => {
    const ended = Promise.withResolvers<undefined>();
    const upstream = await listen(
      createServer((_, response) => {
        response.once('close', () => ended.resolve(undefined));
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: one\n\n');
      }),
    );
    await useServer(upstream);
    const response = await client.open(undefined, { method: 'GET' });
    const first = await response.iterator({ destroyOnReturn: false }).next();
    assert.equal(String(first.value), 'data: one\n\n');
    response.destroy();
    await ended.promise;
    upstream.close();
  });

  async function useServer(upstream: HttpServer): Promise<void> {
    const changes: Partial<Server> = { headers: { Authorization: 'Bearer mine' } };
    client.session = await client.desk.open(serverAt(`${originOf(upstream)}/mcp`, changes));
  }
});

function listen(server: HttpServer): Promise<HttpServer> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function originOf(server: HttpServer): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
