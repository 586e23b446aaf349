// A store that fails now and then: it costs no sign-in that succeeded, and no token that is spent.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sessions } from '../../src/session/sessions.ts';
import { within } from '../support/deadline.ts';
import { AccountStand, keyFor, names, usedIn } from './accountStand.ts';
import { until } from './attempt.ts';
import { serverAt } from './desk.ts';

const attempt = new AccountStand();
const hourMs = 3_600_000;

/** Lets one kind of step fail for the keys that begin so, after it has worked `times` times. */
function fail(step: 'write' | 'remove', prefix: string, times = 0): void {
  const { records } = attempt.desk;
  const works = { write: records.write.bind(records), remove: records.remove.bind(records) };
  let left = times;
  const fails = (key: string) => key.startsWith(prefix) && (left -= 1) < 0;
  const failure = () => Promise.reject(new Error('It took too long.'));
  if (step === 'write') records.write = (key, value) => (fails(key) ? failure() : works.write(key, value));
  else records.remove = (key) => (fails(key) ? failure() : works.remove(key));
}

function locked(): Promise<never> {
  return Promise.reject(new Error('The keyring is locked.'));
}

/** Signed in an hour ago, when a new token could not be kept; the old one is on record and spent. */
async function withUnkeptToken() {
  const { desk, world } = attempt;
  world.givesRefreshTokens = true;
  await attempt.signIn();
  const sessions = new Sessions(desk.ports);
  await sessions.update([serverAt(world.mcpUrl)]);
  const session = sessions.find('notes');
  assert.ok(session);
  desk.clock.advance(hourMs);
  desk.records.failsToWrite = true;
  assert.equal((await session.authorization()).kind, 'token');
  desk.records.failsToWrite = false;
  assert.match(storedGrant(), /refresh-1/);
  return { sessions, session };
}

function storedGrant(): string {
  const { records } = attempt.desk;
  return records.records.get(records.keyOf('grant') ?? '') ?? '';
}

describe('A store that fails at start', () => {
  it('and cannot list what it has costs no server its place, and no sign-in once it can (field case 32)', async () => {
    const { desk, world } = attempt;
    await attempt.signIn();
    const list = desk.records.keys.bind(desk.records);
    desk.records.keys = locked;
    const sessions = new Sessions(desk.ports);
    await sessions.update([serverAt(world.mcpUrl)]);
    assert.deepEqual(
      sessions.all.map(({ state }) => state.kind),
      ['needs_auth'],
    );
    desk.records.keys = list;
    assert.equal((await sessions.find('notes')?.authorization())?.kind, 'token');
  });

  it('is looked at again before anybody is told that they never signed in (field case 32)', async () => {
    const { desk, world } = attempt;
    await attempt.signIn();
    desk.records.failsToRead = true;
    const session = await desk.open(serverAt(world.mcpUrl));
    desk.records.failsToRead = false;
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(session.state.kind, 'connected');
  });
});

describe('A store that fails at start to tell one of several accounts', () => {
  /** Opened again, where grace was chosen, whose grant cannot be read for now. */
  async function withoutTheChosen() {
    const { desk } = attempt;
    const session = await attempt.signedInAs('ada', 'grace', 'linus');
    const chosen = keyFor(session, 'grace');
    session.switchAccount(chosen);
    session.dispose();
    const read = desk.records.read.bind(desk.records);
    desk.records.read = (key) => (key === chosen ? locked() : read(key));
    const unlock = () => (desk.records.read = read);
    return { other: await attempt.openAt(desk), chosen, unlock };
  }

  it('uses that one again once it can be read, where it was chosen (field case 32)', async () => {
    const { other, chosen, unlock } = await withoutTheChosen();
    assert.equal(usedIn(other), 'linus', 'Meanwhile another one has to do.');
    unlock();
    assert.equal(await attempt.caller(other), 'grace');
    assert.equal(usedIn(other), 'grace');
    assert.deepEqual(names(other), ['ada', 'grace', 'linus']);
    assert.equal(attempt.desk.preferred.get('notes'), chosen);
  });

  it('leaves the others as they are meanwhile: a pause before the next try lasts (checklist 11.12)', async () => {
    const { desk, world } = attempt;
    world.givesRefreshTokens = true;
    const { other } = await withoutTheChosen();
    desk.clock.advance(hourMs);
    world.answers.set('/as/token', () => ({ status: 503 }));
    const before = world.sent('/as/token').length;
    for (let call = 0; call < 3; call++) assert.equal((await other.authorization()).kind, 'unavailable');
    assert.equal(world.sent('/as/token').length, before + 1);
  });
});

