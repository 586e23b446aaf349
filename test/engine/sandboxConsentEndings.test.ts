// How a sign-in ends without a grant: the app is told who or what ended it, and only a click on Deny is a refusal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { House } from './consentHouse.ts';
import { breakOff, MemoryProofs, openHouse, OpenPage, passphrase, sentBack } from './consentHouse.ts';
import { csrfOf, Visitor } from './sandboxVisitor.ts';

let house: House;
before(async () => {
  house = await openHouse();
});
after(() => house.close());

for (const [decision, error, sentence] of [
  ['deny', 'access_denied', 'The person declined access.'],
  ['cancel', 'interaction_required', 'The person left without answering.'],
] as const) {
  test(`${decision} needs no passphrase and goes back with ${error}, iss and state`, async () => {
    const page = await OpenPage.open(house);
    const back = sentBack(await page.answer({ decision, account: '' }));
    assert.deepEqual(Object.fromEntries(back), {
      error,
      error_description: sentence,
      iss: house.issuer,
      state: page.state,
    });
  });
}

test('a page that nobody answers goes on by itself, and the app learns that nobody did', async (t) => {
  const another = await openHouse({ answerSeconds: 60 });
  t.after(() => another.close());
  const page = await OpenPage.open(another);
  const [, seconds, address = ''] =
    /<meta http-equiv="refresh" content="(\d+);url=([^"]+)"/.exec(page.text) ?? [];
  assert.ok(Number(seconds) > 0 && Number(seconds) <= 60, seconds);
  const late = new URL(address, page.url).href;
  const early = await page.visitor.open(late);
  assert.equal(early.status, 200, 'before the deadline it is the page again');
  assert.equal(early.url, page.url);

  another.pass(61);
  const back = sentBack(await page.visitor.open(late));
  assert.equal(back.get('error'), 'interaction_required');
  assert.equal(back.get('error_description'), 'Nobody answered in time.');
  assert.equal(back.get('state'), page.state);
});

for (const fields of [{ decision: 'allow', passphrase }, { decision: 'deny' }, { decision: 'cancel' }]) {
  test(`${fields.decision} after the deadline is too late`, async (t) => {
    const another = await openHouse({ answerSeconds: 60 });
    t.after(() => another.close());
    const page = await OpenPage.open(another);
    another.pass(61);
    const back = sentBack(await page.answer(fields));
    assert.equal(back.get('error'), 'interaction_required');
    assert.equal(back.get('error_description'), 'Nobody answered in time.');
    assert.equal(back.get('code'), null);
  });
}

test('where there is neither passphrase nor passkey nobody is asked, and a page says why', async (t) => {
  const bare = await openHouse({ proofs: new MemoryProofs() });
  t.after(() => bare.close());
  const visitor = await Visitor.register(bare);
  const back = sentBack(await visitor.open(visitor.begin().url));
  assert.equal(back.get('error'), 'interaction_required');
  const address = /See (\S+)$/.exec(back.get('error_description') ?? '')?.[1] ?? '';
  assert.equal(address, `${bare.issuer}/help/no-passphrase`);
  const explanation = await fetch(address);
  assert.equal(explanation.status, 200);
  assert.match(await explanation.text(), /No passphrase is set/);
  assert.equal(explanation.headers.get('x-frame-options'), 'DENY');
});

test('where the passphrase is taken away while the page is open, nothing passes', async (t) => {
  const another = await openHouse();
  t.after(() => another.close());
  const page = await OpenPage.open(another);
  another.proofs.passphrase = undefined;
  assert.equal(sentBack(await page.allow({ passphrase })).get('error'), 'interaction_required');
});

test('a fault inside goes back as server_error and names nothing of it', async (t) => {
  const broken = await openHouse();
  t.after(() => broken.close());
  const page = await OpenPage.open(broken);
  broken.proofs.countFailures = () => {
    throw new Error('disk on fire');
  };
  const back = sentBack(await page.allow({ passphrase }));
  assert.equal(back.get('error'), 'server_error');
  assert.equal(back.get('state'), page.state);
  assert.doesNotMatch(back.toString(), /fire/);
  const seen = broken.innerFaults.map(({ message }) => message);
  assert.deepEqual(seen, ['disk on fire'], 'the log has it');
});

test('what is no answer changes nothing', async () => {
  const page = await OpenPage.open(house);
  assert.equal((await page.answer({ decision: 'maybe', passphrase })).status, 400);
  assert.equal((await page.answer({ csrf: '', decision: 'deny' })).status, 403);
  assert.equal((await page.answer({ decision: 'allow', passphrase: 'x'.repeat(100_000) })).status, 413);
  assert.equal((await page.visitor.open(page.url, { method: 'PUT' })).status, 405);
  const again = await page.visitor.open(page.url);
  assert.equal(csrfOf(await again.text()), csrfOf(page.text));
});

test('a browser that goes away while it posts ends nothing: the person can answer again', async () => {
  const page = await OpenPage.open(house);
  assert.equal(await breakOff(house, page.visitor, page.url), undefined);
  assert.deepEqual(house.innerFaults, []);
  assert.ok(sentBack(await page.allow({ passphrase })).get('code'));
});

test('an answer to a sign-in that ended while it was checked is told so, and is no fault inside', async () => {
  const page = await OpenPage.open(house);
  const { proofs, stores } = house;
  proofs.readPassphrase = () => {
    void stores('Interaction').destroy(page.url.split('/').at(-1) ?? '');
    return proofs.passphrase;
  };
  const response = await page.allow({ passphrase });
  proofs.readPassphrase = () => proofs.passphrase;
  assert.equal(response.status, 400);
  assert.match(await response.text(), /It is over/);
  assert.deepEqual(house.innerFaults, []);
});

test('a page that is opened again says how long it still waits', async (t) => {
  const another = await openHouse();
  t.after(() => another.close());
  const page = await OpenPage.open(another);
  assert.match(page.text, /This page waits (10|9) minutes for an\s+answer/);
  another.pass(8 * 60 + 30);
  assert.match(await (await page.visitor.open(page.url)).text(), /This page waits a minute for an/);
  another.pass(60);
  assert.match(await (await page.visitor.open(page.url)).text(), /This page waits \d\d seconds for an/);
});
