import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { AuthError } from '../../src/oauth/authError.ts';
import { Retry } from '../../src/session/retry.ts';
import { ManualClock } from './manualClock.ts';

describe('The pause after a try that failed', () => {
  const busy = new AuthError('server_busy');
  let clock: ManualClock;
  let retry: Retry;
  beforeEach(() => {
    clock = new ManualClock();
    retry = new Retry({ clock, random: () => 0 });
  });

  /** How long the pause after one more failure lasts. */
  function waitMs(error = busy): number {
    return retry.noteFailure(error).untilMs - clock.now();
  }

  it('grows to five minutes and no further, however often it fails (checklist 11.12)', () => {
    const waits = Array.from({ length: 100 }, () => waitMs());
    assert.deepEqual(waits.slice(0, 9), [
      ...[2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000],
      ...[256_000, 300_000],
    ]);
    assert.equal(Math.max(...waits), 300_000);
  });

  it('lasts longer where the server asks for that, and never shorter (Retry-After)', () => {
    const asking = (retryAfterSeconds: number) => new AuthError('server_busy', { retryAfterSeconds });
    assert.equal(waitMs(asking(3_600)), 3_600_000);
    assert.equal(waitMs(asking(1)), 4_000);
  });

  it('is over when its time is up, though the failure is known on', () => {
    const pause = retry.noteFailure(busy);
    clock.advance(1_999);
    assert.equal(retry.pause, pause);
    clock.advance(1);
    assert.equal(retry.pause, undefined);
    assert.equal(retry.last, pause);
  });
});
