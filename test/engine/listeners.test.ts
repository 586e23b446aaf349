import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Listeners } from '../../src/session/listeners.ts';

describe('Listeners', () => {
  it('are told in the order in which they came, until they want to hear no more', () => {
    const listeners = new Listeners<number>();
    const heard: string[] = [];
    listeners.add((value) => heard.push(`one ${value}`));
    const stop = listeners.add((value) => heard.push(`two ${value}`));
    listeners.tell(1);
    stop();
    listeners.tell(2);
    assert.deepEqual(heard, ['one 1', 'two 1', 'one 2']);
  });

  it('are told all of them, though one fails, and whoever tells hears of the first failure', () => {
    const listeners = new Listeners<number>();
    const heard: number[] = [];
    for (const reason of ['First.', 'Second.'])
      listeners.add(() => {
        throw new Error(reason);
      });
    listeners.add((value) => heard.push(value));
    assert.throws(() => listeners.tell(1), { message: 'First.' });
    assert.deepEqual(heard, [1]);
  });

  it('that come or go while others are told change nothing for those', () => {
    const listeners = new Listeners<number>();
    const heard: string[] = [];
    const stop = listeners.add((value) => {
      heard.push(`one ${value}`);
      stop();
      listeners.add((later) => heard.push(`late ${later}`));
    });
    listeners.add((value) => heard.push(`two ${value}`));
    listeners.tell(1);
    assert.deepEqual(heard, ['one 1', 'two 1']);
    listeners.tell(2);
    assert.deepEqual(heard.slice(2), ['two 2', 'late 2']);
  });
});
