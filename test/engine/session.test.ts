import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OAuthSettings } from '../../src/servers/server.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Attempt } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';

const attempt = new Attempt();

describe('A session', () => {
  it('contacts nobody when it is opened (invariant 6)', async () => {
    const { desk, world } = attempt;
    const session = await desk.open(serverAt(world.mcpUrl));
    assert.deepEqual(session.state, { kind: 'needs_auth', reason: 'never_signed_in' });
    assert.deepEqual(world.requests, []);
    assert.equal((await session.authorization()).kind, 'none');
  });

  it('is connected again after a restart, without a request', async () => {
    const { desk, world } = attempt;
    const { session } = await attempt.signIn();
    const before = world.requests.length;
    const restarted = await new Desk(world, desk.records).open(serverAt(world.mcpUrl));
    assert.deepEqual(restarted.state, session.state);
    assert.equal(world.requests.length, before);
  });

  it('expires by the clock and sends no expired token', async () => {
    const { desk } = attempt;
    const { session } = await attempt.signIn();
    desk.clock.advance(3_599_999);
    assert.equal((await session.authorization()).kind, 'token');
    desk.clock.advance(1);
    assert.equal((await session.authorization()).kind, 'blocked');
    assert.deepEqual(session.state, {
      kind: 'expired',
      reason: 'ran_out',
      account: { id: 'u-1', label: 'ada' },
    });
  });

  it('does not expire where the server names no time (checklist 10.3)', async () => {
    const { desk, world } = attempt;
    world.expiresInSeconds = undefined;
    const { session } = await attempt.signIn();
    desk.clock.advance(10 * 365 * 86_400_000);
    assert.equal((await session.authorization()).kind, 'token');
  });

  it('whose token the server rejected is expired, also after a restart', async () => {
    const { desk, world } = attempt;
    const { session } = await attempt.signIn();
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'token');
    await session.rejectToken('an older token');
    assert.equal(session.state.kind, 'connected');
    await session.rejectToken(authorization.accessToken);
    assert.equal((await session.authorization()).kind, 'blocked');
    const restarted = await new Desk(world, desk.records).open(serverAt(world.mcpUrl));
    assert.equal(restarted.state.kind === 'expired' && restarted.state.reason, 'rejected');
  });

  it('that rejects an old token leaves alone what another window signed in to meanwhile', async () => {
    const { desk, world } = attempt;
    const { session } = await attempt.signIn();
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'token');
    const key = desk.records.keyOf('grant') ?? '';
    const newer = (desk.records.records.get(key) ?? '').replace(authorization.accessToken, 'token-newer');
    desk.records.records.set(key, newer);
    await session.rejectToken(authorization.accessToken);
    assert.equal(desk.records.records.get(key), newer);
    assert.equal((await new Desk(world, desk.records).open(serverAt(world.mcpUrl))).state.kind, 'connected');
  });

  it('that cannot keep a rejection still sends the token no more', async () => {
    const { desk } = attempt;
    const { session } = await attempt.signIn();
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'token');
    desk.records.failsToWrite = true;
    await session.rejectToken(authorization.accessToken);
    assert.equal((await session.authorization()).kind, 'blocked');
  });

  it('that signs out forgets its tokens on this machine', async () => {
    const { session } = await attempt.signIn();
    await session.signOut();
    assert.deepEqual(session.state, { kind: 'needs_auth', reason: 'signed_out' });
    assert.equal(attempt.desk.records.keyOf('grant'), undefined);
    assert.equal((await session.authorization()).kind, 'blocked');
  });

  it('finds no credentials under an edited address (field case 28)', async () => {
    await attempt.signIn();
    const edited = await attempt.desk.open(serverAt(`${attempt.world.mcpUrl}?v=2`));
    assert.equal(edited.state.kind, 'needs_auth');
  });

  it('treats a record that cannot be read as none (field case 32)', async () => {
    const { desk, world } = attempt;
    await attempt.signIn();
    const key = desk.records.keyOf('grant') ?? '';
    for (const damaged of ['', '{', 'null', '{"version":2}']) {
      desk.records.records.set(key, damaged);
      assert.equal((await desk.open(serverAt(world.mcpUrl))).state.kind, 'needs_auth');
    }
  });

  it('learns from another window that it is signed in, and out', async () => {
    const { desk, world } = attempt;
    const elsewhere = await new Desk(world, desk.records).open(serverAt(world.mcpUrl));
    const { session } = await attempt.signIn();
    await settled();
    assert.equal(elsewhere.state.kind, 'connected');
    await session.signOut();
    await settled();
    assert.deepEqual(elsewhere.state, { kind: 'needs_auth', reason: 'signed_out' });
  });

  it('uses no grant that was given for another issuer, resource or client than the settings name now (checklist 5.2, invariant 2)', async () => {
    await attempt.signIn({ oauth: { clientId: 'mine' } });
    const kindWith = async (oauth: OAuthSettings) =>
      (await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth }))).state.kind;
    assert.equal(await kindWith({ clientId: 'mine', resource: attempt.world.mcpUrl }), 'connected');
    assert.equal(await kindWith({ issuer: attempt.world.issuer }), 'connected');
    assert.equal(await kindWith({ issuer: 'https://other.example' }), 'needs_auth');
    assert.equal(await kindWith({ resource: 'https://other.example/mcp' }), 'needs_auth');
    assert.equal(await kindWith({ resource: false }), 'needs_auth');
    assert.equal(await kindWith({ clientId: 'another' }), 'needs_auth');
  });
});

