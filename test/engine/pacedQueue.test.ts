import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PacedQueue } from '../../src/vscode/pacedQueue.ts';
import { ManualClock } from './manualClock.ts';

const pauseMs = 50;

function open(work: (item: number) => void = () => undefined) {
  const clock = new ManualClock();
  const done: number[] = [];
  const failed: number[] = [];
  const queue = new PacedQueue<number>(clock, {
    atOnce: 2,
    pauseMs,
    work(item) {
      work(item);
      done.push(item);
    },
    onFault: (item) => failed.push(item),
  });
  return { clock, done, failed, queue };
}

describe('work on many items', () => {
  it('is done at once for a few, and no timer is left', () => {
    const { clock, done, queue } = open();
    queue.add([1, 2]);
    assert.deepEqual(done, [1, 2]);
    assert.equal(clock.pendingTimers, 0);
  });

  it('goes on after a pause where there are more, in order, each once', () => {
    const { clock, done, queue } = open();
    queue.add([1, 2, 3, 4, 5]);
    queue.add([3, 6]);
    assert.deepEqual(done, [1, 2]);
    clock.advance(pauseMs);
    assert.deepEqual(done, [1, 2, 3, 4]);
    clock.advance(pauseMs);
    assert.deepEqual(done, [1, 2, 3, 4, 5, 6]);
    assert.equal(clock.pendingTimers, 0);
  });

  it('leaves out what is wanted no more', () => {
    const { clock, done, queue } = open();
    queue.add([1, 2, 3, 4]);
    queue.keepOnly(new Set([1, 2, 4]));
    clock.advance(pauseMs);
    assert.deepEqual(done, [1, 2, 4]);
  });

  it('ends with the queue', () => {
    const { clock, done, queue } = open();
    queue.add([1, 2, 3]);
    queue.dispose();
    clock.advance(pauseMs);
    assert.deepEqual(done, [1, 2]);
  });

  it('goes on where one of them fails, and tells which', () => {
    const { clock, done, failed, queue } = open((item) => {
      if (item === 1) throw new Error('no');
    });
    queue.add([1, 2, 3]);
    clock.advance(pauseMs);
    assert.deepEqual({ done, failed }, { done: [2, 3], failed: [1] });
  });
});
