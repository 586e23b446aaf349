// The sandbox's authorization server, over real HTTP: what it promises in its metadata, and which requests it refuses.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { fetchJson, redirectOf, register, Visitor } from './sandboxVisitor.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

test('both metadata documents are the same and promise PKCE, iss and public clients (checklist 3.9, 3.10)', async () => {
  const oauth = await fetchJson(`${sandbox.issuer}/.well-known/oauth-authorization-server`);
  const openid = await fetchJson(`${sandbox.issuer}/.well-known/openid-configuration`);
  assert.deepEqual(oauth, openid);
  assert.equal(oauth['issuer'], sandbox.issuer);
  assert.deepEqual(oauth['code_challenge_methods_supported'], ['S256']);
  assert.equal(oauth['authorization_response_iss_parameter_supported'], true);
  assert.deepEqual(oauth['token_endpoint_auth_methods_supported'], [
    'none',
    'client_secret_basic',
    'client_secret_post',
  ]);
  assert.deepEqual(
    oauth['revocation_endpoint_auth_methods_supported'],
    oauth['token_endpoint_auth_methods_supported'],
  );
  assert.deepEqual(oauth['scopes_supported'], [
    'openid',
    'profile',
    'offline_access',
    'notes:read',
    'notes:write',
  ]);
  for (const name of ['authorization', 'token', 'registration', 'revocation', 'introspection']) {
    assert.match(String(oauth[`${name}_endpoint`]), new RegExp(`^${sandbox.issuer}/`));
  }
});

test('the answer carries code, state and iss (checklist 9.1)', async () => {
  const visitor = await Visitor.register(sandbox);
  const attempt = visitor.begin();
  const back = await visitor.decide(attempt, 'allow');
  assert.equal(`${back.origin}${back.pathname}`, visitor.redirectUri);
  assert.equal(back.searchParams.get('iss'), sandbox.issuer);
  assert.equal(back.searchParams.get('state'), attempt.state);
  assert.ok(back.searchParams.get('code'));
});

test('the id token carries the account as sub, name and preferred_username', async () => {
  const visitor = await Visitor.register(sandbox);
  const tokens = await visitor.signIn({}, 'Grace Hopper');
  const [, payload = ''] = String(tokens['id_token']).split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  assert.equal(claims['sub'], 'Grace Hopper');
  assert.equal(claims['name'], 'Grace Hopper');
  assert.equal(claims['preferred_username'], 'Grace Hopper');
  assert.equal(claims['iss'], sandbox.issuer);
});

test('a request without a scope gets the scopes of the resource (checklist 6.1)', async () => {
  const visitor = await Visitor.register(sandbox);
  assert.equal((await visitor.signIn({ scope: undefined }))['scope'], 'notes:read notes:write');
  assert.equal((await visitor.signIn({ scope: '' }))['scope'], 'notes:read notes:write');
});

test('unknown scopes beside known ones are left out; alone they are refused', async () => {
  const visitor = await Visitor.register(sandbox);
  assert.equal((await visitor.signIn({ scope: 'notes:read nonsense' }))['scope'], 'notes:read');
  const attempt = visitor.begin({ scope: 'nonsense' });
  const back = await redirectOf(visitor, attempt.url);
  assert.equal(back.searchParams.get('error'), 'invalid_scope');
});

for (const [title, changes] of [
  ['no code challenge', { code_challenge: undefined, code_challenge_method: undefined }],
  ['the plain method', { code_challenge_method: 'plain' }],
  ['no method', { code_challenge_method: undefined }],
] as const) {
  test(`a request with ${title} is refused before anyone is asked (checklist 7.2)`, async () => {
    const visitor = await Visitor.register(sandbox);
    const attempt = visitor.begin(changes);
    const back = await redirectOf(visitor, attempt.url);
    assert.equal(back.searchParams.get('error'), 'invalid_request');
    assert.equal(back.searchParams.get('iss'), sandbox.issuer);
    assert.equal(back.searchParams.get('state'), attempt.state);
  });
}

test('a redirect address that was not registered is never redirected to (checklist 18)', async () => {
  const visitor = await Visitor.register(sandbox);
  for (const redirectUri of ['http://127.0.0.1:1/elsewhere', 'https://evil.example/callback']) {
    const response = await visitor.open(visitor.begin({ redirect_uri: redirectUri }).url);
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('location'), null);
    assert.match(await response.text(), /invalid_redirect_uri/);
  }
});

test('a loopback redirect may come back on any port (checklist 8.1)', async () => {
  const visitor = await Visitor.register(sandbox);
  const attempt = visitor.begin({ redirect_uri: 'http://127.0.0.1:54321/callback' });
  assert.equal((await visitor.decide(attempt, 'allow')).port, '54321');
});

test('a client with a private-use scheme registers as native and is sent back to it (checklist 8.5)', async () => {
  const redirectUri = 'vscode://mcp-oauth.mcp-oauth/callback';
  const visitor = await Visitor.register(sandbox, { redirect_uris: [redirectUri] });
  const attempt = visitor.begin();
  const back = await visitor.decide(attempt, 'allow');
  assert.ok(back.href.startsWith(`${redirectUri}?`));
  const { status } = await visitor.exchange(attempt, back.searchParams.get('code'));
  assert.equal(status, 200);
});

test('a private-use scheme is refused to a web client with invalid_redirect_uri (checklist 4.12)', async () => {
  const metadata = { application_type: 'web', redirect_uris: ['vscode://mcp-oauth.mcp-oauth/callback'] };
  const { status, body } = await register(sandbox, metadata);
  assert.deepEqual([status, body['error']], [400, 'invalid_redirect_uri']);
});

test('a request under a name that is not this computer is turned away (DNS rebinding)', async () => {
  const { request } = await import('node:http');
  for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', 'evil-localhost']) {
    const status = await new Promise((resolve, reject) => {
      const rebound = request(sandbox.issuer, { headers: { host } }, ({ statusCode }) => resolve(statusCode));
      rebound.on('error', reject).end();
    });
    assert.equal(status, 421, host);
  }
});

test('a taken port and a host that is not this computer are told in a sentence', async () => {
  const taken = Number(new URL(sandbox.issuer).port);
  await assert.rejects(
    startSandbox({ mcpPort: taken }),
    /^Error: Port \d+ on 127\.0\.0\.1 is in use by another program\.$/,
  );
  await assert.rejects(
    startSandbox({ authorizationHost: '0.0.0.0' }),
    /"0\.0\.0\.0" is not a loopback address/,
  );
});