describe('The sessions of all servers', () => {
  it('share one timer, which rings when the next one expires', async () => {
    const { desk, world } = attempt;
    const sessions = new Sessions(desk.ports);
    await sessions.update([
      serverAt(world.mcpUrl),
      serverAt(world.mcpUrl, { name: 'again' }),
      serverAt(world.mcpUrl, { name: 'third' }),
    ]);
    for (const session of sessions.all.slice(0, 2)) await session.signIn();
    assert.equal(desk.clock.pendingTimers, 1);
    desk.clock.advance(3_600_000);
    assert.deepEqual(
      sessions.all.map(({ state }) => state.kind),
      ['expired', 'expired', 'needs_auth'],
    );
    assert.equal(desk.clock.pendingTimers, 0);
  });

  it('are looked at again soon where one runs out while the others are looked at', async () => {
    const { desk, world } = attempt;
    const sessions = new Sessions(desk.ports);
    await sessions.update([serverAt(world.mcpUrl), serverAt(world.mcpUrl, { name: 'again' })]);
    const [late, early] = sessions.all;
    await early?.signIn();
    desk.clock.goOn(5);
    await late?.signIn();
    sessions.onDidChange((change) => {
      if (change.kind === 'state' && change.session === early) desk.clock.goOn(10);
    });
    desk.clock.advance(3_600_000 - 5);
    assert.deepEqual([late?.state.kind, early?.state.kind], ['connected', 'expired']);
    desk.clock.advance(1_000);
    assert.equal(late?.state.kind, 'expired');
  });

  it('keep the session of a server that did not change, and end those that are gone', async () => {
    const { desk, world } = attempt;
    const sessions = new Sessions(desk.ports);
    const stays = serverAt(world.mcpUrl);
    await sessions.update([stays, serverAt(world.mcpUrl, { name: 'goes' })]);
    const [kept] = sessions.all;
    await Promise.all([
      sessions.update([stays]),
      sessions.update([{ ...stays }, serverAt(world.mcpUrl, { name: 'new' })]),
    ]);
    assert.deepEqual(
      sessions.all.map(({ server }) => server.name),
      ['notes', 'new'],
    );
    assert.equal(sessions.find('notes'), kept);
  });
});

/** Lets everything that is ready to run, run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
