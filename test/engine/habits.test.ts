// Servers with habits of their own, as their users know them: each can be signed in to, with no more settings than the
// refusals name (field cases, "Servers with habits of their own").
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuthError } from '../../src/oauth/authError.ts';
import type { OAuthSettings } from '../../src/servers/server.ts';
import { writeClientSecret } from '../../src/session/clientSecrets.ts';
import { Attempt, issuerDocument, resourceDocument } from './attempt.ts';
import { callbackAddress, serverAt } from './desk.ts';
import type { Recorded, Reply } from './world.ts';

const attempt = new Attempt();
const loopback = 'http://127.0.0.1:41000/callback';

async function signIn(oauth: OAuthSettings = {}, secret?: string): Promise<unknown> {
  const server = serverAt(attempt.world.mcpUrl, { oauth });
  if (secret !== undefined) await writeClientSecret(attempt.desk.records, server, 'client', secret);
  const session = await attempt.desk.open(server);
  return session.signIn().catch((thrown: unknown) => (thrown instanceof AuthError ? thrown.code : thrown));
}

const formOf = ({ body }: Recorded) => new URLSearchParams(body);
const tokenForms = () => attempt.world.sent('/as/token').map(formOf);
const refuseRegistration = (reply: Reply) => attempt.world.answers.set('/as/register', () => reply);
const asked = () => attempt.asked;

/** Looks at each token request before it is answered. */
function pickyAtToken(refuse: (request: Recorded) => Reply | undefined): void {
  const answer = attempt.world.answers.get('/as/token');
  attempt.world.answers.set('/as/token', (request) => refuse(request) ?? answer?.(request) ?? {});
}

/** Refuses the authorization request with an error where it is not to the server's taste. */
function pickyAtAuthorization(refuse: (request: URLSearchParams) => string | undefined): void {
  attempt.world.redirect = (request) => {
    const error = refuse(request);
    if (error === undefined) return attempt.world.allow(request);
    return { error, state: request.get('state') ?? '', iss: attempt.world.issuer };
  };
}

