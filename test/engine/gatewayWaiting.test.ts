// A request that comes while somebody signs in, or while there is no token for a moment.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from './attempt.ts';
import { AuthError } from '../../src/oauth/authError.ts';
import { GatewayClient, ping } from './gatewayClient.ts';
import type { Answer, Reply } from './world.ts';

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

/** Signed in an hour ago, with a token that is over by now; the token endpoint then answers in this way. */
async function anHourAgo(reply: Reply): Promise<{ readonly mend: () => void }> {
  const { world, desk, session } = client;
  world.givesRefreshTokens = true;
  await session.signIn();
  desk.clock.advance(3_600_000);
  const answer = world.answers.get('/as/token') as Answer;
  world.answers.set('/as/token', () => reply);
  return { mend: () => world.answers.set('/as/token', answer) };
}

const pong = JSON.stringify({ jsonrpc: '2.0', id: ping.id, result: { ok: true } });

const tokenRequests = () => client.world.sent('/as/token').length - 1;

/** Waits until so many tries have failed, and so many requests wait for the next. */
async function failed(tries: number, waiting = 1): Promise<void> {
  const { session, desk } = client;
  const isPaused = () => session.state.kind === 'offline' && session.state.retryAtMs > desk.clock.now();
  await until(() => tokenRequests() === tries && isPaused() && desk.clock.pendingTimers === waiting);
}

/** Takes out what the gateway complained of. */
function complaints(): readonly string[] {
  return client.faults.splice(0).map((fault) => (fault instanceof AuthError ? fault.code : String(fault)));
}

describe('A request for which there is no token for a moment', () => {
  it('waits for the next try, and goes through (field case 3)', async () => {
    const { mend } = await anHourAgo({ status: 503 });
    const answers = [client.call(ping), client.call(ping), client.call(ping)];
    await failed(1, 3);
    mend();
    client.desk.clock.advance(1_999);
    assert.equal(tokenRequests(), 1, 'not before it is due');
    client.desk.clock.advance(1);
    assert.deepEqual(
      (await Promise.all(answers)).map(({ status, json }) => [status, (json as { result?: object }).result]),
      Array.from({ length: 3 }, () => [200, { ok: true }]),
    );
    assert.equal(tokenRequests(), 2);
    assert.equal(client.desk.clock.pendingTimers, 0);
  });

  it('waits also where it comes later, or where it was refused with the old one', async () => {
    const { mend } = await anHourAgo({ status: 503 });
    client.desk.clock.advance(-1_800_000);
    client.world.answers.set('/mcp', ({ headers }) =>
      headers.authorization === `Bearer ${refused}` ? { status: 401 } : { body: { result: 'new' } },
    );
    const refused = client.session.accessToken;
    const first = client.call(ping);
    await failed(1);
    const later = client.call(ping);
    await failed(1, 2);
    mend();
    client.desk.clock.advance(2_000);
    for (const { json } of await Promise.all([first, later])) assert.deepEqual(json, { result: 'new' });
    assert.equal(tokenRequests(), 2);
  });

  it('waits on where a timer wakes it a moment early, and the pause ends while it looks', async () => {
    const { mend } = await anHourAgo({ status: 503 });
    const { clock } = client.desk;
    const inTime = clock.now.bind(clock);
    for (let early = 0; early < 12; early++) {
      client.world.answers.set('/as/token', () => ({ status: 503 }));
      const before = tokenRequests();
      const answer = client.call(ping);
      await failed(before + 1);
      mend();
      let looks = 0;
      clock.now = () => inTime() - (looks++ < early ? 1 : 0);
      clock.advance(2_000);
      await until(() => tokenRequests() > before + 1 || clock.pendingTimers > 0 || client.faults.length > 0);
      clock.advance(1);
      assert.equal((await answer).text, pong);
      clock.now = inTime;
      clock.advance(3_600_000);
    }
  });

  it('is told so when two more tries have failed', async () => {
    await anHourAgo({ status: 503 });
    const answer = client.call(ping);
    await failed(1);
    client.desk.clock.advance(2_000);
    await failed(2);
    client.desk.clock.advance(4_000);
    assert.match((await answer).text, /Sentence: unreachable/);
    assert.equal(tokenRequests(), 3);
    assert.deepEqual(complaints(), ['server_busy']);
  });

  it('is told so at once where the server wants more time than that (Retry-After)', async () => {
    await anHourAgo({ status: 429, headers: { 'retry-after': '90' } });
    assert.match((await client.call(ping)).text, /Sentence: unreachable/);
    assert.deepEqual(complaints(), ['server_busy']);
  });

  it('is told so at once where somebody has to mend something first', async () => {
    await anHourAgo({ status: 403, body: { error: 'forbidden' } });
    client.desk.clock.advance(-1_800_000);
    client.world.answers.set('/mcp', () => ({ status: 401 }));
    assert.match((await client.call(ping)).text, /Sentence: unauthorized/);
    assert.equal(tokenRequests(), 1);
  });

  it('is told so at once where it ends a session', async () => {
    await anHourAgo({ status: 503 });
    assert.equal((await client.call(undefined, { method: 'DELETE' })).status, 405);
    assert.deepEqual(complaints(), ['server_busy']);
  });

  it('waits no longer than its client does', async () => {
    await anHourAgo({ status: 503 });
    const call = client.begin();
    call.on('error', () => undefined).end(JSON.stringify(ping));
    await failed(1);
    call.destroy();
    await failed(1, 0);
    assert.deepEqual(complaints(), ['server_busy']);
  });
});
