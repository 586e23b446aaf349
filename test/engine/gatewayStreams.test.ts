// Answers and connections: streamed as they come, no further ahead than their reader, and broken off at both ends alike.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { until } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';
import { GatewayClient, Heard, ping } from './gatewayClient.ts';

const client = new GatewayClient();
const result = JSON.stringify({ jsonrpc: '2.0', id: 7, result: { ok: true } });

/** Takes messages by itself from now on; each connection is counted. */
function serve(answer: (response: ServerResponse, count: number) => void): Set<Socket> {
  const connections = new Set<Socket>();
  let count = 0;
  client.world.listeners.set('POST /mcp', (request, response) => {
    connections.add(request.socket);
    request.resume().once('end', () => answer(response, (count += 1)));
  });
  return connections;
}

/** Lets the loop turn until nothing has moved for a while. */
async function untilStill(position: () => number): Promise<number> {
  let [last, turns] = [-1, 0];
  while (turns < 200) {
    turns = position() === last ? turns + 1 : 0;
    last = position();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return last;
}

describe('A stream to the client', () => {
  it('runs no further ahead than its reader reads', async () => {
    await client.session.signIn();
    const chunk = Buffer.alloc(65_536, 'x');
    const total = 64 * 1_048_576;
    let sent = 0;
    client.world.listeners.set('GET /mcp', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const write = () => {
        while (sent < total) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', write);
            return;
          }
        }
        response.end();
      };
      write();
    });
    const response = await client.openStream();
    assert.ok((await untilStill(() => sent)) < 24 * 1_048_576);
    let received = 0;
    for await (const read of response as AsyncIterable<Buffer>) received += read.length;
    assert.equal(received, total);
  });

  it('is broken off where the server breaks off, so that no half of an answer passes for a whole one', async () => {
    await client.session.signIn();
    let server: ServerResponse | undefined;
    client.world.listeners.set('GET /mcp', (_, response) => {
      server = response;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\n\n');
    });
    for (const headers of [{ 'mcp-session-id': 's' }, {}]) {
      const stream = new Heard(await client.openStream(headers));
      await stream.until(/one/);
      server?.destroy();
      assert.equal(await stream.over(), 'break');
    }
    serve((answer) => {
      answer.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      answer.write('{"half":');
      setImmediate(() => answer.destroy());
    });
    await assert.rejects(client.call(ping));
  });

  it('ends the request to the server when the client goes away, also of the older transport', async () => {
    await client.session.signIn();
    for (const headers of [{ 'mcp-session-id': 's' }, {}]) {
      const ended = Promise.withResolvers<undefined>();
      client.world.listeners.set('GET /mcp', (_, response) => {
        response.once('close', () => ended.resolve(undefined));
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: one\n\n');
      });
      const stream = new Heard(await client.openStream(headers));
      await stream.until(/one/);
      stream.leave();
      await ended.promise;
    }
  });

  it('ends a request that the server has not answered yet, too', async () => {
    await client.session.signIn();
    const [arrived, ended] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    client.world.listeners.set('POST /mcp', (_, response) => {
      response.once('close', () => ended.resolve(undefined));
      arrived.resolve(undefined);
    });
    const call = client.begin();
    call.on('error', () => undefined).end(JSON.stringify(ping));
    await arrived.promise;
    call.destroy();
    await ended.promise;
    assert.equal(client.session.state.kind, 'connected');
  });

  it('goes on though it is silent for longer than an idle connection is kept', async () => {
    await client.session.signIn();
    const servers: ServerResponse[] = [];
    client.world.listeners.set('GET /mcp', (_, response) => {
      servers.push(response);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\n\n');
    });
    const streams = [await client.openStream(), await client.openStream({})].map((open) => new Heard(open));
    for (const stream of streams) await stream.until(/one/);
    const connections = serve((response) => response.end(result));
    await client.call(ping);
    const [connection] = connections;
    // The gateway closes the connection that nobody uses, which was made after those of the streams.
    if (connection?.destroyed === false) await once(connection, 'close');
    for (const server of servers) server.write('data: two\n\n');
    for (const stream of streams) await stream.until(/two/);
    for (const stream of streams) stream.leave();
  });

  it('has its head passed on at once, though nothing follows for long', async () => {
    await client.session.signIn();
    client.world.listeners.set('GET /mcp', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': 's' }).flushHeaders();
    });
    const response = await client.openStream();
    assert.equal(response.headers['mcp-session-id'], 's');
    response.destroy();
  });
});