describe('A server with the habits of', () => {
  it('Figma registers clients on its list alone, and wants the secret of a client without a method', async () => {
    refuseRegistration({ status: 403, body: 'Forbidden' });
    assert.equal(await signIn(), 'registration_closed');
    await attempt.renew();
    refuseRegistration({
      status: 201,
      body: { client_id: 'figma', client_secret: 's3cret', token_endpoint_auth_method: 'none' },
    });
    pickyAtToken((request) =>
      formOf(request).get('client_secret') === 's3cret'
        ? undefined
        : { status: 401, body: { error: 'invalid_client' } },
    );
    assert.equal(await signIn(), 'granted');
  });

  it('GitHub registers nobody, wants its one callback and a secret, and answers form-encoded, errors with 200', async () => {
    attempt.world.alter(issuerDocument, {
      registration_endpoint: undefined,
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    });
    assert.equal(await signIn(), 'registration_closed');
    attempt.world.answers.set('/as/token', () => ({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'error=incorrect_client_credentials&error_description=The+client_id+is+incorrect.',
    }));
    assert.equal(await signIn({ clientId: 'mine' }, 'wrong'), 'token_refused');
    attempt.world.answers.set('/as/token', () => ({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'access_token=token-github&token_type=bearer&scope=repo%20user',
    }));
    assert.equal(await signIn({ clientId: 'mine' }, 's3cret'), 'granted');
    assert.equal(tokenForms().at(-1)?.get('client_secret'), 's3cret');
    assert.equal(tokenForms().at(-1)?.get('redirect_uri'), callbackAddress);
  });

  it('Slack registers nobody, wants a secret and one redirect, and takes the scopes of a user apart', async () => {
    attempt.world.alter(issuerDocument, { registration_endpoint: undefined });
    const oauth: OAuthSettings = {
      clientId: 'mine',
      redirect: 'loopback',
      redirectPort: 41_000,
      scopes: [],
      authorizationParameters: { user_scope: 'chat:write' },
    };
    assert.equal(await signIn(oauth, 's3cret'), 'granted');
    assert.deepEqual(
      [asked().get('user_scope'), asked().get('scope'), asked().get('redirect_uri')],
      ['chat:write', null, loopback],
    );
  });

  it('Atlassian calls itself otherwise than its address, and answers a stale client with a page of 500', async () => {
    const other = 'https://auth.atlassian.example';
    attempt.world.alter(issuerDocument, { issuer: other });
    assert.equal(await signIn(), 'issuer_mismatch');
    await attempt.renew();
    await signIn();
    attempt.desk.clock.advance(600_001);
    attempt.world.answers.set('/as/authorize', () => ({
      status: 500,
      body: '<h1>Something went wrong</h1>',
    }));
    assert.equal(await signIn(), 'granted');
    assert.equal(attempt.world.sent('/as/register').length, 2);
  });

  it('Entra ID has an OpenID document alone, lists no PKCE, registers nobody, and refuses a resource beside scopes', async () => {
    const document = attempt.world.answers.get(issuerDocument);
    attempt.world.answers.delete(issuerDocument);
    attempt.world.answers.set('/as/.well-known/openid-configuration', (request) => document?.(request) ?? {});
    attempt.world.alter('/as/.well-known/openid-configuration', {
      code_challenge_methods_supported: undefined,
      registration_endpoint: undefined,
    });
    pickyAtAuthorization((request) => (request.has('resource') ? 'invalid_target' : undefined));
    attempt.world.answers.set('/as/token', (request) =>
      formOf(request).has('scope') || formOf(request).get('grant_type') === 'authorization_code'
        ? attempt.world.grant()
        : { status: 400, body: { error: 'invalid_scope' } },
    );
    attempt.world.givesRefreshTokens = true;
    assert.equal(await signIn(), 'pkce_unsupported');
    assert.equal(await signIn({ requirePkceMetadata: false }), 'registration_closed');
    assert.equal(await signIn({ requirePkceMetadata: false, clientId: 'mine' }), 'authorization_failed');
    const oauth: OAuthSettings = {
      requirePkceMetadata: false,
      clientId: 'mine',
      resource: false,
      scopes: ['api://x/.default'],
    };
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth }));
    assert.equal(await session.signIn(), 'granted');
    attempt.desk.clock.advance(3_600_000);
    assert.equal((await session.authorization()).kind, 'token', 'which wants the scopes again');
    assert.equal(tokenForms().at(-1)?.get('scope'), 'api://x/.default');
  });

  it('Google registers nobody, wants a secret of a desktop, and gives refresh tokens for access_type=offline', async () => {
    attempt.world.alter(issuerDocument, {
      registration_endpoint: undefined,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    });
    attempt.world.alter(resourceDocument, { resource: `${attempt.world.origin}/` });
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    const oauth = { clientId: 'mine', authorizationParameters: { access_type: 'offline' } };
    assert.equal(await signIn(oauth, 's3cret'), 'granted');
    assert.deepEqual(
      [asked().get('access_type'), asked().get('resource')],
      ['offline', `${attempt.world.origin}/`],
    );
    assert.equal(tokenForms().at(-1)?.get('client_secret'), 's3cret');
  });

  it('Auth0 wants an audience, and has an issuer that ends in a slash', async () => {
    const issuer = `${attempt.world.origin}/`;
    const document = attempt.world.answers.get(issuerDocument);
    attempt.world.answers.set(
      '/.well-known/oauth-authorization-server',
      (request) => document?.(request) ?? {},
    );
    attempt.world.alter('/.well-known/oauth-authorization-server', { issuer });
    attempt.world.alter(resourceDocument, { authorization_servers: [issuer] });
    attempt.world.redirect = (request) =>
      request.get('audience') === 'https://api.example'
        ? { ...attempt.world.allow(request), iss: issuer }
        : { error: 'invalid_request', state: request.get('state') ?? '', iss: issuer };
    assert.equal(await signIn(), 'authorization_failed');
    assert.equal(await signIn({ authorizationParameters: { audience: 'https://api.example' } }), 'granted');
  });

  it('Okta registers nobody and wants a scope', async () => {
    refuseRegistration({ status: 403, body: { errorCode: 'E0000005', errorSummary: 'Invalid session' } });
    pickyAtAuthorization((request) => (request.has('scope') ? undefined : 'invalid_scope'));
    assert.equal(await signIn(), 'registration_closed');
    assert.equal(await signIn({ clientId: 'mine' }), 'granted');
  });

  it('Keycloak registers trusted hosts alone, and knows no resource', async () => {
    refuseRegistration({
      status: 403,
      body: { error: 'insufficient_scope', error_description: "Policy 'Trusted Hosts' rejected request" },
    });
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    const error = (await session.signIn().catch((thrown: unknown) => thrown)) as AuthError;
    assert.deepEqual(
      [error.code, error.facts.serverWords],
      ['registration_closed', "Policy 'Trusted Hosts' rejected request"],
    );
    assert.equal(await signIn({ clientId: 'mine', resource: false }), 'granted');
    assert.equal(tokenForms().at(-1)?.has('resource'), false);
  });

  it('Cognito answers 400 at addresses that it does not know, has an OpenID document alone and lists no PKCE', async () => {
    const document = attempt.world.answers.get(issuerDocument);
    const unknown = () => ({ status: 400, body: { message: 'Bad Request' } });
    attempt.world.answers.set(issuerDocument, unknown);
    attempt.world.answers.set('/.well-known/openid-configuration/as', unknown);
    attempt.world.answers.set('/as/.well-known/openid-configuration', (request) => document?.(request) ?? {});
    attempt.world.alter('/as/.well-known/openid-configuration', {
      code_challenge_methods_supported: undefined,
    });
    assert.equal(await signIn(), 'pkce_unsupported');
    assert.equal(await signIn({ requirePkceMetadata: false }), 'granted');
    assert.equal(asked().get('code_challenge_method'), 'S256');
  });

  it('Cloudflare takes https and loopback redirects alone, and forgets clients after a while', async () => {
    const register = attempt.world.answers.get('/as/register');
    attempt.world.answers.set('/as/register', (request) =>
      request.body.includes('vscode:')
        ? {
            status: 400,
            body: { error: 'invalid_client_metadata', error_description: 'Invalid redirect URI' },
          }
        : (register?.(request) ?? {}),
    );
    assert.equal(await signIn(), 'granted');
    assert.equal(asked().get('redirect_uri'), loopback);
    attempt.desk.clock.advance(90 * 86_400_000);
    attempt.world.answers.set('/as/authorize', () => ({
      status: 400,
      body: 'Invalid client. The clientId provided does not match.',
    }));
    assert.equal(await signIn(), 'granted');
  });

  it('Supabase takes no scheme of an app, refuses openid, forgets unused clients, and gives a secret without a method', async () => {
    attempt.world.answers.set('/as/register', ({ body }) =>
      body.includes('vscode:')
        ? { status: 400, body: { message: 'redirect_uris must be http or https' } }
        : { status: 201, body: { client_id: 'sb', client_secret: 's3cret' } },
    );
    pickyAtAuthorization((request) =>
      request.get('scope')?.includes('openid') === true ? 'invalid_scope' : undefined,
    );
    assert.equal(await signIn(), 'granted');
    const [request] = attempt.world.sent('/as/token');
    assert.equal(request?.headers.authorization, `Basic ${btoa('sb:s3cret')}`);
  });

  it('Notion and Linear rotates refresh tokens, and wants the client id with each', async () => {
    attempt.world.givesRefreshTokens = true;
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await session.signIn();
    for (const expected of ['refresh-1', 'refresh-2']) {
      attempt.desk.clock.advance(3_600_000);
      assert.equal((await session.authorization()).kind, 'token');
      assert.deepEqual(
        [tokenForms().at(-1)?.get('refresh_token'), tokenForms().at(-1)?.get('client_id')],
        [expected, 'client-1'],
      );
    }
  });

  it('Stripe and HubSpot names its resource without a slash, which stays as it stands (field case 8)', async () => {
    attempt.world.alter(resourceDocument, { resource: attempt.world.origin });
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    assert.equal(await signIn(), 'granted');
    assert.deepEqual(
      [asked().get('resource'), tokenForms().at(-1)?.get('resource')],
      [attempt.world.origin, attempt.world.origin],
    );
  });

  it('Sentry names its document twice in one challenge', async () => {
    const document = `${attempt.world.origin}${resourceDocument}`;
    const answer = attempt.world.answers.get('/mcp');
    attempt.world.answers.set('/mcp', (request) => ({
      ...answer?.(request),
      headers: {
        'www-authenticate': `Bearer resource_metadata="${document}", resource_metadata="${document}/x"`,
      },
    }));
    assert.equal(await signIn(), 'granted');
  });

  it('Asana takes confidential clients alone, and has two authorization servers', async () => {
    attempt.world.alter(issuerDocument, { token_endpoint_auth_methods_supported: ['client_secret_basic'] });
    attempt.world.alter(resourceDocument, {
      authorization_servers: [attempt.world.issuer, `${attempt.world.origin}/other`],
    });
    attempt.world.answers.set('/as/register', ({ body }) => ({
      status: 201,
      body: { ...(JSON.parse(body) as object), client_id: 'asana', client_secret: 's3cret' },
    }));
    pickyAtToken(({ headers }) =>
      headers.authorization === `Basic ${btoa('asana:s3cret')}`
        ? undefined
        : { status: 401, body: { error: 'invalid_client' } },
    );
    assert.equal(await signIn(), 'granted');
  });

  it('GitLab lists many scopes and lets a client have one', async () => {
    const answer = attempt.world.answers.get('/mcp');
    attempt.world.answers.set('/mcp', (request) => ({
      ...answer?.(request),
      headers: { 'www-authenticate': 'Bearer' },
    }));
    attempt.world.alter(resourceDocument, {
      scopes_supported: Array.from({ length: 26 }, (_, index) => `scope${index}`),
    });
    pickyAtAuthorization((request) => (request.get('scope') === 'mcp' ? undefined : 'invalid_scope'));
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    const error = (await session.signIn().catch((thrown: unknown) => thrown)) as AuthError;
    assert.equal(error.facts.setting, 'scopes');
    assert.equal(await signIn({ scopes: ['mcp'] }), 'granted');
  });
});
