import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Attempt, issuerDocument, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import { World } from './world.ts';

const attempt = new Attempt();

describe('A sign-in', () => {
  it('costs four requests besides the first contact and the call that follows (design 11)', async () => {
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    assert.equal(await session.signIn(), 'granted');
    assert.deepEqual(
      attempt.world.requests.toSorted(),
      [
        'POST /mcp',
        `GET ${resourceDocument}`,
        `GET ${issuerDocument}`,
        'POST /as/register',
        'POST /as/token',
      ].toSorted(),
    );
    assert.deepEqual(attempt.world.requests.slice(2), [
      `GET ${issuerDocument}`,
      'POST /as/register',
      'POST /as/token',
    ]);
  });

  it('ends connected, with the account, the scopes and the expiry that the server told', async () => {
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await session.signIn();
    assert.deepEqual(session.state, {
      kind: 'connected',
      account: { id: 'u-1', label: 'ada' },
      scopes: ['notes:read', 'notes:write'],
      expiresAtMs: attempt.desk.clock.now() + 3_600_000,
      renewable: false,
    });
  });

  it('asks with everything that the specification wants of the authorization request (checklist 7.1)', async () => {
    await attempt.signIn();
    const asked = attempt.asked;
    assert.equal(asked.get('response_type'), 'code');
    assert.equal(asked.get('client_id'), 'client-1');
    assert.equal(asked.get('redirect_uri'), 'vscode://mcp-oauth.mcp-oauth/callback');
    assert.equal(asked.get('resource'), attempt.world.mcpUrl);
    assert.equal(asked.get('code_challenge_method'), 'S256');
    assert.match(asked.get('code_challenge') ?? '', /^[\w-]{43}$/);
    assert.match(asked.get('state') ?? '', /^[\w-]{43}$/);
    assert.equal(asked.get('scope'), 'notes:read notes:write');
  });

  it('uses a new state and verifier for every attempt (checklist 7.2, 7.6)', async () => {
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await session.signIn();
    await session.signOut();
    await session.signIn();
    const [one, other] = attempt.desk.opened.map((url) => new URL(url).searchParams);
    assert.notEqual(one?.get('state'), other?.get('state'));
    assert.notEqual(one?.get('code_challenge'), other?.get('code_challenge'));
  });

  it('registers a public native client with the very redirect URI that it then uses (checklist 4.11, 14.1)', async () => {
    await attempt.signIn();
    const [registration] = attempt.world.sent('/as/register');
    const asked = JSON.parse(registration?.body ?? '{}') as Record<string, unknown>;
    assert.deepEqual(asked['redirect_uris'], ['vscode://mcp-oauth.mcp-oauth/callback']);
    assert.equal(asked['application_type'], 'native');
    assert.equal(asked['token_endpoint_auth_method'], 'none');
    assert.equal(asked['software_version'], '1.2.3');
    assert.equal(asked['scope'], 'notes:read notes:write');
  });

  it('reuses a registration for the same issuer and redirect URI (checklist 4.16)', async () => {
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await session.signIn();
    await session.signOut();
    await session.signIn();
    assert.equal(attempt.world.sent('/as/register').length, 1);
  });

  it('uses a configured client and registers none (checklist 4.1)', async () => {
    await attempt.signIn({ oauth: { clientId: 'mine' } });
    assert.equal(attempt.world.sent('/as/register').length, 0);
    assert.equal(attempt.asked.get('client_id'), 'mine');
  });

  it('lets configured scopes beat all that the server names (field case 11)', async () => {
    await attempt.signIn({ oauth: { scopes: ['only:this'] } });
    assert.equal(attempt.asked.get('scope'), 'only:this');
  });

  it('authenticates with a secret that the registration gave without being asked (field case 14)', async () => {
    attempt.world.answers.set('/as/register', () => ({
      body: { client_id: 'c 1', client_secret: 's:%', client_secret_expires_at: null },
    }));
    await attempt.signIn();
    const [request] = attempt.world.sent('/as/token');
    assert.equal(request?.headers.authorization, `Basic ${btoa('c+1:s%3A%25')}`);
  });

  it('finds an OpenID Connect document where there is no other (checklist 3.1)', async () => {
    const document = attempt.world.answers.get(issuerDocument);
    assert.ok(document);
    attempt.world.answers.delete(issuerDocument);
    attempt.world.answers.set('/as/.well-known/openid-configuration', document);
    assert.equal((await attempt.signIn()).result, 'granted');
    assert.deepEqual(attempt.world.requests.slice(2, 5), [
      `GET ${issuerDocument}`,
      'GET /.well-known/openid-configuration/as',
      'GET /as/.well-known/openid-configuration',
    ]);
  });

  it('takes an error answer or a login page at a well-known address for noise (field case 16)', async () => {
    const document = attempt.world.answers.get(issuerDocument);
    assert.ok(document);
    attempt.world.answers.set(issuerDocument, () => ({ status: 302, headers: { location: '/login' } }));
    attempt.world.answers.set('/.well-known/openid-configuration/as', () => ({
      status: 502,
      body: '<h1>Bad gateway</h1>',
    }));
    attempt.world.answers.set('/as/.well-known/openid-configuration', document);
    assert.equal((await attempt.signIn()).result, 'granted');
    assert.equal(attempt.world.sent('/login').length, 0);
  });

  it('asks for the resource document at the path first, then at the root (checklist 2.3)', async () => {
    const document = attempt.world.answers.get(resourceDocument);
    assert.ok(document);
    attempt.world.answers.delete(resourceDocument);
    attempt.world.answers.set('/mcp', () => ({ status: 401 }));
    attempt.world.answers.set('/.well-known/oauth-protected-resource', document);
    assert.equal((await attempt.signIn()).result, 'granted');
  });

  it('reads a challenge that names the document by its path alone (field case 21)', async () => {
    const document = attempt.world.answers.get(resourceDocument);
    assert.ok(document);
    attempt.world.answers.set('/somewhere.json', document);
    attempt.world.answers.set('/mcp', () => ({
      status: 401,
      headers: { 'www-authenticate': 'Bearer resource_metadata=/somewhere.json' },
    }));
    assert.equal((await attempt.signIn()).result, 'granted');
    assert.equal(attempt.world.sent('/somewhere.json').length, 1);
  });

  it('accepts a resource that is the origin of the server and sends it as it stands (checklist 2.8, field case 8)', async () => {
    attempt.world.alter(resourceDocument, { resource: attempt.world.origin });
    await attempt.signIn().catch(() => undefined);
    assert.equal(attempt.asked.get('resource'), attempt.world.origin);
  });

  it('is not needed where the server answers without it', async () => {
    attempt.world.answers.set('/mcp', () => ({ body: { jsonrpc: '2.0', id: 0, result: {} } }));
    attempt.world.answers.delete(resourceDocument);
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    assert.equal(await session.signIn(), 'not_needed');
    assert.deepEqual(session.state, { kind: 'no_auth', reason: 'not_asked' });
    assert.equal(attempt.desk.opened.length, 0);
  });

  it('is not needed for a while, and the grant that was in use before is used again after that', async () => {
    attempt.world.givesRefreshTokens = true;
    const { session } = await attempt.signIn();
    const answers = new Map(attempt.world.answers);
    attempt.world.answers.set('/mcp', () => ({ body: { jsonrpc: '2.0', id: 0, result: {} } }));
    attempt.world.answers.delete(resourceDocument);
    // What is known of a server is believed for ten minutes.
    attempt.desk.clock.advance(700_000);
    assert.equal(await session.signIn(), 'not_needed');
    for (const [path, answer] of answers) attempt.world.answers.set(path, answer);
    assert.equal(session.demandSignIn().kind, 'connected');
    assert.equal((await session.authorization()).kind, 'token');
  });

  it('goes on where a server answers anybody but publishes that it can be signed in to', async () => {
    attempt.world.answers.set('/mcp', () => ({ body: { jsonrpc: '2.0', id: 0, result: {} } }));
    assert.equal((await attempt.signIn()).result, 'granted');
  });

  it('sends configured headers to the server and to nobody else (field case 17)', async () => {
    await attempt.signIn({ headers: { 'X-Tenant': 'mine' } });
    const carrying = attempt.world.transcript.filter(({ headers }) => headers['x-tenant'] === 'mine');
    assert.deepEqual(
      carrying.map(({ path }) => path),
      ['/mcp'],
    );
  });

  it('registers anew for other scopes, another redirect URI or after its secret has expired (checklist 4.16)', async () => {
    const { desk, world } = attempt;
    const expiresAt = Math.floor(desk.clock.now() / 1000) + 60;
    world.answers.set('/as/register', () => ({
      body: { client_id: 'c', client_secret: 's', client_secret_expires_at: expiresAt },
    }));
    const registrations = () => world.sent('/as/register').length;
    await attempt.signIn({ oauth: { scopes: ['a', 'b'] } });
    await attempt.signIn({ name: 'fewer', oauth: { scopes: ['a'] } });
    assert.equal(registrations(), 1);
    await attempt.signIn({ name: 'other', oauth: { scopes: ['c'] } });
    assert.equal(registrations(), 2);
    desk.redirectUri = 'https://vscode.dev/callback';
    await attempt.signIn({ name: 'again', oauth: { scopes: ['c'] } });
    assert.equal(registrations(), 3);
    assert.match(world.sent('/as/register').at(-1)?.body ?? '', /"application_type":"web"/);
    desk.clock.advance(60_000);
    await attempt.signIn({ name: 'later', oauth: { scopes: ['c'] } });
    assert.equal(registrations(), 4);
  });

  it('never gives a registration to another issuer (checklist 4.16)', async () => {
    await attempt.signIn();
    const { desk } = attempt;
    const other = await World.start();
    desk.person = (url) => other.visit(url);
    const session = await desk.open(serverAt(other.mcpUrl));
    assert.equal(await session.signIn(), 'granted');
    assert.equal(other.sent('/as/register').length, 1);
    await other.close();
  });

  it('never happens for a server with its own header or with oauth off (field case 17)', async () => {
    for (const server of [
      serverAt(attempt.world.mcpUrl, { headers: { AUTHORIZATION: 'Bearer mine' } }),
      serverAt(attempt.world.mcpUrl, { oauth: false }),
    ]) {
      const session = await attempt.desk.open(server);
      assert.equal(await session.signIn(), 'not_needed');
      assert.deepEqual(await session.authorization(), { kind: 'none' });
    }
    assert.deepEqual(attempt.world.requests, []);
  });
});
