// What version 1 of the extension kept: before there were several accounts on one server.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sessions } from '../../src/session/sessions.ts';
import { Attempt } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';

const attempt = new Attempt();
const hourMs = 3_600_000;

const oldKey = () => `grant:${JSON.stringify(['notes', attempt.world.mcpUrl])}`;
const newKey = () => `grant:${JSON.stringify(['notes', attempt.world.mcpUrl, attempt.world.issuer, 'u-1'])}`;
const records = () => attempt.desk.records.records;
const members = (key: string) => JSON.parse(records().get(key) ?? 'null') as Record<string, unknown>;

describe('What version 1 kept', () => {
  it('of a grant moves to the key of its account, and serves as before', async () => {
    keepOldGrant();
    const { session, desk } = await openAgain();
    assert.equal(session.state.kind === 'connected' && session.state.account.label, 'ada');
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'token');
    assert.equal(authorization.accessToken, 'token-old');
    assert.deepEqual(desk.records.keysOf('grant'), [newKey()]);
    const { version, refreshToken } = members(newKey());
    assert.deepEqual([version, refreshToken], [2, 'refresh-old']);
    assert.equal((await openAgain()).session.accessToken, 'token-old', 'and is found there again');
    assert.deepEqual(attempt.world.requests, []);
  });

  it('of a token that the server had rejected is over still', async () => {
    keepOldGrant({ rejected: true });
    const { session } = await openAgain();
    const account = { id: 'u-1', label: 'ada' };
    assert.deepEqual(session.state, { kind: 'expired', reason: 'rejected', account });
    assert.equal((await session.authorization()).kind, 'blocked');
    const { ending, rejected } = members(newKey());
    assert.deepEqual([ending, rejected], [{ reason: 'rejected' }, undefined]);
  });

  it('of a grant is used where it is while it cannot be moved', async () => {
    keepOldGrant();
    const before = new Map(records());
    attempt.desk.records.failsToWrite = true;
    const { session, desk } = await openAgain();
    assert.equal(session.accessToken, 'token-old');
    assert.deepEqual(records(), before);
    assert.match(desk.log[0] ?? '', /^record_not_moved {"record":"grant"}/);
    attempt.desk.records.failsToWrite = false;
    assert.equal((await openAgain()).session.accessToken, 'token-old');
    assert.deepEqual(desk.records.keysOf('grant'), [newKey()]);
  });

  it('of a grant does not take the place of a newer one of the same account', async () => {
    const { accessToken } = (await attempt.signIn()).session;
    keepOldGrant();
    assert.equal((await openAgain()).session.accessToken, accessToken);
    assert.deepEqual(attempt.desk.records.keysOf('grant'), [newKey()]);
    assert.equal(members(newKey())['accessToken'], accessToken);
  });

  it('of a registration is used again, and knows from then on who uses it', async () => {
    const { world, desk } = attempt;
    const key = `registration:${JSON.stringify([world.issuer, desk.redirectUri])}`;
    const scopes = ['notes:read', 'notes:write'];
    const client = { kind: 'registered', clientId: 'client-old', authMethod: 'none' };
    const old = { version: 1, issuer: world.issuer, redirectUri: desk.redirectUri, scopes, client };
    records().set(key, JSON.stringify(old));
    assert.equal((await attempt.signIn()).result, 'granted');
    assert.equal(attempt.asked.get('client_id'), 'client-old');
    assert.deepEqual(world.sent('/as/register'), []);
    assert.deepEqual(members(key), { ...old, version: 2, servers: [['notes', world.mcpUrl]] });
  });

  it('of an attempt can be finished still', async () => {
    const { received } = await attempt.leaveWaiting();
    const [key = ''] = attempt.desk.records.keysOf('pending');
    const { wish, ...rest } = members(key);
    assert.deepEqual(wish, {});
    records().set(key, JSON.stringify({ ...rest, version: 1 }));
    const claimed = await new Sessions(new Desk(attempt.world, attempt.desk.records).ports).claim(received);
    assert.ok(claimed);
    await claimed.session.finish(claimed.authorization, received, claimed.wish);
    assert.equal(claimed.session.state.kind, 'connected');
  });
});

/** Another run of the editor over the same records. */
async function openAgain() {
  const desk = new Desk(attempt.world, attempt.desk.records);
  return { desk, session: await desk.open(serverAt(attempt.world.mcpUrl)) };
}

/** A grant as version 1 kept it. */
function keepOldGrant(changes: object = {}): void {
  const { issuer, mcpUrl } = attempt.world;
  const nowMs = attempt.desk.clock.now();
  const grant = {
    version: 1,
    serverUrl: mcpUrl,
    resource: mcpUrl,
    authorizationServer: {
      issuer,
      authorizationEndpoint: `${issuer}/authorize`,
      tokenEndpoint: `${issuer}/token`,
      registrationEndpoint: `${issuer}/register`,
      requiresPushedRequests: false,
      responseTypes: ['code'],
      codeChallengeMethods: ['S256'],
      takesClientDocuments: false,
      sendsIss: true,
    },
    client: { kind: 'registered', clientId: 'client-1', authMethod: 'none' },
    accessToken: 'token-old',
    refreshToken: 'refresh-old',
    expiresAtMs: nowMs + hourMs,
    scopes: ['notes:read'],
    requestedScopes: ['notes:read'],
    account: { id: 'u-1', label: 'ada' },
    grantedAtMs: nowMs,
    ...changes,
  };
  records().set(oldKey(), JSON.stringify(grant));
}
