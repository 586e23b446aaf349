// A token answer in all its forms (checklist 10): what is borne with, what is refused, and what is never shown.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requestTokens, type TokenContext, type Tokens } from '../../src/oauth/tokenRequest.ts';
import { grantTypes } from '../../src/oauth/wire/token.ts';
import { failsWith, idTokenOf, secretClient, tokenPath, TokenStand } from './tokenStand.ts';
import type { Reply } from './world.ts';

const stand = new TokenStand();
const good = { access_token: 'token', token_type: 'Bearer' };

function ask(
  changes: Partial<TokenContext> = {},
  grantType: string = grantTypes.authorizationCode,
  secrets: readonly string[] = [],
): Promise<Tokens> {
  const { transport, now, signal } = stand;
  return requestTokens(transport, stand.context(changes), grantType, { code: 'c0de' }, secrets, now, signal);
}

/** What comes of one answer. */
function given(reply: Reply, changes: Partial<TokenContext> = {}): Promise<Tokens> {
  stand.answers(tokenPath, reply);
  return ask(changes);
}

function expiryOf(tokens: Tokens): number | undefined {
  return tokens.expiresAtMs === undefined ? undefined : (tokens.expiresAtMs - stand.now()) / 1000;
}

describe('A token answer', () => {
  it('gives the tokens, their end and their scopes (checklist 10.2)', async () => {
    const body = { ...good, refresh_token: 'refresh', expires_in: 60, scope: 'notes:read', extra: { a: 1 } };
    assert.deepEqual(await given({ body }), {
      accessToken: 'token',
      refreshToken: 'refresh',
      idToken: undefined,
      expiresAtMs: stand.now() + 60_000,
      scopes: ['notes:read'],
      account: undefined,
      subject: undefined,
    });
  });

  it('without most of it leaves the end open and the scopes as they were asked for (checklist 6.6, 10.3)', async () => {
    const { refreshToken, expiresAtMs, scopes } = await given({ body: good });
    assert.deepEqual([refreshToken, expiresAtMs], [undefined, undefined]);
    assert.deepEqual(scopes, ['notes:read', 'notes:write']);
  });

  it('counts the life of a token from before it was asked for (checklist 10.3)', async () => {
    const askedAtMs = stand.now();
    stand.world.answers.set(tokenPath, () => {
      stand.clock.advance(20_000);
      return { body: { ...good, expires_in: 60 } };
    });
    assert.equal((await ask()).expiresAtMs, askedAtMs + 60_000);
  });

  it('in the encoding of forms is read, however it is labelled (field case 26)', async () => {
    const body = 'access_token=gho_1&expires_in=60&scope=repo%2Cgist&token_type=bearer';
    for (const type of [
      'application/x-www-form-urlencoded; charset=utf-8',
      'text/plain',
      'application/json',
    ]) {
      const tokens = await given({ headers: { 'content-type': type }, body });
      assert.equal(tokens.accessToken, 'gho_1');
      assert.equal(expiryOf(tokens), 60);
      assert.deepEqual(tokens.scopes, ['repo', 'gist']);
    }
  });

  it('as JSON is read, however it is labelled', async () => {
    const body = JSON.stringify(good);
    assert.equal((await given({ headers: { 'content-type': 'text/html' }, body })).accessToken, 'token');
  });

  it('may separate scopes by commas, unless one with a comma was asked for (checklist 6.6)', async () => {
    const body = { ...good, scope: 'repo,gist user' };
    assert.deepEqual((await given({ body })).scopes, ['repo', 'gist', 'user']);
    assert.deepEqual((await given({ body }, { requestedScopes: ['repo,gist'] })).scopes, [
      'repo,gist',
      'user',
    ]);
  });

  const expiries: readonly (readonly [unknown, number | undefined])[] = [
    ['3600', 3600],
    [2.5, 2.5],
    [0, undefined],
    [-5, undefined],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
    [true, undefined],
    [[60], undefined],
  ];
  for (const [value, seconds] of expiries) {
    it(`with the expiry ${JSON.stringify(value)} ends ${seconds === undefined ? 'nobody knows when' : `after ${seconds} s`} (field case 13)`, async () => {
      assert.equal(expiryOf(await given({ body: { ...good, expires_in: value } })), seconds);
    });
  }

  it('that lives longer than any date ends at a date all the same (field case 13)', async () => {
    const headers = { 'content-type': 'application/json' };
    for (const expiry of ['3000000000', '9e15', '1e308', '"1e999"']) {
      const body = `{"access_token":"token","expires_in":${expiry}}`;
      const { expiresAtMs = NaN } = await given({ headers, body });
      assert.ok(Number.isSafeInteger(expiresAtMs) && expiresAtMs > stand.now(), `${expiry}: ${expiresAtMs}`);
      assert.ok(new Date(expiresAtMs).getTime() === expiresAtMs);
    }
  });

  it('with members of another type, null or empty is read without them (checklist 10.2, field case 13)', async () => {
    for (const odd of [null, '', 7, {}, false]) {
      const tokens = await given({ body: { ...good, refresh_token: odd, id_token: odd, scope: odd } });
      assert.equal(tokens.refreshToken, undefined);
      assert.equal(tokens.idToken, undefined);
      assert.deepEqual(tokens.scopes, ['notes:read', 'notes:write']);
    }
    const listed = await given({ body: { ...good, scope: ['notes:read', 'more'] } });
    assert.deepEqual(listed.scopes, ['notes:read', 'more']);
  });

  it('may leave the type out or spell it in any case (checklist 10.2)', async () => {
    for (const type of [undefined, null, '', 'bearer', 'BEARER'])
      assert.equal((await given({ body: { ...good, token_type: type } })).accessToken, 'token');
  });

  it('of a type that nobody knows how to use is refused (checklist 10.2)', async () => {
    for (const type of ['mac', 'N_A', 'DPoP', 7, {}])
      await failsWith('token_invalid', given({ body: { ...good, token_type: type } }), ['"token"']);
  });

  it('with a token that would break out of its header is refused (checklist 11.1)', async () => {
    for (const token of ['a\r\nx-other: 1', 'a b', 'a\tb', 'tökén', 'a\u0000', '\u2028', ''])
      await failsWith('token_invalid', given({ body: { ...good, access_token: token } }));
  });

  it('with tokens larger than any header takes is refused: all servers share one store', async () => {
    const large = (length: number) => ({ ...good, access_token: 'a', refresh_token: 'r'.repeat(length - 1) });
    assert.equal((await given({ body: large(65_536) })).refreshToken?.length, 65_535);
    await failsWith('token_invalid', given({ body: large(65_537) }));
    await failsWith('token_invalid', given({ body: { ...good, access_token: 'a'.repeat(65_537) } }));
  });

  it('without a usable token is refused and not shown (checklist 11.2)', async () => {
    const bodies = [
      undefined,
      '<html>secret-value</html>',
      'null',
      '[]',
      '"secret-value"',
      'Here is your token: secret-value',
      { token: 'secret-value' },
      { access_token: { value: 'secret-value' } },
    ];
    for (const body of bodies) await failsWith('token_invalid', given({ body }), ['secret-value']);
    const elsewhere = {
      status: 302,
      headers: { location: 'https://as.example/?token=secret-value' },
      body: good,
    };
    await failsWith('token_invalid', given(elsewhere), ['secret-value']);
    await failsWith('token_invalid', given({ status: 400, body: good }));
  });
});

