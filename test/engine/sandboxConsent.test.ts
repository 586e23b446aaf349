// The consent page: what it shows, what it takes for an answer, and that nobody answers in a person's stead.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';

import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { buildErrorPage } from '../../src/sandbox/pages/page.ts';
import { toLine } from '../../src/sandbox/pages/shownText.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { openHouse } from './consentHouse.ts';
import { csrfOf, Visitor } from './sandboxVisitor.ts';

const passphrase = 'open sesame';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ passphrase });
});
after(() => sandbox.close());

test('the page names the app, where it returns to, the server and the scopes in words', async () => {
  const redirectUri = 'vscode://mcp-oauth.mcp-oauth/callback';
  const visitor = await Visitor.register(sandbox, { client_name: 'MCP OAuth', redirect_uris: [redirectUri] });
  const { text } = await visitor.consentPage(visitor.begin());
  for (const piece of [
    'MCP OAuth',
    'vscode://mcp-oauth.mcp-oauth',
    sandbox.mcpUrl,
    'Read your notes',
    'Add notes',
  ]) {
    assert.ok(text.includes(piece), piece);
  }
  assert.match(text, /<html lang="en">/);
  assert.match(text, /<title>Sign in to Sandbox Notes/);
  assert.match(text, /<label for="account">/);
  assert.match(text, /<input[^>]* id="account"[^>]* name="account"[^>]* value="ada"/s);
  assert.match(text, /<button[^>]* id="allow"[^>]* name="decision"[^>]* value="allow"/s);
  assert.match(text, /<label for="passphrase">/);
  assert.match(
    text,
    /<input[^>]* type="password"[^>]* name="passphrase"[^>]* autocomplete="current-password"/s,
  );
  for (const decision of ['deny', 'cancel']) {
    const button = `<button[^>]* id="${decision}"[^>]* name="decision"[^>]* value="${decision}"[^>]* formnovalidate`;
    assert.match(text, new RegExp(button, 's'));
  }
});

test('the page cannot be framed, cached or scripted, and its style is the one its policy allows', async () => {
  const visitor = await Visitor.register(sandbox);
  const { text, headers } = await visitor.consentPage(visitor.begin());
  const policy = headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  // Chromium holds form-action against the redirect back to the app.
  assert.doesNotMatch(policy, /form-action|unsafe/);
  const style = /<style>(.*)<\/style>/s.exec(text)?.[1] ?? '';
  assert.ok(policy.includes(createHash('sha256').update(style).digest('base64')));
  assert.equal(headers.get('x-frame-options'), 'DENY');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.doesNotMatch(text, /<script/);
  assert.doesNotMatch(policy, /script-src/);
});

test('the page that shows an error is guarded the same way', async () => {
  const visitor = await Visitor.register(sandbox);
  const { headers } = await visitor.open(visitor.begin({ redirect_uri: 'https://evil.example/' }).url);
  assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
  assert.equal(headers.get('x-frame-options'), 'DENY');
});

test('an app whose id is an address is shown with the host of that address', async (t) => {
  const house = await openHouse();
  t.after(() => house.close());
  const visitor = await house.learn('https://app.example/oauth/client.json', 'https://app.example/callback');
  const { text } = await visitor.consentPage(visitor.begin());
  assert.match(text, /<dd id="client-host">app\.example<\/dd>/);
  const registered = await Visitor.register(house);
  assert.doesNotMatch((await registered.consentPage(registered.begin())).text, /client-host/);
});

