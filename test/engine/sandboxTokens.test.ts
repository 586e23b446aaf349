// The sandbox's tokens, over real HTTP: what a code, a refresh token and a credential are good for, and how often.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from '../support/deadline.ts';
import { callMcp, fetchJson, initialize, postForm, redirectOf, register, Visitor } from './sandboxVisitor.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

test('the token response names the scopes that were granted and the configured lifetime', async () => {
  const tokens = await (await Visitor.register(sandbox)).signIn();
  assert.equal(tokens['scope'], 'openid profile notes:read notes:write');
  assert.equal(tokens['expires_in'], 3600);
  assert.equal(tokens['token_type'], 'Bearer');
});

test('a wrong code verifier gets no token', async () => {
  const visitor = await Visitor.register(sandbox);
  const attempt = visitor.begin();
  const back = await visitor.decide(attempt, 'allow');
  const other = { ...attempt, verifier: visitor.begin().verifier };
  const { status, body } = await visitor.exchange(other, back.searchParams.get('code'));
  assert.deepEqual([status, body['error']], [400, 'invalid_grant']);
});

for (const method of ['client_secret_basic', 'client_secret_post']) {
  test(`a confidential client signs in with ${method} and not without its secret (checklist 4.20)`, async () => {
    const metadata = { redirect_uris: ['http://127.0.0.1:1/callback'], token_endpoint_auth_method: method };
    const { body: client } = await register(sandbox, metadata);
    const [id, secret] = [String(client['client_id']), String(client['client_secret'])];
    const form = { grant_type: 'refresh_token', refresh_token: 'none' };
    const basic = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
    const endpoint = `${sandbox.issuer}/token`;
    const known =
      method === 'client_secret_basic'
        ? await postForm(endpoint, form, basic)
        : await postForm(endpoint, { ...form, client_id: id, client_secret: secret });
    assert.equal(known.body['error'], 'invalid_grant');
    const unknown = await postForm(endpoint, { ...form, client_id: id });
    assert.deepEqual([unknown.status, unknown.body['error']], [401, 'invalid_client']);
  });
}

test('a code works once; a second use takes away what the first one gave', async () => {
  const visitor = await Visitor.register(sandbox);
  const attempt = visitor.begin();
  const code = (await visitor.decide(attempt, 'allow')).searchParams.get('code');
  const first = await visitor.exchange(attempt, code);
  assert.equal(first.status, 200);
  const second = await visitor.exchange(attempt, code);
  assert.deepEqual([second.status, second.body['error']], [400, 'invalid_grant']);
  const answer = await callMcp(sandbox, first.body['access_token'], initialize);
  assert.equal(answer.status, 401);
});

test('a resource of someone else is invalid_target at both endpoints (checklist 14.7)', async () => {
  const visitor = await Visitor.register(sandbox);
  const back = await redirectOf(visitor, visitor.begin({ resource: 'https://other.example/mcp' }).url);
  assert.equal(back.searchParams.get('error'), 'invalid_target');
  assert.equal(back.searchParams.get('iss'), sandbox.issuer);

  const attempt = visitor.begin();
  const code = (await visitor.decide(attempt, 'allow')).searchParams.get('code');
  const { status, body } = await visitor.exchange(attempt, code, { resource: 'https://other.example/mcp' });
  assert.deepEqual([status, body['error']], [400, 'invalid_target']);
});

test('a request without a resource gets a token for the one there is', async () => {
  const visitor = await Visitor.register(sandbox);
  const attempt = visitor.begin({ resource: undefined });
  const code = (await visitor.decide(attempt, 'allow')).searchParams.get('code');
  const form = { grant_type: 'authorization_code', code: code ?? '', code_verifier: attempt.verifier };
  const { body } = await visitor.token({ ...form, redirect_uri: visitor.redirectUri });
  assert.equal((await callMcp(sandbox, body['access_token'], initialize)).status, 200);
});

