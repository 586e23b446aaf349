// What is known of a server's sign-in beside its state, for whoever looks closer.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sessions } from '../../src/session/sessions.ts';
import { AccountStand } from './accountStand.ts';
import { issuerDocument } from './attempt.ts';
import { callbackAddress, serverAt } from './desk.ts';

const stand = new AccountStand();

describe('The details of a sign-in', () => {
  it('are whose, what for, as which client and which way back, and when the token ends', async () => {
    const { world, desk } = stand;
    world.givesRefreshTokens = true;
    const { session } = await stand.signIn();
    assert.deepEqual(session.details, {
      issuer: world.issuer,
      resource: world.mcpUrl,
      client: { kind: 'registered', clientId: 'client-1' },
      redirectKind: 'uriHandler',
      redirectUri: callbackAddress,
      scopes: { granted: ['notes:read', 'notes:write'], requested: ['notes:read', 'notes:write'] },
      expiresAtMs: desk.clock.now() + 3_600_000,
      renewable: true,
    });
  });

  it('hold no token and no secret', async () => {
    stand.world.givesRefreshTokens = true;
    stand.world.answers.set('/as/register', () => ({
      status: 201,
      body: { client_id: 'client-1', client_secret: 'planted-secret' },
    }));
    const { session } = await stand.signIn();
    const [stored = ''] = [...stand.desk.records.records.values()].filter((text) => text.includes('token-.'));
    assert.ok(stored.includes('planted-secret') && stored.includes('refresh-1'));
    assert.doesNotMatch(JSON.stringify(session.details), /planted-secret|refresh-|token-\./);
  });

  it('stay the same when the token is renewed, and after a restart', async () => {
    stand.world.givesRefreshTokens = true;
    const { session } = await stand.signIn();
    const before = session.details;
    stand.desk.clock.advance(3_600_000);
    assert.equal((await session.authorization()).kind, 'token');
    const renewed = { ...before, expiresAtMs: stand.desk.clock.now() + 3_600_000 };
    assert.deepEqual(session.details, renewed);
    const restarted = await stand.desk.open(serverAt(stand.world.mcpUrl));
    assert.deepEqual(restarted.details, renewed);
  });

  it('name the way back also where another window finishes the sign-in (checklist 7.7)', async () => {
    const { received } = await stand.leaveWaiting();
    const sessions = new Sessions(stand.desk.ports);
    await sessions.update([serverAt(stand.world.mcpUrl)]);
    const claimed = await sessions.claim(received);
    assert.ok(claimed);
    await claimed.session.finish(claimed.authorization, received, claimed.wish);
    const { redirectKind, redirectUri } = claimed.session.details;
    assert.deepEqual([redirectKind, redirectUri], ['uriHandler', callbackAddress]);
    sessions.dispose();
  });

  it('name no address where a code was typed', async () => {
    const { world, desk } = stand;
    world.alter(issuerDocument, { device_authorization_endpoint: `${world.issuer}/device` });
    world.answers.set('/as/device', () => ({
      body: {
        device_code: 'device-1',
        user_code: 'WDJB-MJHT',
        verification_uri: `${world.issuer}/code`,
        expires_in: 600,
      },
    }));
    world.answers.set('/as/token', () => world.grant());
    const session = await desk.open(serverAt(world.mcpUrl, { oauth: { redirect: 'device' } }));
    const ended = session.signIn();
    while (session.state.kind !== 'connected') {
      await new Promise((resolve) => setImmediate(resolve));
      desk.clock.advance(1_000);
    }
    assert.equal(await ended, 'granted');
    const { redirectKind, redirectUri } = session.details;
    assert.deepEqual([redirectKind, redirectUri], ['device', undefined]);
  });

  it('are what the settings say where nobody is signed in', async () => {
    const { desk, world } = stand;
    const oauth = { issuer: 'https://login.example', clientId: 'mine', resource: 'https://mcp.example/' };
    const session = await desk.open(serverAt(world.mcpUrl, { oauth }));
    assert.deepEqual(session.details, {
      issuer: 'https://login.example',
      resource: 'https://mcp.example/',
      client: { kind: 'configured', clientId: 'mine' },
      scopes: { granted: [], requested: [] },
    });
    const off = await desk.open(serverAt(world.mcpUrl, { oauth: false }));
    assert.deepEqual(off.details, { scopes: { granted: [], requested: [] } });
  });

  it('keep what failed last with its time, until somebody signs in', async () => {
    const { world, desk } = stand;
    world.redirect = (request) => ({
      error: 'access_denied',
      state: request.get('state') ?? '',
      iss: world.issuer,
    });
    const session = await desk.open(serverAt(world.mcpUrl));
    const lastError = () => session.details.lastError;
    assert.equal(lastError(), undefined);
    await assert.rejects(session.signIn(), { code: 'access_denied' });
    const atMs = desk.clock.now();
    assert.equal(lastError()?.error.code, 'access_denied');
    assert.equal(lastError()?.atMs, atMs);
    world.redirect = (request) => world.allow(request);
    assert.equal(await session.signIn(), 'granted');
    assert.equal(lastError(), undefined);
  });

  it('keep what failed also where it took nothing away: a second sign-in beside a grant that works', async () => {
    const { world } = stand;
    const { session } = await stand.signIn();
    world.redirect = (request) => ({
      error: 'access_denied',
      state: request.get('state') ?? '',
      iss: world.issuer,
    });
    await assert.rejects(session.signIn());
    assert.equal(session.state.kind, 'connected');
    assert.equal(session.details.lastError?.error.code, 'access_denied');
    await session.signOut();
    assert.equal(session.details.lastError, undefined);
  });

  it('keep why a sign-in is no longer renewed, and when a server could not be reached', async () => {
    const { world, desk } = stand;
    world.givesRefreshTokens = true;
    const { session } = await stand.signIn();
    world.answers.set('/as/token', () => ({ status: 503, body: 'Down.' }));
    desk.clock.advance(3_600_000);
    await session.authorization();
    assert.equal(session.state.kind, 'offline');
    assert.equal(session.details.lastError?.error.code, 'server_busy');
    const { atMs } = session.details.lastError;
    // Drawn again it is the same failure.
    desk.clock.advance(1_000);
    session.switchAccount(session.accounts[0]?.key ?? '');
    assert.equal(session.state.kind, 'offline');
    assert.equal(session.details.lastError.atMs, atMs);
    world.answers.set('/as/token', () => ({ status: 400, body: { error: 'invalid_grant' } }));
    await session.upkeep.tryNow(true);
    assert.equal(session.state.kind, 'expired');
    assert.equal(session.details.lastError.error.code, 'token_refused');
    assert.equal(session.details.renewable, false);
  });
});
