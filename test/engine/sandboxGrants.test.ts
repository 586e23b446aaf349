// Other ways to a token at the sandbox: the device grant, tokens bound to a key, requests that are pushed first.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { exportJWK, generateKeyPair, SignJWT } from 'jose';

import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { callMcp, csrfOf, fetchJson, initialize, postForm, Visitor } from './sandboxVisitor.ts';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

const deviceClient = () =>
  Visitor.register(sandbox, {
    grant_types: [deviceGrant, 'refresh_token'],
    redirect_uris: [],
    response_types: [],
  });

/** Begins on the device. */
async function beginOnDevice(visitor: Visitor) {
  const { device_authorization_endpoint: endpoint } = await fetchJson(
    `${sandbox.issuer}/.well-known/oauth-authorization-server`,
  );
  const { status, body } = await postForm(String(endpoint), {
    client_id: visitor.clientId,
    scope: 'notes:read',
    resource: sandbox.mcpUrl,
  });
  assert.equal(status, 200, JSON.stringify(body));
  const poll = () => visitor.token({ grant_type: deviceGrant, device_code: String(body['device_code']) });
  return {
    userCode: String(body['user_code']),
    verificationUri: String(body['verification_uri']),
    body,
    poll,
  };
}

/** Types the code and confirms it, in the browser; the consent page comes next. */
async function confirmInBrowser(visitor: Visitor, verificationUri: string, userCode: string, press: object) {
  const field = (text: string) => /name="xsrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
  const typed = await visitor.open(verificationUri);
  const confirm = await visitor.submit(verificationUri, {
    xsrf: field(await typed.text()),
    user_code: userCode,
  });
  const text = await confirm.text();
  assert.match(text, new RegExp(userCode));
  return visitor.submit(verificationUri, { xsrf: field(text), user_code: userCode, ...press });
}

test('a device signs in: code, confirmation, consent with the passphrase, tokens (RFC 8628)', async () => {
  const visitor = await deviceClient();
  const { userCode, verificationUri, poll, body } = await beginOnDevice(visitor);
  assert.match(userCode, /^[A-Z]{4}-[A-Z]{4}$/);
  assert.ok(Number(body['expires_in']) > 0);
  assert.equal((await poll()).body['error'], 'authorization_pending');

  const page = await confirmInBrowser(visitor, verificationUri, userCode, { confirm: 'yes' });
  const text = await page.text();
  assert.match(text, /This device/);
  assert.equal((await poll()).body['error'], 'authorization_pending', 'a confirmed code is not yet consent');

  const form = { csrf: csrfOf(text), account: 'ada', decision: 'allow' };
  const wrong = await visitor.submit(page.url, { ...form, passphrase: 'wrong' });
  assert.equal(wrong.status, 422);
  const done = await visitor.submit(page.url, { ...form, passphrase: sandbox.passphrase ?? '' });
  assert.match(await done.text(), /The device is signed in/);
  const tokens = await poll();
  assert.equal(tokens.status, 200, JSON.stringify(tokens.body));
  assert.equal(tokens.body['scope'], 'notes:read');
  assert.equal((await callMcp(sandbox, tokens.body['access_token'], initialize)).status, 200);
  assert.equal((await poll()).body['error'], 'invalid_grant', 'a device code works once');
});

test('a second device in the same browser asks again', async () => {
  const visitor = await deviceClient();
  for (const account of ['ada', 'grace']) {
    const { userCode, verificationUri, poll } = await beginOnDevice(visitor);
    const page = await confirmInBrowser(visitor, verificationUri, userCode, { confirm: 'yes' });
    const text = await page.text();
    assert.match(text, /id="passphrase"/);
    const form = { csrf: csrfOf(text), account, passphrase: sandbox.passphrase ?? '', decision: 'allow' };
    assert.match(await (await visitor.submit(page.url, form)).text(), /The device is signed in/);
    assert.equal((await poll()).status, 200);
  }
});

test('a browser in which a device was signed in cannot pass by the page with what it still knows', async () => {
  const visitor = await Visitor.register(sandbox, {
    grant_types: [deviceGrant, 'authorization_code', 'refresh_token'],
  });
  const { userCode, verificationUri } = await beginOnDevice(visitor);
  const page = await confirmInBrowser(visitor, verificationUri, userCode, { confirm: 'yes' });
  const form = { csrf: csrfOf(await page.text()), account: 'ada', decision: 'allow' };
  const done = await visitor.submit(page.url, { ...form, passphrase: sandbox.passphrase ?? '' });
  assert.match(await done.text(), /The device is signed in/);

  const { url } = await visitor.consentPage(visitor.begin({ scope: 'notes:read' }));
  const resumed = await visitor.open(url.replace('/interaction/', '/authorize/'));
  assert.equal(resumed.headers.get('location'), null, 'no code without an answer');
  assert.match(await resumed.text(), /id="passphrase"/);
});