test('refresh tokens rotate, and reuse of an old one ends the whole grant (checklist 18)', async () => {
  const visitor = await Visitor.register(sandbox);
  const { refresh_token: first } = await visitor.signIn();
  const renewed = await visitor.refresh(first);
  assert.equal(renewed.status, 200);
  assert.notEqual(renewed.body['refresh_token'], first);
  assert.equal((await callMcp(sandbox, renewed.body['access_token'], initialize)).status, 200);

  const replayed = await visitor.refresh(first);
  assert.deepEqual([replayed.status, replayed.body['error']], [400, 'invalid_grant']);
  const ended = await visitor.refresh(renewed.body['refresh_token']);
  assert.deepEqual([ended.status, ended.body['error']], [400, 'invalid_grant']);
  assert.equal((await callMcp(sandbox, renewed.body['access_token'], initialize)).status, 401);
});

test('a revoked refresh token ends the grant, and an unknown token is no error (checklist 14.8)', async () => {
  const visitor = await Visitor.register(sandbox);
  const tokens = await visitor.signIn();
  const revoke = (token: unknown) =>
    postForm(`${sandbox.issuer}/revoke`, { client_id: visitor.clientId, token: String(token) });
  assert.equal((await revoke(tokens['refresh_token'])).status, 200);
  assert.equal((await revoke('unknown')).status, 200);
  assert.equal((await visitor.refresh(tokens['refresh_token'])).body['error'], 'invalid_grant');
  assert.equal((await callMcp(sandbox, tokens['access_token'], initialize)).status, 401);
});

test('a token is revoked by the client that it was given to, and by no other', async () => {
  const [visitor, stranger] = [await Visitor.register(sandbox), await Visitor.register(sandbox)];
  const { access_token: token } = await visitor.signIn();
  await postForm(`${sandbox.issuer}/revoke`, { client_id: stranger.clientId, token: String(token) });
  assert.equal((await callMcp(sandbox, token, initialize)).status, 200);
  await postForm(`${sandbox.issuer}/revoke`, { client_id: visitor.clientId, token: String(token) });
  assert.equal((await callMcp(sandbox, token, initialize)).status, 401);
});

test('introspection answers nobody but the resource server', async () => {
  const visitor = await Visitor.register(sandbox);
  const { access_token: token } = await visitor.signIn();
  const endpoint = `${sandbox.issuer}/introspect`;
  const bare = await postForm(endpoint, { token: String(token) });
  assert.equal(bare.status, 401);
  assert.match(bare.headers.get('www-authenticate') ?? '', /^Basic /);
  const named = await postForm(endpoint, { token: String(token), client_id: visitor.clientId });
  assert.equal(named.status, 401);

  const metadata = {
    redirect_uris: ['http://127.0.0.1:1/callback'],
    token_endpoint_auth_method: 'client_secret_basic',
  };
  const { body: client } = await register(sandbox, metadata);
  const credential = `${String(client['client_id'])}:${String(client['client_secret'])}`;
  const authorization = `Basic ${Buffer.from(credential).toString('base64')}`;
  const other = await postForm(endpoint, { token: String(token) }, { authorization });
  assert.deepEqual(other.body, { active: false });
  const wrong = await postForm(endpoint, { token: String(token) }, { authorization: `Basic ${btoa('a:b')}` });
  assert.equal(wrong.status, 401);
});

test('access tokens end when they say they do', async (t) => {
  const brief = await startSandbox({ accessTokenSeconds: 2 });
  t.after(() => brief.close());
  const tokens = await (await Visitor.register(brief)).signIn();
  assert.equal(tokens['expires_in'], 2);
  assert.equal((await callMcp(brief, tokens['access_token'], initialize)).status, 200);
  await eventually(
    10_000,
    async () => (await callMcp(brief, tokens['access_token'], initialize)).status === 401 || undefined,
    () => 'The token does not end.',
  );
});

test('with refresh tokens off none is issued, and the metadata do not offer them', async (t) => {
  const plain = await startSandbox({ refreshTokens: false });
  t.after(() => plain.close());
  const metadata = await fetchJson(`${plain.issuer}/.well-known/oauth-authorization-server`);
  assert.ok(!String(metadata['grant_types_supported']).includes('refresh_token'));
  assert.ok(!String(metadata['scopes_supported']).includes('offline_access'));
  const visitor = await Visitor.register(plain);
  const tokens = await visitor.signIn({ scope: 'openid notes:read offline_access', prompt: 'consent' });
  assert.equal(tokens['refresh_token'], undefined);
});
