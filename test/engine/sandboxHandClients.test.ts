// Registering a client at the sandbox by hand, as the guide for a server that registers nobody wants it.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';

import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { writeClientSecret } from '../../src/session/clientSecrets.ts';
import type { House } from './consentHouse.ts';
import { MemoryProofs, openHouse, passphrase } from './consentHouse.ts';
import { callbackAddress } from './desk.ts';
import { FaultTrial } from './faultTrial.ts';
import { ticketOf } from './passkeyVisit.ts';
import { openClients, redirectUri, shownIn, type Fields } from './handClientPage.ts';
import { Visitor } from './sandboxVisitor.ts';

let house: House;
before(async () => {
  house = await openHouse();
});
after(() => house.close());

async function registerByHand(at: House, fields: Fields): Promise<string> {
  const { post } = await openClients(at);
  const response = await post({ passphrase, ...fields });
  const page = await response.text();
  assert.equal(response.status, 200, page);
  return page;
}

test('a public client that was registered by hand signs in and is renewed', async () => {
  const page = await registerByHand(house, { redirect_uris: redirectUri });
  assert.equal(shownIn(page, 'client-secret'), undefined);
  const visitor = Visitor.known(house, shownIn(page, 'client-id') ?? '', redirectUri);
  const { text } = await visitor.consentPage(visitor.begin());
  assert.match(text, /<strong>Your client, registered by hand<\/strong>/);
  const scope = 'openid offline_access notes:read';
  const tokens = await visitor.signIn({ scope, prompt: 'consent' });
  assert.equal((await visitor.refresh(tokens['refresh_token'])).status, 200);
});

test('the sign-in page calls it by the name that the person gave it, in one line and as text', async () => {
  const name = ' My <b>editor</b>\n at home ';
  const page = await registerByHand(house, { redirect_uris: redirectUri, name });
  const visitor = Visitor.known(house, shownIn(page, 'client-id') ?? '', redirectUri);
  const { text } = await visitor.consentPage(visitor.begin());
  assert.match(text, /<strong>My &lt;b&gt;editor&lt;\/b&gt; at home<\/strong>/);
});

test('a client that keeps a secret is shown it, and gets nothing without it', async () => {
  const page = await registerByHand(house, { redirect_uris: redirectUri, secret: 'yes' });
  const [id, secret] = [shownIn(page, 'client-id') ?? '', shownIn(page, 'client-secret') ?? ''];
  assert.match(secret, /^[\w-]{43}$/);
  const visitor = Visitor.known(house, id, redirectUri);
  const attempt = visitor.begin();
  const code = (await visitor.decide(attempt, 'allow')).searchParams.get('code');
  assert.equal((await visitor.exchange(attempt, code)).body['error'], 'invalid_client');
  const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const trade = (verifier: string) =>
    fetch(`${house.issuer}/token`, {
      method: 'POST',
      headers: { authorization: basic },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: code ?? '',
        code_verifier: verifier,
        redirect_uri: redirectUri,
      }),
    });
  assert.equal((await trade(attempt.verifier)).status, 200);
});

test('every line is a way back, and white space and empty lines are none', async () => {
  const lines = `  ${redirectUri} \r\n\r\nvscode://mcp-oauth.mcp-oauth/callback\r\n${redirectUri}\r\n`;
  const page = await registerByHand(house, { redirect_uris: lines });
  const kept = await house.stores('Client').find(shownIn(page, 'client-id') ?? '');
  assert.deepEqual(kept?.['redirect_uris'], [redirectUri, 'vscode://mcp-oauth.mcp-oauth/callback']);
});

for (const secret of ['yes', 'no']) {
  test(`the extension signs in with it where nobody registers by themselves (secret: ${secret}) (field case 7)`, async (t) => {
    const sandbox = await startSandbox({ faults: ['registration-closed'] });
    t.after(() => sandbox.close());
    const refused = await new FaultTrial(sandbox).open();
    t.after(() => refused.close());
    assert.equal(await refused.signIn(), 'registration_closed');

    const { post } = await openClients(sandbox);
    const { passphrase: text = '' } = sandbox;
    const response = await post({ passphrase: text, redirect_uris: callbackAddress, secret });
    const page = await response.text();
    const clientSecret = shownIn(page, 'client-secret');
    assert.equal(clientSecret !== undefined, secret === 'yes');
    const settings = { oauth: { clientId: shownIn(page, 'client-id') ?? '' } };
    const configured = await new FaultTrial(sandbox).open(settings);
    t.after(() => configured.close());
    const { desk, session } = configured;
    await writeClientSecret(desk.records, session.server, 'client', clientSecret);
    assert.equal(await configured.signIn(), 'connected');
  });
}

test('nobody registers without the passphrase, and five wrong ones end the visit', async () => {
  const { post } = await openClients(house);
  const statuses: number[] = [];
  for (const text of ['', 'wrong', 'wrong', 'wrong', 'wrong', 'wrong', passphrase]) {
    const response = await post({ redirect_uris: redirectUri, passphrase: text, secret: 'yes' });
    statuses.push(response.status);
    const page = await response.text();
    assert.equal(shownIn(page, 'client-id'), undefined);
    if (response.status !== 422) continue;
    assert.match(page, /aria-invalid="true"[^>]*required\s+autofocus/);
    assert.match(page, new RegExp(`>\\s*${redirectUri}</textarea`), 'what was typed stands there');
    assert.match(page, /value="yes"\s+checked/);
    assert.doesNotMatch(page, /value="wrong"/);
  }
  assert.deepEqual(statuses, [422, 422, 422, 422, 422, 403, 403]);
});

