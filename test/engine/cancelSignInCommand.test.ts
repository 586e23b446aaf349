// Cancelling from the row, where the button takes the place of the one that began the sign-in.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Traces } from '../../src/session/trace.ts';
import { cancelSignInCommand } from '../../src/vscode/cancelSignInCommand.ts';
import { ManualClock } from './manualClock.ts';

it('A sign-in is not cancelled by the second click of a double click on Sign In, but by the next one', () => {
  const clock = new ManualClock();
  const traces = new Traces(clock, (text) => text);
  let cancelled = 0;
  const session = { traces, cancelSignIn: () => void (cancelled += 1) };
  const cancelAfter = (ms: number) => {
    clock.advance(ms);
    cancelSignInCommand(session, clock);
    return cancelled;
  };
  traces.begin('sign_in');
  traces.begin('contact');
  assert.deepEqual([cancelAfter(0), cancelAfter(999), cancelAfter(1)], [0, 0, 1]);
  traces.begin('sign_in');
  assert.deepEqual([cancelAfter(500), cancelAfter(500)], [1, 2]);
  traces.begin('sign_in');
  assert.equal(cancelAfter(-60_000), 3, 'A clock that was set back does not keep it from being cancelled.');
});

it('An attempt of which nothing is known any more can be cancelled', () => {
  const clock = new ManualClock();
  let cancelled = 0;
  const traces = new Traces(clock, (text) => text);
  cancelSignInCommand({ traces, cancelSignIn: () => void (cancelled += 1) }, clock);
  assert.equal(cancelled, 1);
});
