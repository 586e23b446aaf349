// A request that comes while somebody signs in.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from './attempt.ts';
import { GatewayClient, ping } from './gatewayClient.ts';

const client = new GatewayClient();

/** Begins a sign-in whose page stays open; finishes it. */
async function beginSignIn(): Promise<() => void> {
  const { desk, session, world } = client;
  const opened = desk.opened.length;
  desk.person = () => undefined;
  session.signIn().catch(() => undefined);
  await until(() => desk.opened.length > opened);
  return () => desk.deliver(world.visit(desk.opened.at(-1) ?? ''));
}

describe('A request that finds somebody signing in', () => {
  it('waits, and goes through as soon as they are signed in', async () => {
    const finish = await beginSignIn();
    const timers = client.desk.clock.pendingTimers;
    const answers = [client.call(ping), client.call(ping)];
    await until(() => client.desk.clock.pendingTimers === timers + 2);
    const asked = client.world.sent('/mcp').length;
    finish();
    for (const { status, json } of await Promise.all(answers))
      assert.deepEqual([status, json], [200, { jsonrpc: '2.0', id: 7, result: { ok: true } }]);
    assert.equal(client.world.sent('/mcp').length, asked + 2);
    assert.equal(client.desk.clock.pendingTimers, 0);
    assert.equal(client.blocked, 0);
  });

  it('is answered before its client gives it up, and may be sent again', async () => {
    const finish = await beginSignIn();
    const timers = client.desk.clock.pendingTimers;
    const answer = client.call(ping);
    await until(() => client.desk.clock.pendingTimers > timers);
    client.desk.clock.advance(49_999);
    client.desk.clock.advance(1);
    assert.match((await answer).text, /Sentence: blocked/);
    assert.equal(client.session.state.kind, 'authorizing');
    // Somebody is at it already and need not be asked, but a server that did not start may have to be started then.
    assert.equal(client.blocked, 1);
    finish();
    await until(() => client.session.state.kind === 'connected');
    assert.equal((await client.call(ping)).status, 200);
  });

  it('is refused where the sign-in is cancelled, and the server is not asked whether it wants one', async () => {
    await beginSignIn();
    const timers = client.desk.clock.pendingTimers;
    const answer = client.call(ping);
    await until(() => client.desk.clock.pendingTimers > timers);
    const asked = client.world.sent('/mcp').length;
    client.session.cancelSignIn();
    assert.match((await answer).text, /Sentence: blocked/);
    assert.equal(client.world.sent('/mcp').length, asked);
    assert.equal(client.blocked, 1);
  });

  it('is refused where the sign-in fails', async () => {
    const finish = await beginSignIn();
    const timers = client.desk.clock.pendingTimers;
    const answer = client.call(ping);
    await until(() => client.desk.clock.pendingTimers > timers);
    client.world.answers.set('/as/token', () => ({ status: 400, body: { error: 'invalid_grant' } }));
    finish();
    assert.match((await answer).text, /Sentence: blocked/);
    assert.equal(client.session.state.kind, 'error');
    assert.equal(client.blocked, 1);
  });

  it('waits no longer than its client does', async () => {
    await beginSignIn();
    const { clock } = client.desk;
    const timers = clock.pendingTimers;
    const call = client.begin();
    call.on('error', () => undefined).end(JSON.stringify(ping));
    await until(() => clock.pendingTimers > timers);
    call.destroy();
    await until(() => clock.pendingTimers === timers);
    client.session.cancelSignIn();
  });

  it('does not wait where there is a sign-in that works', async () => {
    await client.session.signIn();
    await beginSignIn();
    assert.equal((await client.call(ping)).status, 200);
    client.session.cancelSignIn();
  });

  it('does not wait to end a session', async () => {
    await client.session.signIn();
    await client.session.signOut();
    await beginSignIn();
    assert.equal((await client.call(undefined, { method: 'DELETE' })).status, 405);
    client.session.cancelSignIn();
  });
});