describe('A keyring that is locked while a token has to be replaced', () => {
  /** Signed in an hour ago, with a store that tells nothing any more. */
  async function signedInAndLocked() {
    const { desk, world } = attempt;
    world.givesRefreshTokens = true;
    const { session } = await attempt.signIn();
    desk.clock.advance(hourMs);
    desk.records.failsToRead = true;
    return session;
  }

  it('is named as what it is, with where to read about it: the server is not to blame (field case 32)', async () => {
    const session = await signedInAndLocked();
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'blocked', authorization.kind);
    const { state } = session;
    assert.ok(state.kind === 'error', state.kind);
    assert.deepEqual([state.error.code, state.error.remedy], ['storage_failed', 'open_keyring_help']);
    assert.equal(
      attempt.world.sent('/as/token').length,
      1,
      'The refresh token may have been used elsewhere.',
    );
  });

  it('costs nothing once it is unlocked: the next request goes through', async () => {
    const session = await signedInAndLocked();
    await session.authorization();
    attempt.desk.records.failsToRead = false;
    attempt.desk.clock.advance(10_000);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(session.state.kind, 'connected');
  });
});

describe('A store that fails during a sign-in', () => {
  it('to keep the way back does not cost it', async () => {
    fail('write', 'way:');
    const { session, result } = await attempt.signIn();
    assert.deepEqual([result, session.state.kind], ['granted', 'connected']);
    assert.equal(attempt.desk.records.keysOf('grant').length, 1);
  });

  it('to remove once more what was taken already does not cost it', async () => {
    fail('remove', 'pending:', 1);
    const { session, result } = await attempt.signIn();
    assert.deepEqual([result, session.state.kind], ['granted', 'connected']);
  });

  it('to read what the answer belongs to fails it at once: no other window has taken it (field case 32)', async () => {
    const { desk, world } = attempt;
    const read = desk.records.read.bind(desk.records);
    desk.records.read = (key) => (key.startsWith('pending:') ? locked() : read(key));
    const failing = assert.rejects(attempt.signIn(), { code: 'storage_failed' });
    await within(10_000, 'It waits for another window.', failing);
    assert.deepEqual(world.sent('/as/token'), []);
  });

  it('to remove what the answer belongs to fails it: it could be redeemed twice (checklist 7.6)', async () => {
    fail('remove', 'pending:');
    await assert.rejects(attempt.signIn(), { code: 'storage_failed' });
    assert.deepEqual(attempt.world.sent('/as/token'), []);
  });
});

describe('A store that fails at sign-out', () => {
  it('does not keep the tokens from being revoked: what is left of them is worth nothing (checklist 14.8)', async () => {
    attempt.world.givesRefreshTokens = true;
    const session = await attempt.signedInAs('ada');
    fail('remove', 'grant:');
    await assert.rejects(session.signOut());
    assert.deepEqual(attempt.revoked, ['refresh-1', 'ada']);
    assert.equal(session.state.kind, 'needs_auth');
  });

  it('has not taken the new token before: that one is revoked, and not the spent one (checklist 14.8)', async () => {
    attempt.mayRevoke();
    const { session } = await withUnkeptToken();
    await session.signOut();
    assert.equal(attempt.revoked[0], 'refresh-2');
    assert.equal(storedGrant(), '');
  });
});

describe('A new token that could not be kept', () => {
  it('is kept with the next request', async () => {
    const { session } = await withUnkeptToken();
    attempt.desk.clock.advance(60_000);
    assert.equal((await session.authorization()).kind, 'token');
    assert.match(storedGrant(), /refresh-2/);
    assert.equal(attempt.world.sent('/as/token').length, 2);
    assert.equal(session.state.kind, 'connected');
  });

  it('is kept at the latest when everything ends (checklist 11.10)', async () => {
    const { sessions } = await withUnkeptToken();
    await sessions.settled();
    assert.match(storedGrant(), /refresh-2/);
    assert.equal(attempt.world.sent('/as/token').length, 2);
  });

  it('is not given up for the spent one, though another window has found that to be over', async () => {
    const { session } = await withUnkeptToken();
    const { accessToken } = session;
    const other = await attempt.openAt(attempt.otherDesk());
    const heard = new Promise<void>((resolve) => {
      attempt.desk.records.onDidChange(() => resolve());
    });
    assert.equal((await other.authorization()).kind, 'blocked');
    await heard;
    await until(() => other.state.kind === 'expired');
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(session.accessToken, accessToken);
    assert.equal((await session.authorization()).kind, 'token');
  });
});