test('text chosen by a client stays text', async () => {
  const visitor = await Visitor.register(sandbox, { client_name: '<img src=x onerror="alert(1)">' });
  const { text } = await visitor.consentPage(visitor.begin({ login_hint: '"><b>', scope: 'openid' }));
  assert.doesNotMatch(text, /<img|"><b>/);
  assert.match(text, /&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt;/);
});

test('the name of an app is one line of bearable length that no character turns round', async () => {
  const visitor = await Visitor.register(sandbox, {
    client_name: '\u202e\u2066Notes\u0000\u200b \t\n  App\u202c '.concat('x'.repeat(5000)),
  });
  const { text } = await visitor.consentPage(visitor.begin());
  assert.match(text, new RegExp(`<strong>Notes App ${'x'.repeat(69)}…</strong>`));
  assert.doesNotMatch(text, /[\u0000\u200b\u202a-\u202e\u2066-\u2069]/);
});

test('text from outside is cut between characters, and no letter grows over its neighbours', () => {
  assert.equal(toLine('नमस्ते', 4), 'नमस्ते');
  assert.equal(toLine('👍🏽👍🏽👍🏽', 2), '👍🏽…');
  assert.equal(toLine(`a${'\u0301'.repeat(40)}b`, 80), `a${'\u0301'.repeat(4)}b`);
  assert.equal(toLine(' \u2028\u3164\u2800\ud800 ', 80), '');
  const { content } = buildErrorPage(400, `\u202e${'x'.repeat(5000)}`, 'invalid_request');
  assert.match(content.text, /<p class="lead">x{299}…</);
});

test('an app without a name that can be seen is shown with its id', async (t) => {
  const visitor = await Visitor.register(sandbox, { client_name: '\u202e \u200b\u3164' });
  const { text } = await visitor.consentPage(visitor.begin());
  assert.match(text, new RegExp(`<strong>${visitor.clientId}</strong>`));

  const house = await openHouse();
  t.after(() => house.close());
  const clientId = 'https://app.example/oauth/client.json';
  const nameless = await house.learn(clientId, 'https://app.example/callback', '\u202e');
  const page = await nameless.consentPage(nameless.begin());
  assert.match(page.text, /<strong>app\.example<\/strong>/);
});

test('a hint that cannot be a name is not suggested', async () => {
  const visitor = await Visitor.register(sandbox);
  for (const hint of ['\u202eada', 'x'.repeat(65)]) {
    const { text } = await visitor.consentPage(visitor.begin({ login_hint: hint }));
    assert.match(text, /<input[^>]* id="account"[^>]* value="ada"/s);
  }
});

test('an answer without the page’s own token is refused, and so is one with a foreign token', async () => {
  const [visitor, other] = [await Visitor.register(sandbox), await Visitor.register(sandbox)];
  const page = await visitor.consentPage(visitor.begin());
  const foreign = csrfOf((await other.consentPage(other.begin())).text);
  for (const csrf of ['', foreign]) {
    for (const decision of ['allow', 'deny', 'cancel']) {
      const response = await visitor.submit(page.url, { csrf, account: 'ada', passphrase, decision });
      assert.equal(response.status, 403);
    }
  }
  const answer = { csrf: csrfOf(page.text), account: 'ada', passphrase, decision: 'allow' };
  assert.equal((await visitor.submit(page.url, answer)).status, 303);
});

test('another browser can neither see nor answer the page', async () => {
  const [visitor, stranger] = [await Visitor.register(sandbox), await Visitor.register(sandbox)];
  const page = await visitor.consentPage(visitor.begin());
  assert.equal((await stranger.open(page.url)).status, 400);
  const answer = { csrf: csrfOf(page.text), account: 'mallory', passphrase, decision: 'allow' };
  assert.equal((await stranger.submit(page.url, answer)).status, 400);
});

test('the cookie of one sign-in opens no page of another', async () => {
  const visitor = await Visitor.register(sandbox);
  const [first, second] = [
    await visitor.consentPage(visitor.begin()),
    await visitor.consentPage(visitor.begin()),
  ];
  assert.equal((await visitor.open(first.url)).status, 400);
  assert.equal((await visitor.open(second.url)).status, 200);
});

test('the page answers once', async () => {
  const visitor = await Visitor.register(sandbox);
  const page = await visitor.consentPage(visitor.begin());
  const answer = { csrf: csrfOf(page.text), account: 'ada', passphrase, decision: 'allow' };
  assert.equal((await visitor.submit(page.url, answer)).status, 303);
  assert.equal((await visitor.submit(page.url, answer)).status, 400);
});

test('a name that is no name brings the page back with a word about it', async () => {
  const visitor = await Visitor.register(sandbox);
  const page = await visitor.consentPage(visitor.begin());
  for (const account of ['', '   ', 'a'.repeat(65), 'a\u0000b']) {
    const answer = { csrf: csrfOf(page.text), account, passphrase, decision: 'allow' };
    const response = await visitor.submit(page.url, answer);
    assert.equal(response.status, 422);
    assert.match(await response.text(), /id="account-alarm" role="alert"/);
  }
});

test('every sign-in asks again, and the same browser may choose another account', async () => {
  const visitor = await Visitor.register(sandbox, { application_type: 'web' });
  for (const account of ['ada', 'grace', 'ada']) {
    const tokens = await visitor.signIn({}, account);
    const [, payload = ''] = String(tokens['id_token']).split('.');
    assert.match(Buffer.from(payload, 'base64url').toString(), new RegExp(`"sub":"${account}"`));
  }
});

for (const prompt of ['login', 'consent', 'select_account', 'login consent']) {
  test(`prompt=${prompt} ends in a code like any other sign-in`, async () => {
    const visitor = await Visitor.register(sandbox);
    const back = await visitor.decide(visitor.begin({ prompt }), 'allow');
    assert.ok(back.searchParams.get('code'));
  });
}

test('prompt=none never succeeds: a person has to be there', async () => {
  const visitor = await Visitor.register(sandbox);
  await visitor.signIn();
  const response = await visitor.open(visitor.begin({ prompt: 'none' }).url);
  const back = new URL(response.headers.get('location') ?? '');
  assert.match(back.searchParams.get('error') ?? '', /_required$/);
});
