import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LocalLock } from '../../src/session/localLock.ts';

describe('A lock within one program', () => {
  it('has one holder at a time, in the order in which they came, and none of another name waits for it', async () => {
    const lock = new LocalLock();
    const seen: string[] = [];
    const first = Promise.withResolvers<undefined>();
    const work = (name: string, until?: Promise<unknown>) => async () => {
      seen.push(`${name} begins`);
      await until;
      seen.push(`${name} ends`);
    };
    const all = [
      lock.hold('a', work('one', first.promise)),
      lock.hold('a', work('two')),
      lock.hold('a', work('three')),
    ];
    await lock.hold('b', work('other'));
    first.resolve(undefined);
    await Promise.all(all);
    assert.deepEqual(
      seen.filter((line) => !line.startsWith('other')),
      ['one begins', 'one ends', 'two begins', 'two ends', 'three begins', 'three ends'],
    );
    assert.ok(seen.indexOf('other ends') < seen.indexOf('one ends'));
  });

  it('is let go however the work ends', async () => {
    const lock = new LocalLock();
    await assert.rejects(
      lock.hold('a', () => Promise.reject(new Error('No.'))),
      { message: 'No.' },
    );
    assert.equal(await lock.hold('a', () => Promise.resolve('next')), 'next');
  });

  it('is not waited for longer than the signal allows, and lets nobody in beside the holder for that', async () => {
    const lock = new LocalLock();
    const holder = Promise.withResolvers<undefined>();
    let holders = 0;
    let most = 0;
    const hold = (until: Promise<unknown> = Promise.resolve(), signal?: AbortSignal) =>
      lock.hold(
        'a',
        async () => {
          holders += 1;
          most = Math.max(most, holders);
          await until;
          holders -= 1;
        },
        signal,
      );
    const held = hold(holder.promise);
    const giveUp = new AbortController();
    const waiting = hold(undefined, giveUp.signal);
    giveUp.abort(new Error('Enough.'));
    await assert.rejects(waiting, { message: 'Enough.' });
    await assert.rejects(hold(undefined, AbortSignal.abort(new Error('At once.'))), { message: 'At once.' });
    const late = hold();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(holders, 1);
    holder.resolve(undefined);
    await Promise.all([held, late]);
    assert.equal(most, 1);
  });
});
