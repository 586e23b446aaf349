// Several accounts on one server: a grant for each, one of them used here.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sessions } from '../../src/session/sessions.ts';
import { AccountStand, keyFor, names, people, usedIn } from './accountStand.ts';
import { issuerDocument, resourceDocument, until } from './attempt.ts';
import { serverAt } from './desk.ts';

const attempt = new AccountStand();
const hourMs = 3_600_000;

describe('Several accounts on one server', () => {
  it('have a grant each, under a key of its own, and each request has the token of its account', async () => {
    const session = await attempt.signedInAs('ada', 'grace');
    const { mcpUrl, issuer } = attempt.world;
    assert.deepEqual(
      attempt.desk.records.keysOf('grant'),
      ['u-1', 'u-2'].map((id) => `grant:${JSON.stringify(['notes', mcpUrl, issuer, id])}`),
    );
    assert.equal(await attempt.caller(session, keyFor(session, 'ada')), 'ada');
    assert.equal(await attempt.caller(session, keyFor(session, 'grace')), 'grace');
    assert.equal((await session.authorization('grant:of nobody')).kind, 'blocked');
  });

  it('are used one at a time: the newest, until another one is chosen, also after a restart', async () => {
    const session = await attempt.signedInAs('ada', 'grace');
    assert.deepEqual([usedIn(session), await attempt.caller(session)], ['grace', 'grace']);
    session.switchAccount(keyFor(session, 'ada'));
    assert.deepEqual([usedIn(session), await attempt.caller(session)], ['ada', 'ada']);
    assert.deepEqual(attempt.desk.preferred, new Map([['notes', keyFor(session, 'ada')]]));
    session.switchAccount('grant:of nobody');
    assert.equal(usedIn(session), 'ada');
    const restarted = await attempt.openAt(attempt.otherDesk(attempt.desk.preferred));
    assert.deepEqual([usedIn(restarted), await attempt.caller(restarted)], ['ada', 'ada']);
  });

  it('may be chosen otherwise in another workspace', async () => {
    const session = await attempt.signedInAs('ada', 'grace');
    const elsewhere = attempt.otherDesk();
    const other = await attempt.openAt(elsewhere);
    assert.equal(usedIn(other), 'grace');
    session.switchAccount(keyFor(session, 'ada'));
    assert.deepEqual([await attempt.caller(session), await attempt.caller(other)], ['ada', 'grace']);
    other.switchAccount(keyFor(other, 'ada'));
    session.switchAccount(keyFor(session, 'grace'));
    assert.deepEqual([await attempt.caller(session), await attempt.caller(other)], ['grace', 'ada']);
    assert.equal(usedIn(await attempt.openAt(attempt.otherDesk(elsewhere.preferred))), 'ada');
    assert.equal(usedIn(await attempt.openAt(attempt.otherDesk(attempt.desk.preferred))), 'grace');
  });

  it('are signed out of one by one: the others stay, and the state follows (checklist 14.8)', async () => {
    const session = await attempt.signedInAs('ada', 'grace', 'linus');
    await session.signOut(keyFor(session, 'ada'));
    assert.deepEqual([usedIn(session), names(session)], ['linus', ['grace', 'linus']]);
    await session.signOut();
    assert.deepEqual([usedIn(session), await attempt.caller(session)], ['grace', 'grace']);
    assert.deepEqual(attempt.revoked, ['ada', 'linus']);
    assert.equal(attempt.desk.records.keysOf('grant').length, 1);
    await session.signOut();
    assert.deepEqual(session.state, { kind: 'needs_auth', reason: 'signed_out' });
    assert.deepEqual(attempt.desk.records.keysOf('grant'), []);
    assert.deepEqual(attempt.desk.preferred, new Map());
  });

  it('of one person stay one: a further sign-in as somebody who is there replaces that grant alone', async () => {
    const session = await attempt.signedInAs('ada', 'grace');
    const { records } = attempt.desk.records;
    const [ada, grace] = [keyFor(session, 'ada'), keyFor(session, 'grace')];
    const before = new Map(records);
    await attempt.signInAs(session, 'ada', { key: ada });
    assert.equal(records.get(grace), before.get(grace));
    assert.notEqual(records.get(ada), before.get(ada));
    assert.equal(usedIn(session), 'ada');
    await attempt.signInAs(session, 'grace', 'another');
    assert.notEqual(records.get(grace), before.get(grace));
    assert.deepEqual([usedIn(session), names(session)], ['grace', ['ada', 'grace']]);
    assert.equal(attempt.desk.records.keysOf('grant').length, 2);
  });

  it('never share a key at two authorization servers, though the subject is the same (checklist 4.16, 5.2)', async () => {
    const session = await attempt.signedInAs('ada');
    const [key = ''] = attempt.desk.records.keysOf('grant');
    const before = attempt.desk.records.records.get(key);
    const other = await attempt.anotherWorld();
    attempt.world.alter(resourceDocument, { authorization_servers: [other.issuer] });
    other.answers.set('/as/token', () => attempt.world.grant(people.ada));
    attempt.desk.person = (url) => other.visit(url);
    attempt.desk.clock.advance(hourMs / 2);
    await attempt.signInAs(session, 'ada');
    const keys = attempt.desk.records.keysOf('grant');
    assert.deepEqual([keys.length, keys[0]], [2, key]);
    assert.equal(attempt.desk.records.records.get(key), before);
    assert.equal(session.accounts.find(({ isActive }) => isActive)?.key, keys[1]);
  });
});

