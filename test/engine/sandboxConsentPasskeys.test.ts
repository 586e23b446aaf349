// Passkeys: set up behind the passphrase, good for one sign-in each time, and for nobody who only pretends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { House } from './consentHouse.ts';
import { attributeOf, openHouse, OpenPage, passphrase, sentBack } from './consentHouse.ts';
import { csrfOf, Visitor } from './sandboxVisitor.ts';
import type { Ceremony } from './softAuthenticator.ts';
import { SoftAuthenticator } from './softAuthenticator.ts';

let house: House;
before(async () => {
  house = await openHouse({ host: 'localhost' });
});
after(() => house.close());

/** The page of the passkeys, in a browser that typed the passphrase. */
async function openPasskeys(at: House = house) {
  const visitor = await Visitor.register(at);
  const url = `${at.pagesOrigin}/passkeys`;
  const post = (fields: Record<string, string>) => visitor.submit(url, fields);
  const locked = await (await visitor.open(url)).text();
  const open = await post({ csrf: csrfOf(locked), action: 'open', passphrase });
  const text = await open.text();
  return { visitor, url, text, post, csrf: csrfOf(text) };
}

function ceremonyOf(page: string, at: House = house): Ceremony {
  const relyingParty = new URL(at.pagesOrigin).hostname;
  return { challenge: attributeOf(page, 'challenge'), origin: at.pagesOrigin, relyingParty };
}

async function setUp(at: House = house): Promise<SoftAuthenticator> {
  const authenticator = new SoftAuthenticator();
  const { text, csrf, post } = await openPasskeys(at);
  const attestation = authenticator.create(ceremonyOf(text, at));
  const response = await post({ csrf, action: 'add', name: 'Laptop', attestation });
  assert.equal(response.status, 200);
  assert.ok(at.proofs.passkeys.has(authenticator.id));
  return authenticator;
}

test('a passkey is set up behind the passphrase, listed by name and day, and lets the app in', async () => {
  const authenticator = await setUp();
  const { text } = await openPasskeys();
  assert.match(text, /Laptop <time datetime="\d{4}-\d\d-\d\d">/);
  const kept = house.proofs.passkeys.get(authenticator.id);
  assert.equal(kept?.publicKey, authenticator.spki);
  assert.deepEqual(
    [kept.algorithm, kept.relyingParty, kept.transports],
    ['ES256', 'localhost', ['internal']],
  );

  const page = await OpenPage.open(house);
  assert.match(page.text, /<button[^>]* id="passkey"/s);
  assert.match(page.text, /<details id="with-passphrase" open>\s*<summary>Use the passphrase instead/);
  assert.match(attributeOf(page.text, 'passkeys'), new RegExp(authenticator.id));
  const back = sentBack(await page.allow({ assertion: authenticator.get(ceremonyOf(page.text)) }));
  assert.ok(back.get('code'));
  assert.equal(house.proofs.passkeys.get(authenticator.id)?.counter, 1);
});

test('the passphrase goes on working beside a passkey', async () => {
  await setUp();
  const page = await OpenPage.open(house);
  assert.ok(sentBack(await page.allow({ passphrase, assertion: '' })).get('code'));
});

test('a signature whose numbers are short is as good as any other', async () => {
  const authenticator = await setUp();
  const page = await OpenPage.open(house);
  const isShort = (signature: Buffer) =>
    (signature[3] ?? 0) < 32 || (signature[3] === 32 && signature[4] === 0);
  const assertion = authenticator.get(ceremonyOf(page.text), (one) => one.byteLength < 70 && isShort(one));
  assert.ok(sentBack(await page.allow({ assertion })).get('code'));
});

const lies: readonly (readonly [string, Partial<Ceremony>])[] = [
  ['for another challenge', { challenge: 'A'.repeat(43) }],
  ['from another origin', { origin: 'http://localhost:1' }],
  ['for another relying party', { relyingParty: 'evil.localhost' }],
  ['without the person verified', { userVerified: false }],
  ['without the person present', { userPresent: false }],
  ['of another kind', { type: 'webauthn.create' }],
];
for (const [name, lie] of lies) {
  test(`an answer ${name} opens nothing`, async () => {
    const authenticator = await setUp();
    const page = await OpenPage.open(house);
    house.proofs.failuresAtMs = [];
    const assertion = authenticator.get({ ...ceremonyOf(page.text), ...lie });
    const response = await page.allow({ assertion });
    assert.equal(response.status, 422);
    assert.match(await response.text(), /The passkey could not be checked\. 4 tries are left\./);
    assert.equal(house.proofs.failuresAtMs.length, 1);
  });
}

test('an answer of a passkey that nobody set up, or signed with another key, opens nothing', async () => {
  const [authenticator, stranger] = [await setUp(), new SoftAuthenticator()];
  const page = await OpenPage.open(house);
  assert.equal((await page.allow({ assertion: stranger.get(ceremonyOf(page.text)) })).status, 422);
  const next = await OpenPage.open(house);
  const forged = { ...(JSON.parse(stranger.get(ceremonyOf(next.text))) as object), id: authenticator.id };
  assert.equal((await next.allow({ assertion: JSON.stringify(forged) })).status, 422);
});

