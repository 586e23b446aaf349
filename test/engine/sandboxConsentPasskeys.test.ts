// Passkeys: good for one sign-in each time, and for nobody who only pretends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { House } from './consentHouse.ts';
import { attributeOf, openHouse, OpenPage, passphrase, sentBack } from './consentHouse.ts';
import { ceremonyOf, knock, openPasskeys, setUp } from './passkeyVisit.ts';
import { Visitor } from './sandboxVisitor.ts';
import type { Ceremony } from './softAuthenticator.ts';
import { SoftAuthenticator } from './softAuthenticator.ts';

let house: House;
before(async () => {
  house = await openHouse({ host: 'localhost' });
});
after(() => house.close());

test('a passkey is set up behind the passphrase, listed by name and day, and lets the app in', async () => {
  const authenticator = await setUp(house);
  const { text } = await openPasskeys(house);
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
  const back = sentBack(await page.allow({ assertion: authenticator.get(ceremonyOf(page.text, house)) }));
  assert.ok(back.get('code'));
  assert.equal(house.proofs.passkeys.get(authenticator.id)?.counter, 1);
});

test('the passphrase goes on working beside a passkey', async () => {
  await setUp(house);
  const page = await OpenPage.open(house);
  assert.ok(sentBack(await page.allow({ passphrase, assertion: '' })).get('code'));
});

test('a signature whose numbers are short is as good as any other', async () => {
  const authenticator = await setUp(house);
  const page = await OpenPage.open(house);
  const isShort = (signature: Buffer) =>
    (signature[3] ?? 0) < 32 || (signature[3] === 32 && signature[4] === 0);
  const assertion = authenticator.get(
    ceremonyOf(page.text, house),
    (one) => one.byteLength < 70 && isShort(one),
  );
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
    const authenticator = await setUp(house);
    const page = await OpenPage.open(house);
    house.proofs.failuresAtMs = [];
    const assertion = authenticator.get({ ...ceremonyOf(page.text, house), ...lie });
    const response = await page.allow({ assertion });
    assert.equal(response.status, 422);
    assert.match(await response.text(), /The passkey could not be checked\. 4 tries are left\./);
    assert.equal(house.proofs.failuresAtMs.length, 0, 'nobody can guess it, so nobody else has to wait');
  });
}

test('an answer of a passkey that nobody set up, or signed with another key, opens nothing', async () => {
  const [authenticator, stranger] = [await setUp(house), new SoftAuthenticator()];
  const page = await OpenPage.open(house);
  assert.equal((await page.allow({ assertion: stranger.get(ceremonyOf(page.text, house)) })).status, 422);
  const next = await OpenPage.open(house);
  const forged = {
    ...(JSON.parse(stranger.get(ceremonyOf(next.text, house))) as object),
    id: authenticator.id,
  };
  assert.equal((await next.allow({ assertion: JSON.stringify(forged) })).status, 422);
});

test('an answer is good once, and for no other sign-in', async () => {
  const authenticator = await setUp(house);
  const [first, second] = [await OpenPage.open(house), await OpenPage.open(house)];
  const assertion = authenticator.get(ceremonyOf(first.text, house));
  assert.equal((await second.allow({ assertion })).status, 422);
  assert.ok(sentBack(await first.allow({ assertion })).get('code'));
  const third = await OpenPage.open(house);
  assert.equal((await third.allow({ assertion: '{}' })).status, 422);
  const afterwards = await third.allow({ assertion: authenticator.get(ceremonyOf(third.text, house)) });
  assert.equal(afterwards.status, 422, 'a wrong answer uses the challenge up, too');
  const fresh = ceremonyOf(await afterwards.text(), house);
  assert.ok(sentBack(await third.allow({ assertion: authenticator.get(fresh) })).get('code'));
});

