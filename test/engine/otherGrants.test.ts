// Ways to be let in without a browser, and through an organization (checklist 17).
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { AuthError, type AuthErrorCode } from '../../src/oauth/authError.ts';
import type { OAuthSettings } from '../../src/servers/server.ts';
import { writeClientSecret } from '../../src/session/clientSecrets.ts';
import { Attempt, issuerDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import { World } from './world.ts';

const attempt = new Attempt();
const providers: World[] = [];
after(() => Promise.all(providers.map((provider) => provider.close())));
const idToken = ['header', Buffer.from('{"sub":"ada"}').toString('base64url'), 'signature'].join('.');

function form(world = attempt.world, path = '/as/token'): URLSearchParams {
  return new URLSearchParams(world.sent(path).at(-1)?.body);
}

function open(oauth: OAuthSettings) {
  return attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth }));
}

describe('Client credentials', () => {
  const oauth = { grant: 'clientCredentials', clientId: 'robot' } as const;
  const furnish = async () => {
    attempt.world.alter(issuerDocument, { token_endpoint_auth_methods_supported: ['client_secret_post'] });
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    await writeClientSecret(
      attempt.desk.records,
      serverAt(attempt.world.mcpUrl, { oauth }),
      'client',
      's3cret',
    );
  };

  it('let in without a person, for the resource and the scopes that the server names (checklist 17.1)', async () => {
    await furnish();
    const session = await open(oauth);
    assert.equal(await session.signIn(), 'granted');
    assert.deepEqual(Object.fromEntries(form()), {
      grant_type: 'client_credentials',
      client_id: 'robot',
      client_secret: 's3cret',
      resource: attempt.world.mcpUrl,
      scope: 'notes:read notes:write',
    });
    assert.deepEqual(attempt.desk.opened, []);
    assert.deepEqual(attempt.world.sent('/as/register'), []);
  });

  it('are shown again when the token ends, without a refresh token and without a person (checklist 17.1)', async () => {
    await furnish();
    const session = await open(oauth);
    await session.signIn();
    const before = session.accessToken;
    attempt.desk.clock.advance(3_600_000);
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'token');
    assert.notEqual(authorization.accessToken, before);
    assert.equal(attempt.world.sent('/as/token').length, 2);
  });

  it('are shown again although a refresh token came with the last one, which nobody asked for (checklist 17.1)', async () => {
    attempt.world.givesRefreshTokens = true;
    await furnish();
    const session = await open(oauth);
    await session.signIn();
    attempt.desk.clock.advance(3_600_000);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(form().get('grant_type'), 'client_credentials');
  });

  it('let in where the server promises no PKCE, since there is no code to protect', async () => {
    await furnish();
    attempt.world.alter(issuerDocument, { code_challenge_methods_supported: undefined });
    assert.equal(await (await open(oauth)).signIn(), 'granted');
  });

  it('that are missing are asked for by name (checklist 17.1)', async () => {
    await assert.rejects((await open({ grant: 'clientCredentials' })).signIn(), {
      code: 'grant_not_configured',
      facts: { setting: 'clientId' },
    });
    attempt.world.alter(issuerDocument, { token_endpoint_auth_methods_supported: ['client_secret_post'] });
    await assert.rejects((await open({ ...oauth, tokenEndpointAuthMethod: 'client_secret_post' })).signIn(), {
      code: 'client_secret_missing',
    });
  });
});

describe('A workload', () => {
  const oauth = { grant: 'workloadIdentity', assertionFile: '/run/token' } as const;

  it('shows the token of its platform, read anew each time, and no client id (checklist 17.4)', async () => {
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    attempt.desk.files.set('/run/token', `${idToken}\n`);
    const session = await open(oauth);
    assert.equal(await session.signIn(), 'granted');
    assert.deepEqual(Object.fromEntries(form()), {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: idToken,
      resource: attempt.world.mcpUrl,
      scope: 'notes:read notes:write',
    });
    attempt.desk.files.set('/run/token', `${idToken}2`);
    attempt.desk.clock.advance(3_600_000);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(form().get('assertion'), `${idToken}2`);
  });

  it('that is refused is not tried again, and not in another way (checklist 17.4)', async () => {
    attempt.world.answers.set('/as/token', () => ({ status: 400, body: { error: 'invalid_grant' } }));
    attempt.desk.files.set('/run/token', idToken);
    await assert.rejects((await open(oauth)).signIn(), { code: 'token_refused' });
    assert.equal(attempt.world.sent('/as/token').length, 1);
    assert.deepEqual(attempt.desk.opened, []);
  });

  it('whose file is missing, or no token, is told which setting is meant', async () => {
    for (const text of [undefined, 'no token', '']) {
      if (text !== undefined) attempt.desk.files.set('/run/token', text);
      await assert.rejects((await open(oauth)).signIn(), {
        code: 'assertion_missing',
        facts: { setting: 'assertionFile' },
      });
    }
    await assert.rejects((await open({ grant: 'workloadIdentity' })).signIn(), {
      code: 'grant_not_configured',
    });
    assert.deepEqual(attempt.world.sent('/as/token'), []);
  });
});

