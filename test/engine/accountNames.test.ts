// What an account is called, and what keeps accounts apart that nobody names.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccountChoice, Session } from '../../src/session/session.ts';
import { Attempt, issuerDocument, until } from './attempt.ts';
import { serverAt } from './desk.ts';
import type { Reply } from './world.ts';

const attempt = new Attempt();
const hourMs = 3_600_000;
const userinfoPath = '/as/me';
const introspectionPath = '/as/introspect';

/** The tokens tell nobody; the server has these endpoints to ask at. */
function tellElsewhere(replies: Readonly<Record<string, Reply>>): void {
  const { world } = attempt;
  world.tellsAccount = false;
  world.alter(issuerDocument, {
    userinfo_endpoint: world.origin + userinfoPath,
    introspection_endpoint: world.origin + introspectionPath,
  });
  for (const [path, reply] of Object.entries(replies)) world.answers.set(path, () => reply);
}

/** With the scope that userinfo wants. */
function open(): Promise<Session> {
  return attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth: { scopes: ['openid', 'notes:read'] } }));
}

async function signedIn(): Promise<Session> {
  const session = await open();
  assert.equal(await session.signIn(), 'granted');
  return session;
}

/** A further sign-in, of whom the person says that they are called so. */
async function signInNamed(session: Session, name: string | undefined, account: AccountChoice = 'another') {
  attempt.desk.accountName = name;
  assert.equal(await session.signIn(undefined, account), 'granted');
}

const accounts = (session: Session) => session.accounts.map(({ account }) => account);
const host = () => new URL(attempt.world.origin).host;
/** The last part of each key is the account. */
const idsInKeys = () =>
  attempt.desk.records.keysOf('grant').map((key) => (JSON.parse(key.slice('grant:'.length)) as string[])[3]);

describe('The name of an account', () => {
  it('is what userinfo tells where the token answer has none (checklist 11.7)', async () => {
    tellElsewhere({ [userinfoPath]: { body: { sub: 'u-1', name: 'Ada' } } });
    assert.deepEqual(accounts(await signedIn()), [{ id: 'u-1', label: 'Ada' }]);
    assert.deepEqual(attempt.world.sent(introspectionPath), []);
    assert.deepEqual(idsInKeys(), ['u-1']);
  });

  it('is what introspection tells where userinfo does not (checklist 11.7)', async () => {
    tellElsewhere({
      [userinfoPath]: { status: 403 },
      [introspectionPath]: { body: { active: true, sub: 'u-1', username: 'ada' } },
    });
    assert.deepEqual(accounts(await signedIn()), [{ id: 'u-1', label: 'ada' }]);
  });

  it('is asked for nowhere where the token answer has it', async () => {
    tellElsewhere({ [userinfoPath]: { body: { sub: 'u-9', name: 'Mallory' } } });
    attempt.world.tellsAccount = true;
    assert.deepEqual(accounts(await signedIn()), [{ id: 'u-1', label: 'ada' }]);
    assert.deepEqual([attempt.world.sent(userinfoPath), attempt.world.sent(introspectionPath)], [[], []]);
  });

  it('is the subject where that is all that is told', async () => {
    tellElsewhere({ [userinfoPath]: { body: { sub: 'u-1' } } });
    const session = await signedIn();
    tellElsewhere({ [userinfoPath]: { body: { sub: 'u-2' } } });
    await signInNamed(session, 'work');
    assert.deepEqual(idsInKeys(), ['u-1', 'u-2']);
    assert.deepEqual(attempt.desk.namesAsked, []);
  });

  it('that cannot be had costs no sign-in', async () => {
    for (const reply of [{ status: 500 }, { status: 200, body: '<html>' }, { status: 302 }]) {
      await attempt.renew();
      tellElsewhere({ [userinfoPath]: reply, [introspectionPath]: reply });
      assert.deepEqual(accounts(await signedIn()), [{ id: 'notes', label: host() }]);
    }
  });

  it('is waited for no longer than five seconds, whatever hangs', async () => {
    for (const path of [userinfoPath, introspectionPath]) {
      await attempt.renew();
      const { world, desk } = attempt;
      tellElsewhere({ [userinfoPath]: { status: 404 }, [introspectionPath]: { status: 404 } });
      world.silent.add(path);
      const session = await open();
      const result = session.signIn();
      await until(() => world.sent(path).length === 1);
      const { pendingTimers } = desk.clock;
      desk.clock.advance(4_999);
      assert.equal(desk.clock.pendingTimers, pendingTimers, 'and not given up before');
      desk.clock.advance(1);
      assert.equal(await result, 'granted');
      assert.deepEqual(accounts(session), [{ id: 'notes', label: host() }]);
    }
  });

  it('that is being asked for when somebody has had enough is waited for no longer, and no grant is kept', async () => {
    const { world, desk } = attempt;
    tellElsewhere({});
    world.silent.add(userinfoPath);
    const session = await open();
    const result = session.signIn();
    await until(() => world.sent(userinfoPath).length === 1);
    session.cancelSignIn();
    assert.equal(await result, 'cancelled');
    assert.deepEqual([session.state.kind, desk.records.keyOf('grant')], ['needs_auth', undefined]);
  });

  it('that is as long as a book is part of no key (OpenID Connect Core §2)', async () => {
    const subject = 'x'.repeat(1_000_000);
    tellElsewhere({ [introspectionPath]: { body: { active: true, sub: subject } } });
    assert.deepEqual(accounts(await signedIn()), [{ id: 'notes', label: host() }]);
    attempt.world.tellsAccount = true;
    const ids = [];
    for (const length of [255, 256]) {
      attempt.world.account = { sub: 'y'.repeat(length), preferred_username: 'ada' };
      ids.push(...accounts(await signedIn()).map(({ id }) => id));
    }
    // The one without a name is not kept beside the one that turned out to be it.
    assert.deepEqual(new Set(ids), new Set(['y'.repeat(255)]));
    await until(() => idsInKeys().length === 1);
    assert.deepEqual(idsInKeys(), ['y'.repeat(255)]);
  });
});

