// The guide while the authorization server becomes another one: whom it is about, and for whom is kept what was entered.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Attempt, until } from './attempt.ts';
import { GuideStand, save } from './guideStand.ts';

const attempt = new Attempt();

describe('The guide to a client of one’s own, where the authorization server is another one', () => {
  let stand: GuideStand;
  beforeEach(async () => {
    stand = await GuideStand.open(attempt);
  });

  it('is about another authorization server as soon as the settings name one, with nothing left of what was typed (invariant 2)', async () => {
    const tab = await stand.open(await stand.configure({ issuer: 'https://old.example' }));
    assert.match(tab.text, /in your account at old\.example/);
    assert.doesNotMatch(tab.text, /What you had entered is gone/);
    await stand.configure({ issuer: 'https://new.example' });
    await until(() => tab.pages.length > 1);
    assert.match(tab.text, /in your account at new\.example/);
    assert.match(tab.text, /The authorization server is new\.example now.*What you had entered is gone/);
    assert.doesNotMatch(tab.text, /old\.example/);
    assert.deepEqual([stand.tabs.length, tab.reveals], [1, 0], 'It stays where it is.');
  });

  it('is about the one that the next attempt is led to, and says what that one said (invariant 2)', async () => {
    await stand.configure({});
    const old = await stand.closedAt(attempt.world);
    const tab = await stand.open(stand.current);
    assert.ok(tab.text.includes(`in your account at ${old}`));
    const host = await stand.closedAt(await attempt.anotherWorld());
    await until(() => tab.pages.length > 1);
    assert.ok(tab.text.includes(`in your account at ${host}`), tab.text);
    assert.ok(tab.text.includes(`${host} does not let programs register themselves`), tab.text);
    assert.ok(tab.text.includes('What you had entered is gone'), tab.text);
  });

  it('gives nothing that was entered for one authorization server to another that came meanwhile (invariant 2)', async () => {
    const tab = await stand.open(await stand.configure({ issuer: 'https://old.example' }));
    const asked = Promise.withResolvers<undefined>();
    stand.addresses = () => asked.promise;
    await stand.configure({ issuer: 'https://new.example' });
    tab.press(save);
    asked.resolve(undefined);
    await until(() => tab.pages.length > 1);
    assert.deepEqual(stand.written, []);
    assert.deepEqual(await attempt.desk.records.keys(), []);
    assert.equal(tab.pages.length, 2);
  });

  it('is about the last of several that the settings name one after another', async () => {
    const tab = await stand.open(await stand.configure({ issuer: 'https://old.example' }));
    const asked = Promise.withResolvers<undefined>();
    stand.addresses = () => asked.promise;
    await stand.configure({ issuer: 'https://passing.example' });
    await stand.configure({ issuer: 'https://new.example' });
    asked.resolve(undefined);
    await until(() => tab.pages.length > 1 && tab.text.includes('new.example'));
    assert.equal(tab.pages.length, 2, 'Nobody sees what was passed over.');
  });

  it('is about the new one at once where it is brought to the front before (invariant 2)', async () => {
    const tab = await stand.open(await stand.configure({ issuer: 'https://old.example' }));
    const asked = Promise.withResolvers<undefined>();
    stand.addresses = () => asked.promise;
    await stand.configure({ issuer: 'https://new.example' });
    stand.addresses = () => Promise.resolve();
    await stand.shown.show(stand.current);
    assert.deepEqual([tab.pages.length, tab.reveals], [2, 1]);
    assert.match(tab.text, /What you had entered is gone.*in your account at new\.example/);
    asked.resolve(undefined);
  });
});