describe('Connections to the server', () => {
  it('are kept: a hundred calls one after another need one', async () => {
    await client.session.signIn();
    const connections = serve((response) => response.end(result));
    for (let call = 0; call < 100; call += 1) assert.equal((await client.call(ping)).status, 200);
    assert.equal(connections.size, 1);
  });

  it('that the server has closed meanwhile cost a request nothing', async () => {
    await client.session.signIn();
    const connections = serve((response) => response.end(result));
    for (let call = 0; call < 3; call += 1) {
      assert.equal((await client.call(ping)).text, result);
      for (const connection of connections) connection.destroy();
    }
    assert.equal(connections.size, 3);
  });

  it('that the server closes again and again have a request sent twice and no more', async () => {
    await client.session.signIn();
    const waiting: ServerResponse[] = [];
    let count = 0;
    serve((response, call) => {
      count = call;
      if (call <= 3) waiting.push(response);
      else response.socket?.resetAndDestroy();
      if (call === 3) for (const one of waiting) one.end(result);
    });
    await Promise.all([client.call(ping), client.call(ping), client.call(ping)]);
    assert.match((await client.call(ping)).text, /Sentence: unreachable/);
    assert.equal(count, 5);
    client.faults.splice(0);
  });

  it('that break while an answer is on its way have nothing sent a second time', async () => {
    await client.session.signIn();
    let calls = 0;
    serve((response, count) => {
      calls = count;
      if (count === 1) {
        response.end(result);
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      response.write('{"half":', () => response.socket?.resetAndDestroy());
    });
    await client.call(ping);
    await assert.rejects(client.call(ping));
    await untilStill(() => calls);
    assert.equal(calls, 2);
  });
});

describe('What crosses the gateway', () => {
  it('keeps headers that come several times, in both directions', async () => {
    await client.session.signIn();
    let sent: NodeJS.Dict<string[]> = {};
    client.world.listeners.set('POST /mcp', (request, response) => {
      sent = request.headersDistinct;
      response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'], 'X-Twice': ['1', '2'] });
      request.resume().once('end', () => response.end(result));
    });
    const response = await client.open(ping, { headers: { 'x-many': ['one', 'two'], 'X-Case': 'kept' } });
    response.resume();
    assert.deepEqual([sent['x-many'], sent['x-case']], [['one', 'two'], ['kept']]);
    assert.deepEqual(response.headers['set-cookie'], ['a=1', 'b=2']);
    assert.deepEqual(response.headersDistinct['x-twice'], ['1', '2']);
  });

  it('is left compressed as it is', async () => {
    await client.session.signIn();
    const packed = gzipSync(result);
    serve((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(packed);
    });
    const response = await client.open(ping);
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    assert.equal(response.headers['content-encoding'], 'gzip');
    assert.equal(gunzipSync(Buffer.concat(chunks)).toString(), result);
  });

  it('never carries a token that was replaced: another window’s is used by the next request of the same connection', async () => {
    const { desk, world } = client;
    world.givesRefreshTokens = true;
    await client.session.signIn();
    await client.call(ping);
    const other = new Desk(world, desk.records);
    const elsewhere = await other.open(serverAt(world.mcpUrl));
    const before = elsewhere.accessToken ?? '';
    await elsewhere.upkeep.replaceToken(before);
    await until(() => client.session.accessToken !== before);
    await client.call(ping);
    const [first, second] = world
      .sent('/mcp')
      .slice(-2)
      .map(({ headers }) => headers.authorization);
    assert.equal(first, `Bearer ${before}`);
    assert.equal(second, `Bearer ${String(elsewhere.accessToken)}`);
    assert.equal(world.sent('/as/token').length, 2);
  });

  it('is refused twice where a server refuses for ever, with one new token between', async () => {
    client.world.givesRefreshTokens = true;
    await client.session.signIn();
    client.world.answers.set('/mcp', () => ({ status: 401 }));
    client.world.transcript.length = 0;
    assert.match((await client.call(ping)).text, /Sentence: unauthorized/);
    assert.deepEqual(client.world.requests, ['POST /mcp', 'POST /as/token', 'POST /mcp']);
    assert.match((await client.call(ping)).text, /Sentence: blocked/);
    assert.equal(client.world.requests.length, 3);
    assert.equal(client.blocked, 2);
  });
});

describe('Servers of this computer', () => {
  it('are asked past what VS Code puts in front of every request, and other servers are not', async () => {
    const asked: string[] = [];
    const own = http.request;
    http.request = ((...options: Parameters<typeof own>) => {
      asked.push(String(options[0]));
      return own(...options);
    }) as typeof own;
    try {
      const port = new URL(client.world.origin).port;
      for (const host of ['127.0.0.1', 'localhost', '[::1]', '127.0.0.2']) {
        const url = `http://${host}:${port}/mcp`;
        client.session = await client.desk.open(
          serverAt(url, { headers: { Authorization: 'Bearer token-1' } }),
        );
        await client.call(ping);
      }
      assert.deepEqual(asked, [`http://127.0.0.2:${port}/mcp`]);
    } finally {
      http.request = own;
      client.faults.splice(0);
    }
  });
});