describe('An account', () => {
  it('stays the same over a renewal whose answer has another name', async () => {
    const { world, desk } = attempt;
    world.givesRefreshTokens = true;
    const session = await signedIn();
    const [key] = desk.records.keysOf('grant');
    desk.clock.advance(hourMs);
    world.answers.set('/as/token', () => world.grant({ sub: 'u-2', preferred_username: 'grace' }));
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(world.sent('/as/token').length, 2);
    assert.deepEqual(accounts(session), [{ id: 'u-1', label: 'ada' }]);
    assert.deepEqual(desk.records.keysOf('grant'), [key]);
  });

  it('that nobody names is not asked about while it is the only one', async () => {
    attempt.world.tellsAccount = false;
    const session = await signedIn();
    assert.equal(await session.signIn(), 'granted');
    assert.deepEqual(accounts(session), [{ id: 'notes', label: host() }]);
    assert.deepEqual(attempt.desk.namesAsked, []);
    assert.equal(attempt.desk.records.keysOf('grant').length, 1);
  });

  it('that nobody named gets its name with the next sign-in, and is no second one', async () => {
    attempt.world.tellsAccount = false;
    const session = await signedIn();
    attempt.world.tellsAccount = true;
    assert.equal(await session.signIn(), 'granted');
    assert.deepEqual(accounts(session), [{ id: 'u-1', label: 'ada' }]);
    await until(() => idsInKeys().length === 1);
    assert.deepEqual(idsInKeys(), ['u-1']);
  });

  it('that nobody names gets a name from the person where it is a further one, and keeps it', async () => {
    attempt.world.tellsAccount = false;
    const session = await signedIn();
    await signInNamed(session, 'work');
    assert.deepEqual(attempt.desk.namesAsked, ['notes']);
    assert.deepEqual(
      accounts(session).map(({ label }) => label),
      [host(), 'work'],
    );
    const before = session.accessToken;
    await signInNamed(session, 'something else', { key: session.accounts[1]?.key ?? '' });
    assert.equal(await session.signIn(), 'granted');
    assert.equal(session.accounts[1]?.account.label, 'work');
    assert.ok(session.accounts[1].isActive && session.accessToken !== before);
    assert.deepEqual([session.accounts.length, attempt.desk.namesAsked.length], [2, 1]);
  });

  it('whose name is typed again is the same account', async () => {
    attempt.world.tellsAccount = false;
    const session = await signedIn();
    for (const name of ['work', 'home', 'work']) await signInNamed(session, name);
    assert.deepEqual(
      accounts(session).map(({ label }) => label),
      [host(), 'work', 'home'],
    );
    assert.ok(session.accounts[1]?.isActive);
    assert.deepEqual(idsInKeys(), ['notes', 'named:work', 'named:home']);
  });

  it('whose name the person leaves open takes the place of nobody', async () => {
    attempt.world.tellsAccount = false;
    const session = await signedIn();
    await signInNamed(session, 'work');
    const work = session.accessToken;
    await signInNamed(session, undefined);
    const [first, second, third = ''] = idsInKeys();
    assert.deepEqual([first, second], ['notes', 'named:work']);
    assert.match(third, /^unnamed:./);
    assert.ok(session.accounts[2]?.isActive);
    assert.equal(session.accounts[1]?.accessToken, work);
  });

  it('that the person chose can be another later, here, in other windows and after a restart', async () => {
    attempt.world.tellsAccount = false;
    attempt.world.givesRefreshTokens = true;
    const session = await signedIn();
    const other = await open();
    await signInNamed(session, 'work');
    const [, work] = session.accounts;
    let told = 0;
    session.onDidChange(() => (told += 1));
    await session.renameAccount(work?.key ?? '', 'office');
    assert.equal(session.accounts[1]?.account.label, 'office');
    assert.ok(session.state.kind === 'connected' && session.state.account.label === 'office');
    assert.ok(told > 0);
    assert.deepEqual([session.accounts[1].key, session.accessToken], [work?.key, work?.accessToken]);
    await until(() => other.accounts.some(({ account }) => account.label === 'office'));
    const labels = (shown: Session) =>
      accounts(shown)
        .map(({ label }) => label)
        .sort();
    assert.deepEqual(labels(await open()), [host(), 'office'].sort());
    attempt.desk.clock.advance(hourMs);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(session.accounts[1].account.label, 'office');
  });

  it('that was given up for another one is free again, and costs nobody their grant', async () => {
    attempt.world.tellsAccount = false;
    const session = await signedIn();
    await signInNamed(session, 'work');
    const [, work] = session.accounts;
    await session.renameAccount(work?.key ?? '', 'office');
    await signInNamed(session, 'work');
    assert.deepEqual(
      accounts(session)
        .map(({ label }) => label)
        .slice(1),
      ['office', 'work'],
    );
    assert.equal(session.accounts[1]?.accessToken, work?.accessToken);
  });

  it('is the person’s to choose only where the server tells none', async () => {
    const session = await signedIn();
    assert.deepEqual(
      session.accounts.map(({ isPersonsToName }) => isPersonsToName),
      [false],
    );
    await session.signOut();
    attempt.world.tellsAccount = false;
    await session.signIn();
    await signInNamed(session, 'work');
    await signInNamed(session, undefined);
    assert.deepEqual(
      session.accounts.map(({ isPersonsToName }) => isPersonsToName),
      [true, true, true],
    );
  });

  it('does not come back with whoever signed out while it was changed', async () => {
    attempt.world.tellsAccount = false;
    const session = await signedIn();
    const key = session.accounts[0]?.key ?? '';
    let renamed: Promise<void> | undefined;
    await attempt.desk.records.lock.hold(key, async () => {
      renamed = session.renameAccount(key, 'office');
      // As a window does that does not wait for the lock any longer.
      await attempt.desk.records.remove(key);
    });
    await renamed;
    assert.deepEqual([session.accounts, attempt.desk.records.keysOf('grant')], [[], []]);
  });
});
