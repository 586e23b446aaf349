// Each setting of a server does what its description says, and lifts the refusal that names it (design 8).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuthError, liftingSettings, type AuthErrorCode } from '../../src/oauth/authError.ts';
import { knownService } from '../../src/oauth/habits.ts';
import type { OAuthSettings } from '../../src/servers/server.ts';
import { Attempt, issuerDocument, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';

const attempt = new Attempt();

async function failsWithout(code: AuthErrorCode): Promise<void> {
  const error = await outcome({});
  assert.equal(error instanceof AuthError ? error.code : error, code);
}

async function outcome(oauth: OAuthSettings): Promise<unknown> {
  const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth }));
  return session.signIn().catch((thrown: unknown) => thrown);
}

function tokenForm(): URLSearchParams {
  return new URLSearchParams(attempt.world.sent('/as/token').at(-1)?.body);
}

/** A token for whatever was asked. */
function takeAnything(): void {
  attempt.world.answers.set('/as/token', () => attempt.world.grant());
}

describe('The setting', () => {
  it('resource lifts the refusal of a document that is about another address, and is what a token is asked for (field case 9)', async () => {
    const foreign = 'https://elsewhere.example/mcp';
    attempt.world.alter(resourceDocument, { resource: foreign });
    await failsWithout('resource_mismatch');
    takeAnything();
    assert.equal(await outcome({ resource: foreign }), 'granted');
    assert.deepEqual([attempt.asked.get('resource'), tokenForm().get('resource')], [foreign, foreign]);
  });

  it('resource names another resource than the document does, and false names none (checklist 13.4, Entra ID)', async () => {
    takeAnything();
    assert.equal(await outcome({ resource: 'urn:notes' }), 'granted');
    assert.equal(attempt.asked.get('resource'), 'urn:notes');
    assert.equal(await outcome({ resource: false }), 'granted');
    assert.deepEqual([attempt.asked.get('resource'), tokenForm().get('resource')], [null, null]);
  });

  it('issuer lifts the refusal of a document that calls itself otherwise (field case 10)', async () => {
    attempt.world.alter(issuerDocument, { issuer: 'https://renamed.example' });
    await failsWithout('issuer_mismatch');
    attempt.world.redirect = (request) => ({
      ...attempt.world.allow(request),
      iss: 'https://renamed.example',
    });
    const session = await attempt.desk.open(
      serverAt(attempt.world.mcpUrl, { oauth: { issuer: 'https://renamed.example' } }),
    );
    // Its own addresses cannot be reached here: nothing may leave this machine.
    const named = await session.signIn().catch((thrown: unknown) => thrown);
    assert.ok(
      named === 'granted' || (named instanceof AuthError && named.code === 'unreachable'),
      String(named),
    );
  });

  it('requirePkceMetadata lifts the refusal of a server that does not promise PKCE, which is used all the same (checklist 3.10, field case 18)', async () => {
    attempt.world.alter(issuerDocument, { code_challenge_methods_supported: undefined });
    await failsWithout('pkce_unsupported');
    assert.equal(await outcome({ requirePkceMetadata: false }), 'granted');
    assert.equal(attempt.asked.get('code_challenge_method'), 'S256');
  });

  it('knownHabits takes away what is done because a server is known to want it (field case 18)', async () => {
    attempt.world.alter(issuerDocument, { code_challenge_methods_supported: undefined });
    attempt.desk.knownService = () => knownService('login.microsoftonline.com');
    assert.equal(await outcome({ resource: attempt.world.mcpUrl }), 'granted');
    const error = await outcome({ resource: attempt.world.mcpUrl, knownHabits: false });
    assert.equal(error instanceof AuthError ? error.code : error, 'pkce_unsupported');
  });

  it('legacyEndpoints lifts the refusal of a server that publishes nothing (checklist 13.2, 13.3)', async () => {
    attempt.world.answers.delete(resourceDocument);
    attempt.world.answers.set('/mcp', () => ({ status: 401 }));
    attempt.world.answers.set('/register', () => ({ status: 201, body: { client_id: 'legacy' } }));
    attempt.world.answers.set('/token', () => attempt.world.grant());
    await failsWithout('resource_metadata_missing');
    attempt.world.redirect = (request) => ({ code: 'c', state: request.get('state') ?? '' });
    assert.equal(await outcome({ legacyEndpoints: true }), 'granted');
    assert.equal(new URL(attempt.desk.opened.at(-1) ?? '').pathname, '/authorize');
    assert.equal(attempt.asked.get('resource'), attempt.world.mcpUrl, 'always (checklist 13.4)');
  });

  it('clientId lifts the refusal of a server that registers nobody (checklist 4.1, field case 7)', async () => {
    attempt.world.answers.set('/as/register', () => ({ status: 403, body: 'Forbidden' }));
    await failsWithout('registration_closed');
    assert.equal(await outcome({ clientId: 'mine' }), 'granted');
  });

  it('scopes beats what the server names, also at registration and at refresh (field case 11)', async () => {
    attempt.world.givesRefreshTokens = true;
    const session = await attempt.desk.open(
      serverAt(attempt.world.mcpUrl, { oauth: { scopes: ['a', 'b'] } }),
    );
    await session.signIn();
    const registered = JSON.parse(attempt.world.sent('/as/register')[0]?.body ?? '') as { scope: string };
    assert.deepEqual([attempt.asked.get('scope'), registered.scope], ['a b', 'a b']);
    attempt.desk.clock.advance(3_600_000);
    await session.authorization();
    assert.equal(tokenForm().get('scope'), 'a b');
  });

  it('authorizationParameters adds to the request and replaces nothing that keeps a sign-in safe (checklist 7.10, Auth0, Google)', async () => {
    const state = 'attacker';
    const oauth: OAuthSettings = {
      authorizationParameters: {
        audience: 'https://api.example',
        access_type: 'offline',
        state,
        code_challenge: 'x',
        redirect_uri: 'https://evil.example',
        request_uri: 'https://evil.example',
        response_mode: 'fragment',
        client_secret: 's3cret',
      },
    };
    assert.equal(await outcome(oauth), 'granted');
    for (const name of ['request_uri', 'response_mode', 'client_secret'])
      assert.equal(attempt.asked.get(name), null, name);
    assert.deepEqual(
      [attempt.asked.get('audience'), attempt.asked.get('access_type')],
      ['https://api.example', 'offline'],
    );
    assert.notEqual(attempt.asked.get('state'), state);
    assert.notEqual(attempt.asked.get('code_challenge'), 'x');
    assert.equal(attempt.asked.get('redirect_uri'), 'vscode://mcp-oauth.mcp-oauth/callback');
  });

  it('authorizationParameters with an empty prompt takes the consent away that is asked for offline access (field case 12, Entra ID)', async () => {
    attempt.world.alter(issuerDocument, { scopes_supported: ['offline_access'] });
    await outcome({});
    assert.equal(attempt.asked.get('prompt'), 'consent');
    await outcome({ authorizationParameters: { prompt: '' } });
    assert.equal(attempt.asked.get('prompt'), null);
  });

  it('tokenEndpointAuthMethod decides how the client proves itself, at registration and at the token endpoint (field case 15)', async () => {
    attempt.world.answers.set('/as/register', ({ body }) => ({
      status: 201,
      body: { ...(JSON.parse(body) as object), client_id: 'client-1', client_secret: 's3cret' },
    }));
    assert.equal(await outcome({ tokenEndpointAuthMethod: 'client_secret_post' }), 'granted');
    assert.equal(tokenForm().get('client_secret'), 's3cret');
    assert.equal(
      (await outcome({ clientId: 'mine', tokenEndpointAuthMethod: 'client_secret_post' })) instanceof
        AuthError,
      true,
    );
  });

  it('redirect, redirectPort and redirectHost decide the way back (design 5.2)', async () => {
    const oauth = { redirect: 'loopback', redirectPort: 47_000, redirectHost: 'localhost' } as const;
    assert.equal(await outcome(oauth), 'granted');
    assert.deepEqual(attempt.desk.prepared, [{ kind: 'loopback', settings: oauth }]);
    attempt.desk.busyPorts.add(47_000);
    const busy = await outcome(oauth);
    assert.ok(busy instanceof AuthError && busy.code === 'redirect_unavailable');
  });

  it('dpop has tokens bound to a key that the server never sees (checklist 2.15, 14.10)', async () => {
    attempt.world.alter(issuerDocument, { dpop_signing_alg_values_supported: ['ES256'] });
    attempt.world.answers.set('/as/token', () => ({
      body: { access_token: 'token-bound', token_type: 'DPoP' },
    }));
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth: { dpop: true } }));
    assert.equal(await session.signIn(), 'granted');
    assert.match(attempt.asked.get('dpop_jkt') ?? '', /^[\w-]{43}$/);
    assert.ok(attempt.world.sent('/as/token')[0]?.headers['dpop']);
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'token');
    const headers = await authorization.headersFor('POST', new URL(attempt.world.mcpUrl));
    assert.equal(headers['authorization'], 'DPoP token-bound');
    const [, payload = ''] = headers['dpop']?.split('.') ?? [];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    assert.deepEqual([claims['htm'], claims['htu']], ['POST', attempt.world.mcpUrl]);
  });

  it('dpop is named where it is what the server does not keep up with, and only there', async () => {
    for (const [document, answer] of [
      [{}, { access_token: 'token-free', token_type: 'Bearer' }],
      [{ dpop_signing_alg_values_supported: ['RS256'] }, { access_token: 'token-1', token_type: 'DPoP' }],
    ] as const) {
      await attempt.renew();
      attempt.world.alter(issuerDocument, document);
      attempt.world.answers.set('/as/token', () => ({ body: answer }));
      const error = await outcome({ dpop: true });
      assert.ok(error instanceof AuthError);
      assert.deepEqual([error.code, error.facts.setting], ['token_use_unsupported', 'dpop']);
      attempt.world.alter(resourceDocument, { dpop_bound_access_tokens_required: true });
      const demanded = await outcome({});
      assert.ok(demanded instanceof AuthError);
      assert.deepEqual([demanded.code, demanded.facts.setting], ['token_use_unsupported', undefined]);
    }
  });

  it('of each refusal that can be lifted is one that there is', () => {
    const settings: Record<keyof OAuthSettings, true> = {
      clientId: true,
      tokenEndpointAuthMethod: true,
      scopes: true,
      resource: true,
      authorizationParameters: true,
      issuer: true,
      requirePkceMetadata: true,
      knownHabits: true,
      legacyEndpoints: true,
      dpop: true,
      grant: true,
      identityProvider: true,
      assertionFile: true,
      redirect: true,
      redirectPort: true,
      redirectHost: true,
      relayUrl: true,
    };
    for (const setting of Object.values(liftingSettings)) assert.ok(setting in settings, setting);
  });
});