test('twenty wrong passphrases stop everybody for a while', async (t) => {
  const another = await openHouse();
  t.after(() => another.close());
  for (let visit = 0; visit < 4; visit += 1) {
    const { post } = await openClients(another);
    for (let tries = 0; tries < 5; tries += 1)
      await post({ redirect_uris: redirectUri, passphrase: 'wrong' });
  }
  const { post, text } = await openClients(another);
  assert.match(text, /role="alert">\s*Too many wrong passphrases/);
  const response = await post({ redirect_uris: redirectUri, passphrase });
  assert.equal(response.status, 429);
  assert.match(response.headers.get('retry-after') ?? '', /^\d+$/);
});

test('a form needs its own secret and the token that belongs to it', async () => {
  const [visit, other] = [await openClients(house), await openClients(house)];
  const fields = { redirect_uris: redirectUri, passphrase };
  const passkeys = ticketOf(await (await fetch(`${house.pagesOrigin}/passkeys`)).text());
  for (const ticket of [
    { csrf: '' },
    { csrf: ticketOf(other.text).csrf },
    { visit: ticketOf(other.text).visit },
    passkeys,
  ]) {
    const response = await visit.post({ ...fields, ...ticket });
    assert.equal(response.status, 403);
    assert.equal(shownIn(await response.text(), 'client-id'), undefined);
  }
  assert.equal((await visit.post(fields)).status, 200);
});

test('a page of another site posts nothing, and another name for this computer opens nothing', async () => {
  const { url, post } = await openClients(house);
  const fields = { redirect_uris: redirectUri, passphrase };
  for (const origin of [
    'http://evil.example',
    `http://evil.${new URL(url).host}`,
    url.replace('http', 'https'),
  ])
    assert.equal((await post(fields, { origin })).status, 403, origin);
  for (const origin of ['null', house.pagesOrigin])
    assert.equal((await post(fields, { origin })).status, 200, origin);
  for (const method of ['GET', 'POST']) {
    const status = await new Promise((answered) => {
      request(url, { method, headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        answered(response.statusCode);
      }).end();
    });
    assert.equal(status, 421, method);
  }
});

for (const [what, uris] of [
  ['none', '\n '],
  ['a page without encryption', 'http://app.example/callback'],
  ['a script', 'javascript://%0aalert(1)'],
  ['a foreign scheme', 'mailto:ada@example.org'],
  ['a name in it', 'https://ada@app.example/callback'],
  ['a fragment', 'https://app.example/callback#a'],
  ['no address', '"><script>alert(1)</script>'],
  ['one good and one bad', `${redirectUri}\nhttp://app.example/callback`],
] as const) {
  test(`a redirect URI is refused: ${what} (checklist 7.8)`, async () => {
    const { post } = await openClients(house);
    const response = await post({ redirect_uris: uris, passphrase });
    const page = await response.text();
    assert.equal(response.status, 422, page);
    assert.match(page, /id="redirect-uris-alarm" role="alert">\s*[A-Zr]/);
    assert.match(page, /aria-describedby="redirect-uris-alarm redirect-uris-hint"\s+aria-invalid="true"/);
    assert.equal(shownIn(page, 'client-id'), undefined);
    assert.deepEqual(page.match(/<script\b[^]{0,13}/g), ['<script>\nconst leave'], 'its own script alone');
  });
}

test('hostile text stays text, where it is asked again and where it is registered', async () => {
  const hostile = 'https://app.example/?a=</textarea><script>alert(1)</script><img/src=x>"\'';
  const { post } = await openClients(house);
  const again = await (await post({ redirect_uris: hostile, passphrase: '' })).text();
  const registered = await (await post({ redirect_uris: hostile, passphrase })).text();
  assert.deepEqual(again.match(/<script>|<img/g), ['<script>'], 'its own script alone');
  assert.match(again, /&lt;\/textarea&gt;&lt;script&gt;/);
  assert.deepEqual(registered.match(/<script>|<img/g), ['<script>'], 'its own script alone');
  assert.match(registered, /&lt;img\/src=x&gt;&quot;&#39;/);
});

test('its pages are framed by nobody, kept nowhere, and run no script but their own', async () => {
  const { shown, post } = await openClients(house);
  const registered = await post({ redirect_uris: redirectUri, passphrase });
  for (const { headers } of [shown, registered]) {
    assert.equal(headers.get('x-frame-options'), 'DENY');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/);
    assert.deepEqual(headers.getSetCookie(), []);
  }
  for (const { headers } of [shown, registered])
    assert.match(headers.get('content-security-policy') ?? '', /script-src 'sha256-[^']+'$/);
});

test('without a passphrase the page says what to do, and registers nobody', async (t) => {
  const another = await openHouse({ proofs: new MemoryProofs() });
  t.after(() => another.close());
  const { text, url } = await openClients(another);
  assert.match(text, /href="\/help\/no-passphrase"/);
  assert.doesNotMatch(text, /<form/);
  assert.equal((await fetch(url, { method: 'POST', body: 'passphrase=' })).status, 403);
  assert.equal((await fetch(url, { method: 'DELETE' })).status, 405);
});
