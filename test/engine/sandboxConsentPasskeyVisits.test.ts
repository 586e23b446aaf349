// Who may change the passkeys: whoever has the page that the passphrase opened, for minutes. A cookie would not do: the
// browser sends it to every other server on this computer as well, whatever its port (RFC 6265 §8.5).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { House } from './consentHouse.ts';
import { breakOff, openHouse, passphrase } from './consentHouse.ts';
import { ceremonyOf, knock, openPasskeys, setUp, ticketOf } from './passkeyVisit.ts';
import { Visitor } from './sandboxVisitor.ts';
import { SoftAuthenticator } from './softAuthenticator.ts';

let house: House;
before(async () => {
  house = await openHouse({ host: 'localhost' });
});
after(() => house.close());

test('whoever has every cookie of the browser that opened the page, and nothing else, changes nothing', async () => {
  const authenticator = await setUp(house);
  const { visitor, url, text } = await openPasskeys(house);
  const shown = await (await visitor.open(url)).text();
  assert.match(shown, /id="passphrase"/, 'a GET asks for the passphrase, always');
  assert.doesNotMatch(shown, /Laptop|data-challenge/);
  for (const ceremony of [ceremonyOf(text, house), ceremonyOf(shown, house)]) {
    const attestation = new SoftAuthenticator().create(ceremony);
    for (const fields of [
      { action: 'remove', id: authenticator.id },
      { action: 'add', attestation },
    ]) {
      const response = await visitor.submit(url, { ...ticketOf(shown), ...fields });
      assert.equal(response.status, 403, fields.action);
      assert.doesNotMatch(await response.text(), /Laptop|data-challenge/);
    }
  }
  assert.ok(house.proofs.passkeys.has(authenticator.id));
});

test('no answer of the page sets a cookie', async () => {
  const { visitor, url, post } = await openPasskeys(house);
  for (const response of [
    await visitor.open(url),
    await knock(visitor, url, passphrase),
    await post({ action: 'remove', id: 'YQ' }),
  ]) {
    assert.equal(response.status, 200);
    assert.deepEqual(response.headers.getSetCookie(), []);
    assert.equal(response.headers.get('cache-control'), 'no-store');
  }
});

test('the secret of a visit is new each time, and every answer to its forms carries it on', async () => {
  const [visit, other] = [await openPasskeys(house), await openPasskeys(house)];
  assert.match(visit.ticket.visit, /^[\w-]{43}$/);
  assert.notEqual(visit.ticket.visit, other.ticket.visit);
  const locked = ticketOf(await (await visit.visitor.open(visit.url)).text());
  assert.notEqual(locked.visit, visit.ticket.visit);
  const answer = await (await visit.post({ action: 'remove', id: 'YQ' })).text();
  assert.deepEqual(ticketOf(answer), visit.ticket);
});

test('without the passphrase passkeys are neither shown nor added nor removed', async () => {
  const authenticator = await setUp(house);
  const visitor = await Visitor.register(house);
  const url = `${house.pagesOrigin}/passkeys`;
  const text = await (await visitor.open(url)).text();
  assert.doesNotMatch(text, /Laptop|data-challenge/);
  for (const fields of [
    { action: 'open', passphrase: 'wrong' },
    { action: 'remove', id: authenticator.id },
    { action: 'add', attestation: new SoftAuthenticator().create(ceremonyOf(text, house)) },
  ]) {
    const response = await visitor.submit(url, { ...ticketOf(text), ...fields });
    assert.match(String(response.status), /^4/, fields.action);
    assert.doesNotMatch(await response.text(), /Laptop|data-challenge/);
  }
  assert.ok(house.proofs.passkeys.has(authenticator.id));
});

test('a form needs its own secret and the token that belongs to it', async () => {
  const [visit, other] = [await openPasskeys(house), await openPasskeys(house)];
  for (const ticket of [
    { csrf: '', visit: '' },
    { ...visit.ticket, csrf: '' },
    { ...visit.ticket, csrf: other.ticket.csrf },
    { ...visit.ticket, visit: other.ticket.visit },
  ]) {
    assert.equal((await visit.post({ ...ticket, action: 'remove', id: 'YQ' })).status, 403);
  }
  assert.equal((await visit.post({ action: 'rename', id: 'YQ' })).status, 400);
  assert.equal((await visit.post({ action: 'remove', id: 'YQ' })).status, 200);
});

test('a visit closes after five minutes', async () => {
  const { post } = await openPasskeys(house);
  house.pass(299);
  assert.equal((await post({ action: 'remove', id: 'YQ' })).status, 200);
  house.pass(2);
  const late = await post({ action: 'remove', id: 'YQ' });
  assert.equal(late.status, 403);
  assert.match(await late.text(), /role="alert">Type the passphrase again\./);
  house.pass(-301);
});

test('a visit closes after five passkeys that could not be checked', async () => {
  const { post } = await openPasskeys(house);
  const statuses = [];
  for (let tries = 0; tries < 5; tries += 1)
    statuses.push((await post({ action: 'add', attestation: '{}' })).status);
  assert.deepEqual(statuses, [422, 422, 422, 422, 403]);
  assert.equal((await post({ action: 'remove', id: 'YQ' })).status, 403);
});

test('a hundred visits are open at most, and the oldest gives way', async (t) => {
  const another = await openHouse({ host: 'localhost' });
  t.after(() => another.close());
  const [first, second] = [await openPasskeys(another), await openPasskeys(another)];
  for (let visits = 2; visits <= 100; visits += 1) await knock(first.visitor, first.url, passphrase);
  assert.equal((await first.post({ action: 'remove', id: 'YQ' })).status, 403);
  assert.equal((await second.post({ action: 'remove', id: 'YQ' })).status, 200);
});

test('the fifth wrong passphrase ends a visit for good, and twenty stop everybody', async (t) => {
  const another = await openHouse({ host: 'localhost' });
  t.after(() => another.close());
  const visitor = await Visitor.register(another);
  const url = `${another.pagesOrigin}/passkeys`;
  const statuses = [];
  for (let visits = 0; visits < 4; visits += 1) {
    const ticket = ticketOf(await (await visitor.open(url)).text());
    const tryOnce = async (text: string) => {
      const response = await visitor.submit(url, { ...ticket, action: 'open', passphrase: text });
      return response.status;
    };
    for (let tries = 0; tries < 5; tries += 1) statuses.push(await tryOnce('wrong'));
    assert.equal(await tryOnce(passphrase), 403, 'not even the right one, in this visit');
  }
  assert.deepEqual(statuses, Array.from({ length: 4 }, () => [422, 422, 422, 422, 403]).flat());
  assert.equal((await knock(visitor, url, passphrase)).status, 429);
  assert.match(await (await visitor.open(url)).text(), /role="alert">Too many wrong passphrases were typed/);
});

test('a browser that goes away while it posts is no fault inside', async () => {
  const { visitor, url, post } = await openPasskeys(house);
  assert.equal(await breakOff(house, visitor, url), undefined);
  assert.equal((await post({ action: 'remove', id: 'YQ' })).status, 200);
});