test('an answer is good once, and for no other sign-in', async () => {
  const authenticator = await setUp();
  const [first, second] = [await OpenPage.open(house), await OpenPage.open(house)];
  const assertion = authenticator.get(ceremonyOf(first.text));
  assert.equal((await second.allow({ assertion })).status, 422);
  assert.ok(sentBack(await first.allow({ assertion })).get('code'));
  const third = await OpenPage.open(house);
  assert.equal((await third.allow({ assertion: '{}' })).status, 422);
  const afterwards = await third.allow({ assertion: authenticator.get(ceremonyOf(third.text)) });
  assert.equal(afterwards.status, 422, 'a wrong answer uses the challenge up, too');
  const fresh = ceremonyOf(await afterwards.text());
  assert.ok(sentBack(await third.allow({ assertion: authenticator.get(fresh) })).get('code'));
});

test('a counter that went back opens nothing: the passkey was copied', async () => {
  const authenticator = await setUp();
  authenticator.counter = 7;
  const page = await OpenPage.open(house);
  assert.ok(sentBack(await page.allow({ assertion: authenticator.get(ceremonyOf(page.text)) })).get('code'));
  for (const counter of [2, 7]) {
    authenticator.counter = counter;
    const next = await OpenPage.open(house);
    const response = await next.allow({ assertion: authenticator.get(ceremonyOf(next.text)) });
    assert.equal(response.status, 422, String(counter));
  }
});

test('a challenge is too old after ten minutes', async (t) => {
  const slow = await openHouse({ host: 'localhost', answerSeconds: 3600 });
  t.after(() => slow.close());
  const authenticator = await setUp(slow);
  const page = await OpenPage.open(slow);
  slow.pass(601);
  const response = await page.allow({ assertion: authenticator.get(ceremonyOf(page.text, slow)) });
  assert.equal(response.status, 422);
});

const falseStarts: readonly (readonly [string, Partial<Ceremony>, { id?: string; publicKey?: string }])[] = [
  ['for another challenge', { challenge: 'A'.repeat(43) }, {}],
  ['from another origin', { origin: 'http://localhost:1' }, {}],
  ['for another relying party', { relyingParty: 'evil.localhost' }, {}],
  ['without the person verified', { userVerified: false }, {}],
  ['without the person present', { userPresent: false }, {}],
  ['under another id', {}, { id: 'YQ' }],
  ['with a key that is none', {}, { publicKey: 'YQ' }],
];
for (const [name, lie, changes] of falseStarts) {
  test(`a new passkey ${name} is not kept`, async () => {
    const authenticator = new SoftAuthenticator();
    const { text, csrf, post } = await openPasskeys();
    const attestation = authenticator.create({ ...ceremonyOf(text), ...lie }, changes);
    const before = house.proofs.passkeys.size;
    assert.equal((await post({ csrf, action: 'add', attestation })).status, 422);
    assert.equal(house.proofs.passkeys.size, before);
  });
}

test('a new passkey does not take the place of one with the same id', async () => {
  const [authenticator, rival] = [await setUp(), new SoftAuthenticator()];
  const { text, csrf, post } = await openPasskeys();
  const attestation = authenticator.create(ceremonyOf(text), { publicKey: rival.spki });
  assert.equal((await post({ csrf, action: 'add', attestation })).status, 422);
  assert.equal(house.proofs.passkeys.get(authenticator.id)?.publicKey, authenticator.spki);
});

test('a passkey that is removed opens nothing any more', async () => {
  const authenticator = await setUp();
  const page = await OpenPage.open(house);
  const { csrf, post } = await openPasskeys();
  await post({ csrf, action: 'remove', id: authenticator.id });
  assert.equal(house.proofs.passkeys.has(authenticator.id), false);
  assert.equal((await page.allow({ assertion: authenticator.get(ceremonyOf(page.text)) })).status, 422);
});

test('without the passphrase passkeys are neither shown nor added nor removed', async () => {
  const authenticator = await setUp();
  const visitor = await Visitor.register(house);
  const url = `${house.pagesOrigin}/passkeys`;
  const text = await (await visitor.open(url)).text();
  assert.doesNotMatch(text, /Laptop|data-challenge/);
  const csrf = csrfOf(text);
  for (const fields of [
    { action: 'open', passphrase: 'wrong' },
    { action: 'remove', id: authenticator.id },
    { action: 'add', attestation: new SoftAuthenticator().create(ceremonyOf(text)) },
  ]) {
    assert.match(String((await visitor.submit(url, { csrf, ...fields })).status), /^4/, fields.action);
  }
  assert.ok(house.proofs.passkeys.has(authenticator.id));
});

test('the page of the passkeys takes no form of another visit, and closes by itself', async () => {
  const [visit, other] = [await openPasskeys(), await openPasskeys()];
  for (const csrf of ['', other.csrf]) {
    assert.equal((await visit.post({ csrf, action: 'remove', id: 'x' })).status, 403);
  }
  house.pass(301);
  assert.match(await (await visit.visitor.open(visit.url)).text(), /id="passphrase"/);
  assert.equal((await visit.post({ csrf: visit.csrf, action: 'remove', id: 'x' })).status, 403);
  house.pass(-301);
});

