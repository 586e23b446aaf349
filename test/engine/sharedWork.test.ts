import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SharedWork } from '../../src/oauth/sharedWork.ts';

describe('Work that several wait for', () => {
  it('has come to its end when the last one who waited has left', async () => {
    let hasEnded = false;
    const work = new SharedWork<never>(async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await new Promise(setImmediate);
      hasEnded = true;
      throw new Error('Given up.');
    });
    const reason = new Error('Enough.');
    const caller = new AbortController();
    const waiting = work.join(caller.signal);
    caller.abort(reason);
    await assert.rejects(waiting, reason);
    assert.deepEqual([hasEnded, work.isOver], [true, true]);
  });
});