test('a counter that went back opens nothing: the passkey was copied', async () => {
  const authenticator = await setUp(house);
  authenticator.counter = 7;
  const page = await OpenPage.open(house);
  assert.ok(
    sentBack(await page.allow({ assertion: authenticator.get(ceremonyOf(page.text, house)) })).get('code'),
  );
  for (const counter of [2, 7]) {
    authenticator.counter = counter;
    const next = await OpenPage.open(house);
    const response = await next.allow({ assertion: authenticator.get(ceremonyOf(next.text, house)) });
    assert.equal(response.status, 422, String(counter));
  }
});

test('while wrong passphrases stop the passphrase, a passkey is offered and taken', async (t) => {
  const another = await openHouse({ host: 'localhost' });
  t.after(() => another.close());
  const authenticator = await setUp(another);
  another.proofs.failuresAtMs = Array.from({ length: 20 }, () => Date.now());
  const page = await OpenPage.open(another);
  assert.match(
    page.text,
    /id="passkey-alarm" role="alert">Too many wrong passphrases were typed\. Use a passkey/,
  );
  assert.doesNotMatch(page.text, /<input[^>]* aria-invalid/, 'so that the page begins with the passkey');

  const refused = await page.allow({ passphrase });
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.match(await refused.text(), /id="passkey-alarm" role="alert">Too many wrong passphrases were typed/);

  const wrong = await page.allow({ assertion: '{}' });
  assert.equal(wrong.status, 422);
  const text = await wrong.text();
  assert.match(text, /The passkey could not be checked\. 4 tries are left\./);
  assert.ok(
    sentBack(await page.allow({ assertion: authenticator.get(ceremonyOf(text, another)) })).get('code'),
  );
});

test('the fifth passkey that cannot be checked ends the sign-in, and stops no other', async (t) => {
  const another = await openHouse({ host: 'localhost' });
  t.after(() => another.close());
  await setUp(another);
  for (let signIns = 0; signIns < 5; signIns += 1) {
    const page = await OpenPage.open(another);
    for (let tries = 1; tries < 5; tries += 1)
      assert.equal((await page.allow({ assertion: '{}' })).status, 422);
    const back = sentBack(await page.allow({ assertion: '{}' }));
    assert.equal(back.get('error_description'), 'Nobody proved to be there: 5 wrong tries.');
  }
  const page = await OpenPage.open(another);
  assert.ok(sentBack(await page.allow({ passphrase })).get('code'));
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

test('a passkey that is removed opens nothing any more', async () => {
  const authenticator = await setUp(house);
  const page = await OpenPage.open(house);
  const { post } = await openPasskeys(house);
  await post({ action: 'remove', id: authenticator.id });
  assert.equal(house.proofs.passkeys.has(authenticator.id), false);
  assert.equal(
    (await page.allow({ assertion: authenticator.get(ceremonyOf(page.text, house)) })).status,
    422,
  );
});

test('a passkey that is removed while its answer is checked opens nothing and does not come back', async () => {
  const authenticator = await setUp(house);
  const page = await OpenPage.open(house);
  const { proofs } = house;
  proofs.readPasskeys = () => {
    const passkeys = [...proofs.passkeys.values()];
    queueMicrotask(() => proofs.passkeys.delete(authenticator.id));
    return passkeys;
  };
  const answer = await page.allow({ assertion: authenticator.get(ceremonyOf(page.text, house)) });
  proofs.readPasskeys = () => [...proofs.passkeys.values()];
  assert.equal(answer.status, 422);
  assert.equal(proofs.passkeys.has(authenticator.id), false);
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
  const text = await (await knock(visitor, url, passphrase)).text();
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

test('the scripts are the ones that the policy allows, and no other may run', async () => {
  await setUp(house);
  const page = await OpenPage.open(house);
  const consent = await page.visitor.open(page.url);
  const visitor = await Visitor.register(house);
  const passkeys = await knock(visitor, `${house.pagesOrigin}/passkeys`, passphrase);
  for (const response of [consent, passkeys]) {
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