test('the fifth wrong passphrase there begins a new visit, and twenty stop everybody', async (t) => {
  const another = await openHouse({ host: 'localhost' });
  t.after(() => another.close());
  const visitor = await Visitor.register(another);
  const url = `${another.pagesOrigin}/passkeys`;
  const tryOnce = async (text: string) => {
    const csrf = csrfOf(await (await visitor.open(url)).text());
    return (await visitor.submit(url, { csrf, action: 'open', passphrase: text })).status;
  };
  const statuses = [];
  for (let tries = 0; tries < 20; tries += 1) statuses.push(await tryOnce('wrong'));
  assert.deepEqual(statuses, Array.from({ length: 4 }, () => [422, 422, 422, 422, 403]).flat());
  assert.equal(await tryOnce(passphrase), 429);
});

test('a visit gets a new cookie when it is opened, which no script and no other site can use', async () => {
  const visitor = await Visitor.register(house);
  const url = `${house.pagesOrigin}/passkeys`;
  const before = await visitor.open(url);
  const cookie = before.headers.getSetCookie().find((one) => one.startsWith('sandbox_passkeys=')) ?? '';
  assert.match(cookie, /; path=\/passkeys;.*samesite=strict; httponly/i);
  const csrf = csrfOf(await before.text());
  const [pair = ''] = cookie.split(';');
  const response = await fetch(url, {
    method: 'POST',
    headers: { cookie: pair },
    body: new URLSearchParams({ csrf, action: 'open', passphrase }),
    redirect: 'manual',
  });
  assert.equal(response.status, 303);
  const [fresh = ''] = response.headers.getSetCookie();
  assert.notEqual(fresh.split(';')[0], pair);
  assert.match(await (await fetch(url, { headers: { cookie: pair } })).text(), /id="passphrase"/);
});

test('under an IP address the page sends a person to the name, and consent asks for the passphrase', async (t) => {
  const named = await openHouse({ pagesHost: 'sandbox.localhost' });
  t.after(() => named.close());
  named.proofs.writePasskey({
    id: 'YQ',
    publicKey: new SoftAuthenticator().spki,
    algorithm: 'ES256',
    transports: [],
    counter: 0,
    name: 'Laptop',
    relyingParty: 'sandbox.localhost',
    createdAtMs: 0,
  });
  const visitor = await Visitor.register(named);
  const url = `${named.issuer}/passkeys`;
  const csrf = csrfOf(await (await visitor.open(url)).text());
  const text = await (await visitor.submit(url, { csrf, action: 'open', passphrase })).text();
  assert.match(text, new RegExp(`<a href="${named.pagesOrigin}/passkeys">`));
  assert.doesNotMatch(text, /id="answer"|<script/);
  const page = await OpenPage.open(named);
  assert.doesNotMatch(page.text, /id="passkey"|<script/);
  assert.ok(sentBack(await page.allow({ passphrase })).get('code'));
});

test('a passkey of another name is neither offered nor taken', async (t) => {
  const another = await openHouse({ host: 'localhost' });
  t.after(() => another.close());
  const authenticator = await setUp(another);
  const kept = another.proofs.passkeys.get(authenticator.id);
  assert.ok(kept);
  another.proofs.writePasskey({ ...kept, relyingParty: 'sandbox.localhost' });
  const page = await OpenPage.open(another);
  assert.doesNotMatch(page.text, /id="passkey"/);
  const assertion = authenticator.get({ ...ceremonyOf(page.text, another), challenge: '' });
  assert.equal((await page.allow({ assertion })).status, 422);
});

test('under an IP address without a name for the pages there is no address to send anybody to', async (t) => {
  const nameless = await openHouse();
  t.after(() => nameless.close());
  const { text } = await openPasskeys(nameless);
  assert.match(text, /This sandbox has no name for its pages/);
});

test('the scripts are the ones that the policy allows, and no other may run', async () => {
  await setUp();
  const page = await OpenPage.open(house);
  const consent = await page.visitor.open(page.url);
  const { visitor, url } = await openPasskeys();
  for (const response of [consent, await visitor.open(url)]) {
    const text = await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';
    const [, script = ''] = /<script>(.*)<\/script>/s.exec(text) ?? [];
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script));
    assert.ok(script.includes('navigator.credentials'));
    assert.ok(policy.includes(`script-src 'sha256-${Buffer.from(hash).toString('base64')}'`), policy);
    assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
  }
});

test('text that names a passkey stays text', async () => {
  const authenticator = new SoftAuthenticator();
  const { text, csrf, post } = await openPasskeys();
  const name = '<img src=x onerror="alert(1)">\u0000';
  const attestation = authenticator.create(ceremonyOf(text));
  const listed = await (await post({ csrf, action: 'add', name, attestation })).text();
  assert.match(listed, /&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt; <time/);
  assert.doesNotMatch(listed, /<img/);
});
