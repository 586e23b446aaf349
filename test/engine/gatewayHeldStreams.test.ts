// The background stream of a client while the server's cannot be had. VS Code gives it up for good where it is answered by
// an error.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from './attempt.ts';
import { serverAt } from './desk.ts';
import { GatewayClient, Heard, ping } from './gatewayClient.ts';

const client = new GatewayClient();
const sse = 'text/event-stream';

/** Opens the stream, which has to be there and silent. */
async function openHeld(headers?: Parameters<GatewayClient['openStream']>[0]): Promise<Heard> {
  const response = await client.openStream(headers);
  assert.equal(response.statusCode, 200);
  assert.equal(response.headers['content-type'], sse);
  return new Heard(response);
}

function streamsOfServer(): readonly string[] {
  return client.world.requests.filter((request) => request === 'GET /mcp');
}

describe('A stream that is asked for while a person has to act', () => {
  for (const headers of [
    { 'mcp-session-id': 's' },
    { 'mcp-protocol-version': '2025-06-18' },
    { 'last-event-id': '7' },
  ]) {
    it(`is open and silent until somebody has signed in, and then ends so that it is asked for again: ${Object.keys(headers).join()}`, async () => {
      await client.session.signIn();
      await client.session.signOut();
      const stream = await openHeld(headers);
      assert.equal(stream.ending, undefined);
      await client.session.signIn();
      assert.equal(await stream.over(), 'end');
      assert.equal(stream.text, '');
      assert.deepEqual(streamsOfServer(), []);
      // Nothing was asked for that a person would have to be told about.
      assert.equal(client.blocked, 0);
      client.world.answers.set('/mcp', ({ headers: { 'last-event-id': last } }) => ({
        headers: { 'content-type': sse },
        body: `data: after ${String(last)}\n\n`,
      }));
      const next = new Heard(await client.openStream({ ...headers, 'last-event-id': '7' }));
      await next.over();
      assert.equal(next.text, 'data: after 7\n\n');
    });
  }

  it('goes on while a sign-in is under way, and while one fails', async () => {
    await client.session.signIn();
    await client.session.signOut();
    const stream = await openHeld();
    client.desk.person = () => undefined;
    const attempt = client.session.signIn();
    await until(() => client.session.state.kind === 'authorizing');
    assert.equal(stream.ending, undefined);
    client.session.cancelSignIn();
    await attempt;
    assert.equal((await client.call({ jsonrpc: '2.0', method: 'note' })).status, 202);
    assert.equal(stream.ending, undefined);
    stream.leave();
  });

  it('costs nothing once its client is gone', async () => {
    await client.session.signIn();
    await client.session.signOut();
    let listeners = 0;
    const { session } = client;
    const subscribe = session.onDidChange.bind(session);
    session.onDidChange = (listener) => {
      const unsubscribe = subscribe(listener);
      listeners += 1;
      return () => {
        listeners -= 1;
        unsubscribe();
      };
    };
    const stream = await openHeld();
    assert.equal(listeners, 1);
    stream.leave();
    await until(() => listeners === 0);
  });

  it('is told in a sentence where it is the first of the older transport, whose client waits for an event', async () => {
    await client.session.signIn();
    await client.session.signOut();
    const { status, text } = await client.call(undefined, { method: 'GET', headers: { accept: sse } });
    assert.deepEqual([status, text], [503, 'Sentence: blocked.']);
    assert.equal(client.blocked, 1);
  });

  it('is held for VS Code, which says of no request that it speaks Streamable HTTP, once a message has shown it', async () => {
    await client.session.signIn();
    assert.equal((await client.call(ping)).status, 200);
    await client.session.signOut();
    const stream = await openHeld({});
    await client.session.signIn();
    assert.equal(await stream.over(), 'end');
  });

  it('is answered 405 where no stream is asked for, as is the end of a session', async () => {
    await client.session.signIn();
    await client.session.signOut();
    for (const method of ['GET', 'DELETE'])
      assert.equal(
        (await client.call(undefined, { method, headers: { 'mcp-session-id': 's' } })).status,
        405,
      );
  });
});

describe('A stream that the server refuses', () => {
  it('never ends in 401: it is held until somebody has signed in again (checklist 12.1)', async () => {
    await client.session.signIn();
    client.world.answers.set('/mcp', () => ({ status: 401 }));
    const stream = await openHeld();
    assert.equal(client.session.state.kind, 'expired');
    assert.equal(streamsOfServer().length, 1);
    await client.session.signIn();
    assert.equal(await stream.over(), 'end');
  });

  it('to somebody whom it knows is not offered: 405 in place of 403 (checklist 12.6)', async () => {
    await client.session.signIn();
    client.world.answers.set('/mcp', () => ({ status: 403 }));
    assert.equal((await client.openStream()).statusCode, 405);
  });

  it('for the header in the settings is not asked for again and again', async () => {
    client.session = await client.desk.open(
      serverAt(client.world.mcpUrl, { headers: { Authorization: 'Bearer old' } }),
    );
    assert.equal((await client.openStream()).statusCode, 405);
  });
});

describe('A stream of a server that cannot be reached', () => {
  it('is held until the server is there again', async () => {
    await client.session.signIn();
    const { world, desk, session } = client;
    world.listeners.set('GET /mcp', (request) => request.socket.destroy());
    const stream = await openHeld();
    assert.equal(session.state.kind, 'offline');
    assert.equal(client.faults.splice(0).length, 1);
    world.listeners.clear();
    desk.clock.advance(60_000);
    session.passTime();
    assert.equal(await stream.over(), 'end');
    assert.equal(session.state.kind, 'connected');
  });

  it('and of which nobody would be told that it is back, is ended after a while', async () => {
    const { desk, world } = client;
    client.session = await desk.open(
      serverAt(world.mcpUrl, { headers: { Authorization: 'Bearer token-mine' } }),
    );
    world.listeners.set('GET /mcp', (request) => request.socket.destroy());
    const stream = await openHeld();
    assert.equal(client.faults.splice(0).length, 1);
    await until(() => desk.clock.pendingTimers === 1);
    desk.clock.advance(9_999);
    assert.equal(stream.ending, undefined);
    desk.clock.advance(1);
    assert.equal(await stream.over(), 'end');
    const left = await openHeld();
    assert.equal(client.faults.splice(0).length, 1);
    left.leave();
    await until(() => desk.clock.pendingTimers === 0);
  });
});