describe('A further account', () => {
  it('has the sign-in page ask who it is, where the server says that it can (OpenID Connect)', async () => {
    const prompts: (string | null)[] = [];
    for (const values of [undefined, ['none', 'consent'], ['login', 'select_account'], ['none', 'login']]) {
      await attempt.renew();
      attempt.world.alter(issuerDocument, { prompt_values_supported: values });
      const session = await attempt.signedInAs('ada', 'grace');
      prompts.push(attempt.asked.get('prompt'));
      await attempt.signInAs(session, 'grace');
      assert.equal(attempt.asked.get('prompt'), null, 'nobody is asked for the same one again');
    }
    assert.deepEqual(prompts, [null, null, 'select_account', 'login']);
  });

  it('is the first of which one has to be chosen', async () => {
    const session = await attempt.signedInAs('ada');
    await attempt.openAt(attempt.desk);
    assert.deepEqual(attempt.desk.preferred, new Map());
    attempt.desk.clock.advance(1_000);
    await attempt.signInAs(session, 'grace', 'another');
    assert.deepEqual(attempt.desk.preferred, new Map([['notes', keyFor(session, 'grace')]]));
  });

  it('that another window gets appears here and is not used here, also after a restart', async () => {
    const session = await attempt.signedInAs('ada');
    const elsewhere = attempt.otherDesk();
    const other = await attempt.openAt(elsewhere);
    elsewhere.clock.advance(1_000);
    await attempt.signInAs(other, 'grace', 'another');
    await until(() => session.accounts.length === 2);
    assert.deepEqual([usedIn(session), await attempt.caller(session)], ['ada', 'ada']);
    assert.equal(usedIn(other), 'grace');
    assert.equal(usedIn(await attempt.openAt(attempt.otherDesk(attempt.desk.preferred))), 'ada');
  });

  it('that another window gets is not used here either after a sign-out of the one that was', async () => {
    const session = await attempt.signedInAs('ada', 'grace');
    await session.signOut();
    assert.equal(usedIn(session), 'ada');
    const elsewhere = attempt.otherDesk();
    const other = await attempt.openAt(elsewhere);
    elsewhere.clock.advance(1_000);
    await attempt.signInAs(other, 'linus', 'another');
    await until(() => session.accounts.length === 2);
    assert.equal(usedIn(session), 'ada');
  });

  it('whose answer arrives in another window stays one, there and in the window that asked (field case 23)', async () => {
    const session = await attempt.signedInAs('ada');
    attempt.desk.person = () => undefined;
    attempt.world.account = people.grace;
    const result = session.signIn(undefined, 'another');
    await until(() => attempt.desk.opened.length === 2);
    const received = attempt.world.visit(attempt.desk.opened[1] ?? '');
    const elsewhere = new Sessions(attempt.otherDesk().ports);
    await elsewhere.update([serverAt(attempt.world.mcpUrl)]);
    const claimed = await elsewhere.claim(received);
    assert.deepEqual(claimed?.wish, { isAnother: true });
    await claimed.session.finish(claimed.authorization, received, claimed.wish);
    assert.equal(await result, 'granted');
    assert.deepEqual([usedIn(session), names(session)], ['grace', ['ada', 'grace']]);
    assert.deepEqual(names(claimed.session), ['ada', 'grace']);
  });
});

describe('A server that says somebody else each time', () => {
  it('fills no store: what has run out is not kept beside the account that took its place', async () => {
    const { desk, world } = attempt;
    const session = await attempt.openAt(desk);
    for (let time = 0; time < 5; time++) {
      world.account = { sub: `s-${time}`, preferred_username: 'ada' };
      await session.signIn();
      assert.equal(session.accounts.length, 1);
      desk.clock.advance(2 * hourMs);
    }
    await until(() => desk.records.keysOf('grant').length === 1);
    assert.match(desk.records.keyOf('grant') ?? '', /"s-4"/);
  });

  it('takes nobody out who is still signed in', async () => {
    const { desk, world } = attempt;
    world.givesRefreshTokens = true;
    const session = await attempt.signedInAs('ada');
    desk.clock.advance(2 * hourMs);
    await attempt.signInAs(session, 'grace');
    assert.deepEqual(names(session), ['ada', 'grace']);
    assert.equal(desk.records.keysOf('grant').length, 2);
  });
});