test('a code that is declined in the browser ends in access_denied on the device', async () => {
  const visitor = await deviceClient();
  const { userCode, verificationUri, poll } = await beginOnDevice(visitor);
  await confirmInBrowser(visitor, verificationUri, userCode, { abort: 'yes' });
  assert.equal((await poll()).body['error'], 'access_denied');
});

test('the device page takes no form that another site sends', async () => {
  const visitor = await deviceClient();
  const { userCode, verificationUri, poll } = await beginOnDevice(visitor);
  await visitor.open(verificationUri);
  const response = await visitor.submit(verificationUri, {
    xsrf: 'guessed',
    user_code: userCode,
    confirm: 'yes',
  });
  assert.notEqual(response.status, 303);
  assert.equal((await poll()).body['error'], 'authorization_pending');
});

test('tokens are bound to the key of the proof, and nothing refreshes them without it (RFC 9449)', async () => {
  const visitor = await Visitor.register(sandbox);
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const prove = (url: string, claims: object = {}) =>
    new SignJWT({ htm: 'POST', htu: url, jti: randomUUID(), ...claims })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .setIssuedAt()
      .sign(privateKey);
  const endpoint = `${sandbox.issuer}/token`;
  const attempt = visitor.begin();
  const code = (await visitor.decide(attempt, 'allow')).searchParams.get('code');
  const form = {
    grant_type: 'authorization_code',
    client_id: visitor.clientId,
    code: code ?? '',
    code_verifier: attempt.verifier,
    redirect_uri: visitor.redirectUri,
  };
  const { status, body: tokens } = await postForm(endpoint, form, { dpop: await prove(endpoint) });
  assert.deepEqual([status, tokens['token_type']], [200, 'DPoP']);

  const token = String(tokens['access_token']);
  assert.equal(
    (await callMcp(sandbox, token, initialize)).status,
    401,
    'as a bearer token it is worth nothing',
  );
  const ath = createHash('sha256').update(token).digest('base64url');
  const authorized = {
    authorization: `DPoP ${token}`,
    dpop: await prove(sandbox.mcpUrl, { ath }),
  };
  assert.equal((await callMcp(sandbox, undefined, initialize, authorized)).status, 200);

  const refresh = {
    grant_type: 'refresh_token',
    client_id: visitor.clientId,
    refresh_token: String(tokens['refresh_token']),
  };
  assert.equal((await postForm(endpoint, refresh)).status, 400);
  assert.equal((await postForm(endpoint, refresh, { dpop: await prove(endpoint) })).status, 200);
});

test('a request that was pushed first is opened by its reference, once (RFC 9126)', async () => {
  const visitor = await Visitor.register(sandbox);
  const attempt = visitor.begin();
  const { pushed_authorization_request_endpoint: endpoint } = await fetchJson(
    `${sandbox.issuer}/.well-known/oauth-authorization-server`,
  );
  const form = Object.fromEntries(new URL(attempt.url).searchParams);
  const { status, body } = await postForm(String(endpoint), form);
  assert.equal(status, 201, JSON.stringify(body));
  const url = `${sandbox.issuer}/authorize?${new URLSearchParams({ client_id: visitor.clientId, request_uri: String(body['request_uri']) }).toString()}`;
  const back = await visitor.decide({ ...attempt, url }, 'allow');
  assert.equal((await visitor.exchange(attempt, back.searchParams.get('code'))).status, 200);
});

test('a token tells how and when the person signed in, and a request for the strong way ends a step-up (RFC 9470)', async (t) => {
  sandbox.faults.set(['step-up-authentication']);
  t.after(() => sandbox.faults.set([]));
  const visitor = await Visitor.register(sandbox);
  const { access_token: weak } = await visitor.signIn();
  const refused = await callMcp(sandbox, weak, initialize);
  assert.equal(refused.status, 401);
  const challenge = refused.headers.get('www-authenticate') ?? '';
  assert.match(challenge, /error="insufficient_user_authentication"/);
  const [, acrValues] = /acr_values="([^"]+)"/.exec(challenge) ?? [];
  const strong = await visitor.signIn({ acr_values: acrValues, max_age: '600' });
  assert.equal((await callMcp(sandbox, strong['access_token'], initialize)).status, 200);
  const renewed = await visitor.refresh(strong['refresh_token']);
  assert.equal((await callMcp(sandbox, renewed.body['access_token'], initialize)).status, 200);
});
