// The page of the passkeys: opened by the passphrase, for minutes, and it keeps only what was made for this visit.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { House } from './consentHouse.ts';
import { openHouse, passphrase } from './consentHouse.ts';
import { ceremonyOf, openPasskeys, setUp } from './passkeyVisit.ts';
import { csrfOf, Visitor } from './sandboxVisitor.ts';
import type { Ceremony } from './softAuthenticator.ts';
import { SoftAuthenticator } from './softAuthenticator.ts';

let house: House;
before(async () => {
  house = await openHouse({ host: 'localhost' });
});
after(() => house.close());

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
    const { text, csrf, post } = await openPasskeys(house);
    const attestation = authenticator.create({ ...ceremonyOf(text, house), ...lie }, changes);
    const before = house.proofs.passkeys.size;
    assert.equal((await post({ csrf, action: 'add', attestation })).status, 422);
    assert.equal(house.proofs.passkeys.size, before);
  });
}

test('a new passkey does not take the place of one with the same id', async () => {
  const [authenticator, rival] = [await setUp(house), new SoftAuthenticator()];
  const { text, csrf, post } = await openPasskeys(house);
  const attestation = authenticator.create(ceremonyOf(text, house), { publicKey: rival.spki });
  assert.equal((await post({ csrf, action: 'add', attestation })).status, 422);
  assert.equal(house.proofs.passkeys.get(authenticator.id)?.publicKey, authenticator.spki);
});

test('without the passphrase passkeys are neither shown nor added nor removed', async () => {
  const authenticator = await setUp(house);
  const visitor = await Visitor.register(house);
  const url = `${house.pagesOrigin}/passkeys`;
  const text = await (await visitor.open(url)).text();
  assert.doesNotMatch(text, /Laptop|data-challenge/);
  const csrf = csrfOf(text);
  for (const fields of [
    { action: 'open', passphrase: 'wrong' },
    { action: 'remove', id: authenticator.id },
    { action: 'add', attestation: new SoftAuthenticator().create(ceremonyOf(text, house)) },
  ]) {
    assert.match(String((await visitor.submit(url, { csrf, ...fields })).status), /^4/, fields.action);
  }
  assert.ok(house.proofs.passkeys.has(authenticator.id));
});

test('the page of the passkeys takes no form of another visit, and closes by itself', async () => {
  const [visit, other] = [await openPasskeys(house), await openPasskeys(house)];
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

test('under an IP address without a name for the pages there is no address to send anybody to', async (t) => {
  const nameless = await openHouse();
  t.after(() => nameless.close());
  const { text } = await openPasskeys(nameless);
  assert.match(text, /This sandbox has no name for its pages/);
});

test('text that names a passkey stays text', async () => {
  const authenticator = new SoftAuthenticator();
  const { text, csrf, post } = await openPasskeys(house);
  const name = '<img src=x onerror="alert(1)">\u0000';
  const attestation = authenticator.create(ceremonyOf(text, house));
  const listed = await (await post({ csrf, action: 'add', name, attestation })).text();
  assert.match(listed, /&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt; <time/);
  assert.doesNotMatch(listed, /<img/);
});
