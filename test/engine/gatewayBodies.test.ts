// Bodies of requests: kept for a second try up to a limit, and streamed beyond it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import net from 'node:net';
import { describe, it } from 'node:test';
import { until } from './attempt.ts';
import { serverAt } from './desk.ts';
import { GatewayClient, ping } from './gatewayClient.ts';
import { RawConnection } from './rawConnection.ts';

const client = new GatewayClient();
const large = Buffer.alloc(3_000_000, 'x');

interface Taken {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  bytes: number;
  isWhole: boolean;
}

/** What the server gets from now on, answered when all of it has come. */
function take(): Taken[] {
  const taken: Taken[] = [];
  client.world.listeners.set('POST /mcp', (request, response) => {
    const one: Taken = { request, response, bytes: 0, isWhole: false };
    taken.push(one);
    request.on('data', (chunk: Buffer) => (one.bytes += chunk.length));
    request.once('end', () => {
      one.isWhole = true;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  return taken;
}

function answerTo(call: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    call.once('response', (response) => resolve(response.resume())).once('error', reject);
  });
}

describe('A large body', () => {
  it('has the length that its client gave', async () => {
    await client.session.signIn();
    const [taken, call] = [take(), client.begin({ headers: { 'content-length': large.length } })];
    const answered = answerTo(call);
    call.end(large);
    assert.equal((await answered).statusCode, 200);
    const [{ request, bytes } = assert.fail()] = taken;
    assert.equal(bytes, large.length);
    assert.equal(request.headers['content-length'], String(large.length));
    assert.equal(request.headers['transfer-encoding'], undefined);
  });

  it('goes in chunks where its client gave none', async () => {
    await client.session.signIn();
    const [taken, call] = [take(), client.begin()];
    const answered = answerTo(call);
    for (let part = 0; part < 4; part += 1) call.write(large.subarray(0, 750_000));
    call.end();
    assert.equal((await answered).statusCode, 200);
    const [{ request, bytes } = assert.fail()] = taken;
    assert.equal(bytes, large.length);
    assert.equal(request.headers['transfer-encoding'], 'chunked');
  });

  it('is taken from its client no faster than the server takes it', async () => {
    await client.session.signIn();
    let request: IncomingMessage | undefined;
    client.world.listeners.set('POST /mcp', (incoming, response) => {
      request = incoming;
      incoming.once('end', () => response.end('{}'));
    });
    const total = 64 * 1_048_576;
    const call = client.begin({ headers: { 'content-length': total } });
    const answered = answerTo(call);
    let written = 0;
    const write = () => {
      while (written < total) {
        written += 65_536;
        if (!call.write(large.subarray(0, 65_536))) {
          call.once('drain', write);
          return;
        }
      }
      call.end();
    };
    write();
    await until(() => request !== undefined);
    let [last, turns] = [0, 0];
    while (turns < 200) {
      turns = written === last ? turns + 1 : 0;
      last = written;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(written < 24 * 1_048_576, `${written} bytes are under way.`);
    request?.resume();
    assert.equal((await answered).statusCode, 200);
  });

  for (const how of ['closes', 'reads no more'] as const) {
    it(`is answered by a server that has enough of it and ${how}, and is let go`, async (t) => {
      const answer = 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\n\r\ntoo large';
      const server = net.createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => {
          socket.pause().write(answer);
          if (how === 'closes') socket.end();
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      t.after(() => server.close());
      const url = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/mcp`;
      client.session = await client.desk.open(serverAt(url, { headers: { Authorization: 'Bearer mine' } }));

      const rest = Buffer.alloc(64 * 1_048_576, 'x');
      const connection = new RawConnection(client.listener.address.path);
      const head = [`POST ${client.paths.pathOf('notes')} HTTP/1.1`, 'Host: localhost'];
      connection.write([...head, `Content-Length: ${rest.length}`, '', ''].join('\r\n'));
      const sent = new Promise((resolve) => connection.socket.write(rest, resolve));
      assert.equal(await connection.status(), 413);
      await sent;
      connection.socket.destroy();
    });
  }

  it('that is broken off is broken off at the server, too, and is no whole request there', async () => {
    await client.session.signIn();
    const taken = take();
    for (const headers of [{ 'content-length': large.length }, {}]) {
      const call = client.begin({ headers });
      call.on('error', () => undefined).write(large.subarray(0, 2_000_000));
      await until(() => (taken.at(-1)?.bytes ?? 0) >= 1_500_000);
      call.destroy();
      await until(() => taken.at(-1)?.request.destroyed === true);
      assert.equal(taken.pop()?.isWhole, false);
    }
  });

  it('has its token made new first where that is about to end: it cannot be sent again', async () => {
    client.world.givesRefreshTokens = true;
    client.world.expiresInSeconds = 600;
    await client.session.signIn();
    const { clock } = client.desk;
    const taken = take();
    const upload = async () => {
      const call = client.begin({ headers: { 'content-length': large.length } });
      const answered = answerTo(call);
      call.end(large);
      assert.equal((await answered).statusCode, 200);
      return taken.at(-1)?.request.headers.authorization;
    };
    clock.advance(479_000);
    const first = await upload();
    clock.advance(2_000);
    await client.call(ping);
    assert.equal(client.world.sent('/as/token').length, 1);
    assert.notEqual(await upload(), first);
    assert.equal(client.world.sent('/as/token').length, 2);
  });

  it('is not kept waiting by a new token for each, where tokens never last long', async () => {
    client.world.givesRefreshTokens = true;
    client.world.expiresInSeconds = 60;
    await client.session.signIn();
    take();
    for (let upload = 0; upload < 3; upload += 1) {
      const call = client.begin({ headers: { 'content-length': large.length } });
      const answered = answerTo(call);
      call.end(large);
      await answered;
    }
    assert.equal(client.world.sent('/as/token').length, 1);
  });

  it('that the server refuses is not sent again, and the next request finds what was obtained', async () => {
    client.world.givesRefreshTokens = true;
    await client.session.signIn();
    let count = 0;
    client.world.listeners.set('POST /mcp', (request, response) => {
      count += 1;
      request.resume().once('end', () => response.writeHead(count === 1 ? 401 : 200).end('{}'));
    });
    const { status, text } = await client.call({ ...ping, params: { text: large.toString() } });
    assert.deepEqual([status, text], [503, 'Sentence: renewed.']);
    assert.equal(count, 1);
    assert.equal(client.session.state.kind, 'connected');
    assert.equal((await client.call(ping)).status, 200);
  });
});

describe('A body', () => {
  it('of a megabyte is sent again after a new token', async () => {
    client.world.givesRefreshTokens = true;
    await client.session.signIn();
    const bodies: number[] = [];
    client.world.listeners.set('POST /mcp', (request, response) => {
      let bytes = 0;
      request.on('data', (chunk: Buffer) => (bytes += chunk.length));
      request.once('end', () => {
        bodies.push(bytes);
        response.writeHead(bodies.length === 1 ? 401 : 200).end('{}');
      });
    });
    const text = 'x'.repeat(1_048_000);
    assert.equal((await client.call({ ...ping, params: { text } })).status, 200);
    assert.equal(bodies.length, 2);
    assert.equal(bodies[0], bodies[1]);
  });

  it('that its client asks leave for gets it (RFC 9110 §10.1.1)', async () => {
    await client.session.signIn();
    const [taken, call] = [
      take(),
      client.begin({ headers: { expect: '100-continue', 'content-length': 2 } }),
    ];
    const answered = answerTo(call);
    call.flushHeaders();
    await new Promise((resolve) => call.once('continue', resolve));
    call.end('{}');
    assert.equal((await answered).statusCode, 200);
    assert.equal(taken[0]?.request.headers.expect, undefined);
  });

  it('loses its trailers, and a wish for another protocol, on the way', async () => {
    await client.session.signIn();
    const taken = take();
    const call = client.begin({
      headers: {
        'transfer-encoding': 'chunked',
        trailer: 'authorization',
        connection: 'close',
        upgrade: 'websocket',
      },
    });
    const answered = answerTo(call);
    call.write(JSON.stringify(ping));
    call.addTrailers({ authorization: 'Bearer forged', 'x-more': '1' });
    call.end();
    assert.equal((await answered).statusCode, 200);
    const { request } = taken[0] ?? assert.fail();
    assert.deepEqual(request.trailers, {});
    assert.deepEqual([request.headers.trailer, request.headers.upgrade], [undefined, undefined]);
  });

  it('may be empty', async () => {
    await client.session.signIn();
    const taken = take();
    assert.equal((await client.call()).status, 200);
    assert.equal(taken[0]?.request.headers['content-length'], '0');
  });
});

describe('A refusal', () => {
  it('comes as an event to whoever reads nothing but events', async () => {
    await client.session.signIn();
    await client.session.signOut();
    const accept = 'text/event-stream';
    const { headers, text } = await client.call([ping, { ...ping, id: 'b' }], { headers: { accept } });
    assert.equal(headers['content-type'], 'text/event-stream');
    const [first, second, rest] = text.split('\n\n');
    assert.match(first ?? '', /^event: message\ndata: \{.*"id":7.*Sentence: blocked/);
    assert.match(second ?? '', /^event: message\ndata: \{.*"id":"b".*Sentence: blocked/);
    assert.equal(rest, '');
    for (const either of [
      'application/json, text/event-stream',
      '*/*',
      'text/event-stream;q=0.5, application/json;q=0.1',
    ])
      assert.equal(
        (await client.call(ping, { headers: { accept: either } })).headers['content-type'],
        'application/json',
      );
  });

  it('of somebody who never signed in is no reason to sign in where the server cannot be reached', async () => {
    client.world.listeners.set('/mcp', (request) => request.socket.destroy());
    assert.match((await client.call(ping)).text, /Sentence: unreachable/);
    assert.equal(client.session.state.kind, 'needs_auth');
    assert.equal(client.blocked, 0);
    client.faults.splice(0);
  });

  it('is told to the person once for each request that only they can help, and not for others', async () => {
    const { session, world } = client;
    await session.signIn();
    world.answers.set('/mcp', () => ({ status: 403 }));
    await client.call(ping);
    world.answers.set('/mcp', () => ({ status: 301, headers: { location: 'https://elsewhere.example/' } }));
    await client.call(ping);
    assert.equal(client.blocked, 0);
    await session.signOut();
    await client.call(ping);
    await client.call(ping);
    assert.equal(client.blocked, 2);
  });
});