describe('An id token', () => {
  it('tells who signed in, however it is signed (checklist 11.7)', async () => {
    for (const alg of ['RS256', 'ES256', 'EdDSA']) {
      const idToken = idTokenOf(stand.world.issuer, {}, alg);
      const tokens = await given({ body: { ...good, id_token: idToken } });
      assert.deepEqual(tokens.account, { id: 'u-7', label: 'ada@example.org' });
      assert.equal(tokens.subject, 'u-7');
      assert.equal(tokens.idToken, idToken);
    }
  });

  it('without a name tells who it is and no account (checklist 11.7)', async () => {
    const idToken = idTokenOf(stand.world.issuer, { email: undefined });
    const { account, subject } = await given({ body: { ...good, id_token: idToken } });
    assert.deepEqual([account, subject], [undefined, 'u-7']);
  });

  it('that does not hold is left out, and the sign-in goes on (checklist 6.8)', async () => {
    const { issuer } = stand.world;
    const bad = [
      idTokenOf(`${issuer}/`),
      idTokenOf(issuer, { aud: 'another' }),
      idTokenOf(issuer, { exp: 1 }),
      idTokenOf(issuer, {}, 'none'),
      idTokenOf(issuer, {}, 'HS256'),
      'no.token',
      'x',
    ];
    for (const idToken of bad) {
      const tokens = await given({ body: { ...good, id_token: idToken } });
      assert.equal(tokens.accessToken, 'token');
      assert.equal(tokens.idToken, undefined, idToken);
      assert.deepEqual([tokens.account, tokens.subject], [undefined, undefined]);
    }
  });
});

