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

describe('An answer that arrives in another window', () => {
  it('is finished there, and the window that asked is connected too (field case 23)', async () => {
    const { desk, world } = attempt;
    desk.person = () => undefined;
    const asking = await desk.open(serverAt(world.mcpUrl));
    const result = asking.signIn();
    while (desk.opened.length === 0) await settled();

    const other = await otherWindow();
    const claimed = await other.claim(world.visit(desk.opened[0] ?? ''));
    assert.ok(claimed);
    await claimed.session.finish(claimed.authorization, world.visit(desk.opened[0] ?? ''));
    assert.equal(claimed.session.state.kind, 'connected');
    assert.equal(await result, 'granted');
    assert.equal(asking.state.kind, 'connected');
  });

  it('binds a client of the person’s own to its issuer there, too (checklist 4.16)', async () => {
    const { desk, world } = attempt;
    desk.person = () => undefined;
    const oauth = { clientId: 'mine' };
    const asking = await desk.open(serverAt(world.mcpUrl, { oauth }));
    const result = asking.signIn();
    while (desk.opened.length === 0) await settled();
    const received = world.visit(desk.opened[0] ?? '');
    const claimed = await (await otherWindow()).claim(received);
    await claimed?.session.finish(claimed.authorization, received);
    await result;
    const bindings = [...desk.records.records].filter(([key]) => key.startsWith('binding:'));
    assert.deepEqual(
      bindings.map(([, value]) => JSON.parse(value) as unknown),
      [{ version: 1, issuer: world.issuer }],
    );
  });

  it('is ignored when no attempt is on record for it, or the attempt is too old (checklist 9.7)', async () => {
    const { desk, world } = attempt;
    desk.person = () => undefined;
    const session = await desk.open(serverAt(world.mcpUrl));
    const result = session.signIn();
    while (desk.opened.length === 0) await settled();
    const received = world.visit(desk.opened[0] ?? '');

    const other = await otherWindow();
    assert.equal(await other.claim('vscode://mcp-oauth.mcp-oauth/callback?code=x&state=unknown'), undefined);
    assert.equal(await other.claim('vscode://mcp-oauth.mcp-oauth/callback?code=x'), undefined);
    otherDesk.clock.advance(600_000);
    assert.equal(await other.claim(received), undefined);
    session.cancelSignIn();
    assert.equal(await result, 'cancelled');
  });

  it('is finished in a window that does not know the server, for the window that does', async () => {
    const { desk, world } = attempt;
    desk.person = () => undefined;
    const asking = await desk.open(serverAt(world.mcpUrl));
    const result = asking.signIn();
    while (desk.opened.length === 0) await settled();
    const stranger = new Sessions(new Desk(world, desk.records).ports);
    const claimed = await stranger.claim(world.visit(desk.opened[0] ?? ''));
    await claimed?.session.finish(claimed.authorization, world.visit(desk.opened[0] ?? ''));
    assert.equal(await result, 'granted');
  });

  it('is finished once, however often it arrives (checklist 7.6)', async () => {
    const { desk, world } = attempt;
    desk.person = () => undefined;
    const asking = await desk.open(serverAt(world.mcpUrl));
    const result = asking.signIn();
    while (desk.opened.length === 0) await settled();
    const received = world.visit(desk.opened[0] ?? '');
    const other = await otherWindow();
    assert.notEqual(await other.claim(received), undefined);
    assert.equal(await other.claim(received), undefined);
    asking.cancelSignIn();
    assert.equal(await result, 'cancelled');
  });

  it('is no answer for a server of the same name at another address (field case 28)', async () => {
    const { desk, world } = attempt;
    desk.person = () => undefined;
    const asking = await desk.open(serverAt(world.mcpUrl));
    const result = asking.signIn();
    while (desk.opened.length === 0) await settled();
    const edited = new Sessions(new Desk(world, desk.records).ports);
    await edited.update([serverAt('https://evil.example/mcp')]);
    const received = world.visit(desk.opened[0] ?? '');
    const claimed = await edited.claim(received);
    await claimed?.session.finish(claimed.authorization, received);
    assert.equal(claimed?.session.server.url, world.mcpUrl);
    assert.equal(edited.find('notes')?.accessToken, undefined);
    assert.equal(await result, 'granted');
  });

  it('while somebody signs out there leaves no grant behind', async () => {
    const { desk, world } = attempt;
    const { session, authorization } = await pendingFromAnEarlierRun();
    const answer = world.answers.get('/as/token');
    let signedOut: Promise<void> | undefined;
    world.answers.set('/as/token', (request) => {
      signedOut = session.signOut();
      return answer?.(request) ?? {};
    });
    await session.finish(authorization, world.visit(desk.opened[0] ?? ''));
    await signedOut;
    assert.equal(world.sent('/as/token').length, 1);
    assert.deepEqual([session.state.kind, session.accessToken], ['needs_auth', undefined]);
    assert.equal(desk.records.keyOf('grant'), undefined);
    assert.deepEqual(
      session.traces.all.map(({ outcome }) => outcome),
      ['cancelled'],
      'It is over.',
    );
  });

  it('and is a refusal leaves the attempt alone that runs here', async () => {
    const { desk, world } = attempt;
    const { authorization } = await pendingFromAnEarlierRun();
    desk.person = () => undefined;
    const session = await desk.open(serverAt(world.mcpUrl));
    const result = session.signIn();
    while (desk.opened.length < 2) await settled();
    const denied = `${authorization.redirectUri}?error=access_denied&state=${authorization.state}&iss=${world.issuer}`;
    await assert.rejects(session.finish(authorization, denied), { code: 'access_denied' });
    assert.equal(session.state.kind, 'authorizing');
    session.cancelSignIn();
    assert.equal(await result, 'cancelled');
  });

  async function pendingFromAnEarlierRun() {
    const { desk, world } = attempt;
    desk.person = () => undefined;
    const earlier = await desk.open(serverAt(world.mcpUrl));
    const result = earlier.signIn();
    while (desk.opened.length === 0) await settled();
    const claimed = await (await otherWindow()).claim(world.visit(desk.opened[0] ?? ''));
    assert.ok(claimed);
    earlier.cancelSignIn();
    await result;
    return claimed;
  }

  it('leaves nothing behind when it never comes: old attempts are swept at the next start', async () => {
    const { desk, world } = attempt;
    desk.person = () => undefined;
    const session = await desk.open(serverAt(world.mcpUrl));
    void session.signIn();
    while (desk.opened.length === 0) await settled();
    const other = await otherWindow();
    await other.sweep();
    assert.notEqual(desk.records.keyOf('pending'), undefined);
    otherDesk.clock.advance(600_000);
    await other.sweep();
    assert.equal(desk.records.keyOf('pending'), undefined);
    session.cancelSignIn();
  });

  let otherDesk: Desk;

  async function otherWindow(): Promise<Sessions> {
    otherDesk = new Desk(attempt.world, attempt.desk.records);
    const sessions = new Sessions(otherDesk.ports);
    await sessions.update([serverAt(attempt.world.mcpUrl)]);
    return sessions;
  }
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