describe('An organization', () => {
  it('vouches for the person who signs in to it, and no browser sees the server’s own page (checklist 17.2)', async () => {
    const provider = await identityProvider();
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    attempt.desk.person = (url) => provider.visit(url);
    const session = await open({
      grant: 'enterprise',
      clientId: 'mine',
      identityProvider: { issuer: provider.issuer, clientId: 'editor' },
    });
    assert.equal(await session.signIn(), 'granted');

    const asked = attempt.asked;
    assert.equal(asked.get('client_id'), 'editor');
    assert.equal(asked.get('scope'), 'openid');
    assert.equal(asked.get('resource'), null);
    const [, exchange] = provider
      .sent('/as/token')
      .map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
    assert.deepEqual(exchange, {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
      audience: attempt.world.issuer,
      resource: attempt.world.mcpUrl,
      scope: 'notes:read notes:write',
      subject_token: exchange?.['subject_token'],
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      client_id: 'editor',
    });
    assert.equal(form().get('assertion'), 'a.b.c');
    assert.equal(form().get('client_id'), 'mine');
    assert.doesNotMatch(attempt.desk.log.join('\n'), /a\.b\.c/);
    assert.ok(attempt.desk.opened.every((url) => !url.startsWith(attempt.world.issuer)));
  });

  it('may have vouched already: its id token is in a file (checklist 17.2)', async () => {
    const provider = await identityProvider();
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    attempt.desk.files.set('/run/id', idToken);
    const identityProviderSettings = { issuer: provider.issuer, clientId: 'editor' };
    const session = await open({
      grant: 'enterprise',
      clientId: 'mine',
      assertionFile: '/run/id',
      identityProvider: identityProviderSettings,
    });
    assert.equal(await session.signIn(), 'granted');
    assert.equal(form(provider).get('subject_token'), idToken);
    assert.deepEqual(attempt.desk.opened, []);
  });

  it('gets tokens that are bound to a key, where the server or the person wants them (checklist 2.15, 17.3)', async () => {
    const provider = await identityProvider();
    attempt.world.answers.set('/as/token', () => ({
      body: { access_token: 'token-bound', token_type: 'DPoP' },
    }));
    attempt.desk.person = (url) => provider.visit(url);
    const session = await open({
      grant: 'enterprise',
      clientId: 'mine',
      dpop: true,
      identityProvider: { issuer: provider.issuer, clientId: 'editor' },
    });
    assert.equal(await session.signIn(), 'granted');
    assert.ok(attempt.world.sent('/as/token')[0]?.headers['dpop']);
    assert.equal(provider.sent('/as/token')[0]?.headers['dpop'], undefined, 'those of the provider are not');
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'token');
    const headers = await authorization.headersFor('POST', new URL(attempt.world.mcpUrl));
    assert.equal(headers['authorization'], 'DPoP token-bound');
  });

  it('that cannot be found, or is another one, is a matter of its own setting', async () => {
    const provider = await identityProvider();
    const oauth = {
      grant: 'enterprise',
      clientId: 'mine',
      identityProvider: { issuer: provider.issuer, clientId: 'editor' },
    } as const;
    provider.alter(issuerDocument, { issuer: 'https://another.example' });
    const setting = 'identityProvider';
    await failsFor('issuer_mismatch', oauth, setting);
    provider.answers.delete(issuerDocument);
    await failsFor('issuer_metadata_missing', oauth, setting);
  });

  it('has to be named', async () => {
    await assert.rejects((await open({ grant: 'enterprise' })).signIn(), {
      code: 'grant_not_configured',
      facts: { setting: 'identityProvider' },
    });
  });
});

async function failsFor(code: AuthErrorCode, oauth: OAuthSettings, setting: string): Promise<void> {
  const thrown = await (await open(oauth)).signIn().catch((error: unknown) => error);
  assert.ok(thrown instanceof AuthError, String(thrown));
  assert.deepEqual([thrown.code, thrown.facts.setting], [code, setting]);
}

/** Signs people in, and gives an identity assertion for an id token. */
async function identityProvider(): Promise<World> {
  const provider = await World.start();
  providers.push(provider);
  const seconds = Math.floor(Date.now() / 1000);
  provider.answers.set('/as/token', ({ body }) => {
    if (new URLSearchParams(body).get('grant_type')?.endsWith('token-exchange') === true) {
      const issued = {
        access_token: 'a.b.c',
        issued_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
        token_type: 'N_A',
      };
      return { body: issued };
    }
    const claims = { iss: provider.issuer, aud: 'editor', sub: 'ada', iat: seconds, exp: seconds + 600 };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'RS256' })}.${part(claims)}.${Buffer.from('signature').toString('base64url')}`;
    return { body: { access_token: 'x', token_type: 'Bearer', id_token: token } };
  });
  return provider;
}
