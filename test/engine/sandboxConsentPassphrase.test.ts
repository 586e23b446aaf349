// The passphrase: nothing is approved without it, and nobody can try for long.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { hashPassphrase, inventPassphrase, isPassphrase } from '../../src/sandbox/consent/passphrase.ts';
import type { House } from './consentHouse.ts';
import { MemoryProofs, openHouse, OpenPage, passphrase, sentBack } from './consentHouse.ts';
import { Visitor } from './sandboxVisitor.ts';

let house: House;
before(async () => {
  house = await openHouse();
});
after(() => house.close());

test('a passphrase is recognized by its hash, however its characters were typed, and nothing else is', async () => {
  const kept = await hashPassphrase('  Käse und Brot ');
  assert.doesNotMatch(JSON.stringify(kept), /K.se|Brot/);
  assert.equal(await isPassphrase('Ka\u0308se und Brot', kept), true);
  for (const wrong of ['', 'Käse', 'käse und brot', kept.hash]) {
    assert.equal(await isPassphrase(wrong, kept), false, wrong);
  }
  assert.equal(await isPassphrase('', { ...kept, hash: '' }), false);
  assert.notEqual((await hashPassphrase('Käse und Brot')).hash, kept.hash, 'every hash has its own salt');
});

test('an invented passphrase can be read aloud and is never the same', () => {
  const many = new Set(Array.from({ length: 50 }, inventPassphrase));
  assert.equal(many.size, 50);
  for (const one of many) assert.match(one, /^([a-hjkmnp-z]{4}-){3}[a-hjkmnp-z]{4}$/);
});

test('the right passphrase lets the app in', async () => {
  const page = await OpenPage.open(house);
  const back = sentBack(await page.allow({ passphrase: ` ${passphrase} ` }));
  assert.ok(back.get('code'));
  assert.equal(back.get('state'), page.state);
});

test('without the passphrase, or with a made-up answer of a passkey, nothing is allowed', async () => {
  const page = await OpenPage.open(house);
  const assertion = JSON.stringify({ id: 'YQ', rawId: 'YQ', type: 'public-key', response: {} });
  for (const fields of [{}, { passphrase: '' }, { passphrase: 'wrong' }, { assertion }, { assertion: '{' }]) {
    const response = await page.allow(fields);
    assert.equal(response.status, 422, JSON.stringify(fields));
    assert.equal(response.headers.get('location'), null);
  }
  assert.ok(sentBack(await page.allow({ passphrase })).get('code'), 'the sign-in was still open');
});

test('a wrong passphrase brings the page back with the name that was typed and the tries that are left', async () => {
  const page = await OpenPage.open(house);
  const response = await page.allow({ account: 'grace', passphrase: 'wrong' });
  const text = await response.text();
  assert.match(text, /role="alert">That is not the passphrase\. 4 tries are left\./);
  assert.match(text, /<input[^>]* id="passphrase"[^>]* aria-invalid="true"/s);
  assert.match(text, /id="account"[^>]* value="grace"/s);
  assert.doesNotMatch(text, /wrong/);
});

test('the fifth wrong passphrase ends the sign-in, and nobody is said to have declined', async () => {
  const page = await OpenPage.open(house);
  for (let tries = 1; tries < 5; tries += 1) {
    assert.equal((await page.allow({ passphrase: 'wrong' })).status, 422);
  }
  const back = sentBack(await page.allow({ passphrase: 'wrong' }));
  assert.equal(back.get('error'), 'interaction_required');
  assert.equal(back.get('error_description'), 'Nobody proved to be there: 5 wrong tries.');
  assert.equal(back.get('state'), page.state);
  assert.equal((await page.allow({ passphrase })).status, 400, 'it is over');
});

test('many tries at once are no more than five', async (t) => {
  const proofs = new MemoryProofs();
  // A real hash takes its time, in which every other try is already waiting.
  proofs.passphrase = await hashPassphrase(passphrase);
  const another = await openHouse({ proofs });
  t.after(() => another.close());
  const page = await OpenPage.open(another);
  await Promise.all(Array.from({ length: 30 }, () => page.allow({ passphrase: 'wrong' })));
  assert.equal(proofs.failuresAtMs.length, 5);
});

test('after twenty wrong tries in ten minutes no passphrase is checked until the first of them is old enough', async (t) => {
  const proofs = new MemoryProofs(passphrase);
  const another = await openHouse({ proofs, answerSeconds: 3600 });
  t.after(() => another.close());
  const early = Date.now() - 9 * 60_000;
  proofs.failuresAtMs = [early - 3_600_000, early, ...Array.from({ length: 18 }, () => Date.now())];
  const page = await OpenPage.open(another);
  assert.equal((await page.allow({ passphrase: 'wrong' })).status, 422, 'the twentieth is taken');

  const refused = await page.allow({ passphrase });
  assert.equal(refused.status, 429);
  const waitSeconds = Number(refused.headers.get('retry-after'));
  assert.ok(waitSeconds > 50 && waitSeconds <= 61, String(waitSeconds));
  assert.match(await refused.text(), /role="alert">Too many wrong passphrases were typed\. Try again in /);
  assert.equal(proofs.failuresAtMs.length, 21, 'a try that was not taken is not counted');

  const stranger = await OpenPage.open(another);
  assert.match(stranger.text, /Too many wrong passphrases/, 'the page says so before anybody types');
  assert.equal((await stranger.allow({ passphrase })).status, 429, 'a new sign-in gets no fresh tries');
  const denied = sentBack(await stranger.answer({ decision: 'deny' }));
  assert.equal(denied.get('error'), 'access_denied', 'whoever wants no more needs no try');

  another.pass(waitSeconds + 1);
  assert.ok(sentBack(await page.allow({ passphrase })).get('code'));
});

test('a restart gives nobody fresh tries', async (t) => {
  const proofs = new MemoryProofs(passphrase);
  proofs.failuresAtMs = Array.from({ length: 20 }, () => Date.now());
  const restarted = await openHouse({ proofs });
  t.after(() => restarted.close());
  const page = await OpenPage.open(restarted);
  assert.equal((await page.allow({ passphrase })).status, 429);
});

test('a login that the browser still knows is no answer: the next sign-in asks for the passphrase again', async () => {
  // oidc-provider asks for native apps every time, whatever it remembers.
  const metadata = { application_type: 'web', redirect_uris: ['https://app.example/callback'] };
  const visitor = await Visitor.register(house, metadata);
  await visitor.signIn();
  const again = await visitor.open(visitor.begin().url);
  assert.equal(again.headers.get('location'), null);
  assert.match(await again.text(), /id="passphrase"/);
});
