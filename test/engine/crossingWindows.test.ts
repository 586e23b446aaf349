// What one window does in the very moment in which another reads, keeps or gives up the same grant: the last word stays.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RecordStore } from '../../src/session/ports.ts';
import { LocalLock } from '../../src/session/localLock.ts';
import { Session } from '../../src/session/session.ts';
import { AccountStand, keyFor, names } from './accountStand.ts';
import { untilSoon } from './attempt.ts';
import { serverAt, type Desk } from './desk.ts';

const attempt = new AccountStand();
const hourMs = 3_600_000;

/** Where a window stands still. */
interface Halt {
  readonly afterReading?: string | undefined;
  readonly beforeWriting?: (key: string, value: string) => boolean;
}

/** A window whose store stands still, from when it gets there until it is let go. */
function haltingAt({ afterReading, beforeWriting }: Halt, desk: Desk) {
  const reached = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<undefined>();
  const halt = async (isThere: boolean) => {
    if (!isThere) return;
    reached.resolve(undefined);
    await released.promise;
  };
  const { records, ports } = desk;
  const store: RecordStore = {
    read: async (key) => {
      const value = await records.read(key);
      await halt(key === afterReading);
      return value;
    },
    write: async (key, value) => {
      await halt(beforeWriting?.(key, value) === true);
      await records.write(key, value);
    },
    remove: (key) => records.remove(key),
    keys: () => records.keys(),
    onDidChange: (listener) => records.onDidChange(listener),
  };
  const open = () => Session.open(serverAt(attempt.world.mcpUrl), { ...ports, store });
  return { open, reached: reached.promise, release: () => released.resolve(undefined) };
}

describe('A sign-out in one window', () => {
  it('is followed by another that has just read the grant because it opens', async () => {
    const session = await attempt.signedInAs('ada', 'grace');
    const { open, reached, release } = haltingAt(
      { afterReading: keyFor(session, 'grace') },
      attempt.otherDesk(),
    );
    const opening = open();
    await reached;
    await session.signOut(keyFor(session, 'ada'));
    release();
    const other = await opening;
    await untilSoon(() => names(other).join() === 'grace', 'It still has what was signed out of.');
  });

  it('is followed by another that has just kept the grant and is about to use it', async () => {
    const { desk } = attempt;
    const halt = { beforeWriting: (key: string) => key.startsWith('way:') };
    const { open, reached, release } = haltingAt(halt, desk);
    const session = await open();
    const result = session.signIn();
    await reached;
    const other = await attempt.openAt(attempt.otherDesk());
    await other.signOut();
    release();
    assert.equal(await result, 'granted');
    await untilSoon(() => session.state.kind === 'needs_auth', 'It uses what was signed out of.');
    assert.equal((await session.authorization()).kind, 'blocked');
  });

  it('is known to another before it uses the grant, though it could not read what became of it at once (field case 32)', async () => {
    const session = await attempt.signedInAs('ada');
    const otherDesk = attempt.otherDesk();
    const read = otherDesk.records.read.bind(otherDesk.records);
    const { ports } = otherDesk;
    let isLocked = false;
    const store: RecordStore = {
      read: (key) => (isLocked ? Promise.reject(new Error('The keyring is locked.')) : read(key)),
      write: (key, value) => otherDesk.records.write(key, value),
      remove: (key) => otherDesk.records.remove(key),
      keys: () => otherDesk.records.keys(),
      onDidChange: (listener) => otherDesk.records.onDidChange(listener),
    };
    const other = await Session.open(serverAt(attempt.world.mcpUrl), { ...ports, store });
    isLocked = true;
    await session.signOut();
    await untilSoon(() => otherDesk.log.join().includes('record_not_read'), 'It has not looked.');
    assert.equal((await other.authorization()).kind, 'token', 'Nobody knows yet.');
    isLocked = false;
    assert.equal((await other.authorization()).kind, 'blocked');
    assert.equal(other.state.kind, 'needs_auth');
  });

  it('that did not wait for a slow renewal is the last word, also where that was just keeping its token (checklist 14.8)', async () => {
    const { desk, world } = attempt;
    world.givesRefreshTokens = true;
    await attempt.signedInAs('ada');
    const halt = { beforeWriting: (_: string, value: string) => value.includes('refresh-2') };
    const { open, reached, release } = haltingAt(halt, desk);
    const slow = await open();
    const otherDesk = attempt.otherDesk();
    const other = await attempt.openAt(otherDesk);
    desk.clock.advance(hourMs);
    const call = slow.authorization();
    await reached;
    const signOut = other.signOut();
    otherDesk.clock.advance(5_000);
    await signOut;
    release();
    await call;
    await untilSoon(() => desk.records.keyOf('grant') === undefined, 'The grant is back.');
    await untilSoon(() => attempt.revoked.includes('refresh-2'), 'Its token is still good.');
    await untilSoon(() => slow.state.kind === 'needs_auth', 'It still uses it.');
    await untilSoon(() => other.state.kind === 'needs_auth', 'Where it was signed out of it is used again.');
  });

  it('that did not wait for a slow renewal takes nothing from whoever has signed in again since', async () => {
    const { desk, world } = attempt;
    world.givesRefreshTokens = true;
    await attempt.signedInAs('ada');
    const otherDesk = attempt.otherDesk();
    const other = await attempt.openAt(otherDesk);
    const [key = ''] = desk.records.keysOf('grant');
    const held = Promise.withResolvers<undefined>();
    const freed = Promise.withResolvers<undefined>();
    const holding = desk.records.lock.hold(key, () => (held.resolve(undefined), freed.promise));
    await held.promise;
    const signOut = other.signOut();
    otherDesk.clock.advance(5_000);
    await signOut;
    // A lock is not handed on in the order in which windows came: this one had it first.
    const again = await Session.open(other.server, { ...desk.ports, lock: new LocalLock() });
    assert.equal(await again.signIn(), 'granted');
    freed.resolve(undefined);
    await holding;
    await desk.records.lock.hold(key, () => Promise.resolve());
    assert.equal(desk.records.keyOf('grant'), key);
    assert.equal((await again.authorization()).kind, 'token');
  });
});
