// The page of the passkeys: what it keeps was made for this visit, and what it shows stays text.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { House } from './consentHouse.ts';
import { openHouse } from './consentHouse.ts';
import { ceremonyOf, openPasskeys, setUp } from './passkeyVisit.ts';
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
    const { text, post } = await openPasskeys(house);
    const attestation = authenticator.create({ ...ceremonyOf(text, house), ...lie }, changes);
    const before = house.proofs.passkeys.size;
    const response = await post({ action: 'add', attestation });
    assert.equal(response.status, 422);
    assert.match(await response.text(), /role="alert">The passkey could not be checked\. Try again\./);
    assert.equal(house.proofs.passkeys.size, before);
  });
}

test('a new passkey does not take the place of one with the same id', async () => {
  const [authenticator, rival] = [await setUp(house), new SoftAuthenticator()];
  const { text, post } = await openPasskeys(house);
  const attestation = authenticator.create(ceremonyOf(text, house), { publicKey: rival.spki });
  assert.equal((await post({ action: 'add', attestation })).status, 422);
  assert.equal(house.proofs.passkeys.get(authenticator.id)?.publicKey, authenticator.spki);
});

test('several passkeys are set up and removed one after the other in one visit', async () => {
  const [first, second] = [new SoftAuthenticator(), new SoftAuthenticator()];
  const visit = await openPasskeys(house);
  let { text } = visit;
  for (const [name, authenticator] of [
    ['Laptop', first],
    ['Telephone', second],
  ] as const) {
    const attestation = authenticator.create(ceremonyOf(text, house));
    const response = await visit.post({ action: 'add', name, attestation });
    assert.equal(response.status, 200);
    text = await response.text();
    assert.match(text, new RegExp(`${name} <time`));
  }
  text = await (await visit.post({ action: 'remove', id: first.id })).text();
  assert.doesNotMatch(text, new RegExp(first.id));
  assert.ok(house.proofs.passkeys.has(second.id));
});

test('under an IP address without a name for the pages there is no address to send anybody to', async (t) => {
  const nameless = await openHouse();
  t.after(() => nameless.close());
  const { text } = await openPasskeys(nameless);
  assert.match(text, /This sandbox has no name for its pages/);
});

test('text that names a passkey stays text, on one line', async () => {
  const authenticator = new SoftAuthenticator();
  const { text, post } = await openPasskeys(house);
  const name = '\u202e<img src=x\n onerror="alert(1)">\u0000';
  const attestation = authenticator.create(ceremonyOf(text, house));
  const listed = await (await post({ action: 'add', name, attestation })).text();
  assert.match(listed, /<span>&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt; <time/);
  assert.doesNotMatch(listed, /<img/);
});