describe('A refusal', () => {
  it('counts with whatever status it comes (checklist 10.4, field case 26)', async () => {
    const body = {
      error: 'invalid_grant',
      error_description: 'The code is incorrect.',
      access_token: 'token',
    };
    for (const status of [200, 400, 401, 403, 428]) {
      const { facts } = await failsWith('token_refused', given({ status, body }));
      const { host } = new URL(stand.world.origin);
      assert.deepEqual(facts, {
        host,
        status,
        serverCode: 'invalid_grant',
        serverWords: 'The code is incorrect.',
      });
    }
  });

  it('is read beside a challenge and in the encoding of forms (checklist 10.4, field case 26)', async () => {
    const headers = { 'www-authenticate': 'Basic realm="as", error="invalid_client"' };
    await failsWith('client_refused', given({ status: 401, headers, body: { error: 'invalid_client' } }));
    const form = 'error=bad_verification_code&error_description=The+code+is+wrong.';
    const { facts } = await failsWith('token_refused', given({ body: form }));
    assert.equal(facts.serverWords, 'The code is wrong.');
  });

  it('of the client is told apart (checklist 10.5)', async () => {
    stand.answers(tokenPath, { status: 401, body: { error: 'invalid_client' } });
    for (const grantType of Object.values(grantTypes)) await failsWith('client_refused', ask({}, grantType));
  });

  it('of a client that may not is one of the token where a token was shown (field case 27)', async () => {
    stand.answers(tokenPath, { status: 400, body: { error: 'unauthorized_client' } });
    const { authorizationCode, deviceCode, clientCredentials, refreshToken, jwtBearer } = grantTypes;
    for (const grantType of [authorizationCode, deviceCode, clientCredentials])
      await failsWith('client_refused', ask({}, grantType));
    for (const grantType of [refreshToken, jwtBearer]) await failsWith('token_refused', ask({}, grantType));
  });

  it('names the setting that answers it (checklist 14.7)', async () => {
    for (const [error, setting] of [
      ['invalid_target', 'resource'],
      ['invalid_scope', 'scopes'],
    ]) {
      const { facts } = await failsWith('token_refused', given({ status: 400, body: { error } }));
      assert.equal(facts.setting, setting);
    }
  });

  it('shows no secret that the server repeats, in no spelling (checklist 11.2)', async () => {
    const secrets = ['c0de/1+2 3', 'c0de/1+2 3 and more'];
    const { clientSecret = '' } = secretClient;
    const basic = Buffer.from(`client-2:${encodeURIComponent(clientSecret)}`).toString('base64');
    const spelled = [...secrets, clientSecret].flatMap((one) => [one, encodeURIComponent(one)]);
    const words = [...spelled, new URLSearchParams({ code: secrets[0] ?? '' }).toString(), basic].join(' | ');
    stand.answers(tokenPath, { status: 400, body: { error: words, error_description: words } });
    const work = ask({ client: secretClient }, grantTypes.authorizationCode, secrets);
    const { facts } = await failsWith('token_refused', work, [
      ...spelled,
      'c0de',
      'and more',
      's3cret',
      basic,
    ]);
    assert.match(facts.serverWords ?? '', /^\[hidden\] \| \[hidden\]/);
  });
});

describe('A server in trouble', () => {
  it('is busy, whatever it writes beside it (checklist 11.12, field case 3)', async () => {
    const bodies = [{ error: 'invalid_grant' }, '<html>Bad gateway</html>', undefined];
    for (const status of [500, 502, 503, 429, 408]) {
      for (const body of bodies) {
        const { facts } = await failsWith('server_busy', given({ status, body }));
        assert.equal(facts.status, status);
      }
    }
  });

  it('whose endpoint no request may go to is asked nothing (checklist 3.11)', async () => {
    for (const tokenEndpoint of ['http://as.example/token', 'ftp://as.example/', 'no address'])
      await failsWith('insecure_url', ask({ issuer: { ...stand.issuer, tokenEndpoint } }));
  });
});

describe('A token request', () => {
  it('names the resource, byte for byte, and not where it was turned off (checklist 7.3, 7.5)', async () => {
    await given({ body: good }, { resource: 'https://MCP.example' });
    assert.equal(stand.form()['resource'], 'https://MCP.example');
    await given({ body: good }, { resource: undefined });
    assert.equal(stand.form()['resource'], undefined);
  });

  it('that is given up ends with the reason it was given up for', async () => {
    const giveUp = new AbortController();
    stand.world.answers.set(tokenPath, () => {
      giveUp.abort(new Error('Given up.'));
      return { body: good };
    });
    const context = stand.context();
    const work = requestTokens(stand.transport, context, 'x', {}, [], stand.now, giveUp.signal);
    await assert.rejects(work, { message: 'Given up.' });
    assert.equal(stand.clock.pendingTimers, 0);
  });
});