describe('An account', () => {
  it('whose choice has gone is chosen anew, and stays so after a restart', async () => {
    attempt.world.givesRefreshTokens = true;
    const session = await attempt.signedInAs('ada', 'grace');
    const elsewhere = attempt.otherDesk(new Map([['notes', 'grant:["gone"]']]));
    const used = usedIn(await attempt.openAt(elsewhere));
    // The other account is renewed last.
    attempt.desk.clock.advance(hourMs);
    await session.authorization(keyFor(session, used === 'ada' ? 'grace' : 'ada'));
    assert.equal(usedIn(await attempt.openAt(attempt.otherDesk(elsewhere.preferred))), used);
  });

  it('that somebody signs in to in another window ends no attempt here that is for another one still', async () => {
    const { desk } = attempt;
    const session = await attempt.signedInAs('ada');
    desk.person = () => undefined;
    const pages = desk.opened.length;
    const result = session.signIn(undefined, 'another');
    await until(() => desk.opened.length > pages);
    const other = await attempt.openAt(attempt.otherDesk());
    await attempt.signInAs(other, 'linus', 'another');
    await until(() => names(session).includes('linus'));
    assert.equal(session.state.kind, 'authorizing');
    attempt.world.account = people.grace;
    desk.deliver(attempt.world.visit(desk.opened.at(-1) ?? ''));
    assert.equal(await result, 'granted');
    assert.equal(usedIn(session), 'grace');
    assert.deepEqual(names(session), ['ada', 'grace', 'linus']);
  });

  it('that appears while nobody can read whose page was answered ends no attempt here (field case 32)', async () => {
    const { desk } = attempt;
    const session = await attempt.signedInAs('ada');
    desk.person = () => undefined;
    const pages = desk.opened.length;
    const result = session.signIn(undefined, 'another');
    await until(() => desk.opened.length > pages);
    const read = desk.records.read.bind(desk.records);
    desk.records.read = (key) =>
      key.startsWith('pending:') ? Promise.reject(new Error('The keyring is locked.')) : read(key);
    const [key = ''] = desk.records.keysOf('grant');
    const record = JSON.parse(desk.records.records.get(key) ?? '') as object;
    const linus = { ...record, account: { id: 'u-3', label: 'linus' }, signInId: 'another' };
    await desk.records.write(
      key.replace('"u-1"', '"u-3"'),
      JSON.stringify({ ...linus, accessToken: 'token-linus' }),
    );
    await until(() => names(session).includes('linus'));
    assert.equal(session.state.kind, 'authorizing');
    desk.records.read = read;
    session.cancelSignIn();
    assert.equal(await result, 'cancelled');
  });

  it('that somebody signs in to elsewhere just while an answer is redeemed here does not cost that answer', async () => {
    const { desk, world } = attempt;
    const session = await attempt.signedInAs('ada');
    const [key = ''] = desk.records.keysOf('grant');
    const record = JSON.parse(desk.records.records.get(key) ?? '') as object;
    const answer = world.answers.get('/as/token');
    world.answers.set('/as/token', (request) => {
      const linus = { ...record, account: { id: 'u-3', label: 'linus' }, accessToken: 'token-linus' };
      const text = JSON.stringify({ ...linus, signInId: 'another' });
      void desk.records.write(key.replace('"u-1"', '"u-3"'), text);
      return answer?.(request) ?? {};
    });
    await attempt.signInAs(session, 'grace', 'another');
    assert.equal(usedIn(session), 'grace');
    assert.deepEqual(names(session), ['ada', 'grace', 'linus']);
  });

  it('without a name that turns out to be somebody is let go of, and nothing of theirs is revoked', async () => {
    attempt.mayRevoke();
    attempt.world.givesRefreshTokens = true;
    const session = await attempt.openAt(attempt.desk);
    attempt.world.tellsAccount = false;
    assert.equal(await session.signIn(), 'granted');
    attempt.world.tellsAccount = true;
    await attempt.signInAs(session, 'ada');
    await until(() => attempt.desk.records.keysOf('grant').length === 1);
    assert.deepEqual(names(session), ['ada']);
    assert.deepEqual(attempt.revoked, []);
  });
});
