import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { OneAtATime } from '../../src/vscode/oneAtATime.ts';

/** Somebody who waits for good. */
const { signal: stays } = new AbortController();

describe('Several questions at once', () => {
  let questions: OneAtATime;
  let asked: string[];

  beforeEach(() => {
    questions = new OneAtATime();
    asked = [];
  });

  function ask(name: string, answer: () => Promise<string>, signal = stays): Promise<string | undefined> {
    return questions.ask(() => {
      asked.push(name);
      return answer();
    }, signal);
  }

  it('are asked one after another, also after one that came to nothing (field case 24)', async () => {
    const first = Promise.withResolvers<string>();
    const answers = [
      ask('one', () => first.promise),
      ask('two', () => Promise.reject(new Error('Nobody answered.'))),
      ask('three', () => Promise.resolve('no')),
    ];
    const settled = Promise.allSettled(answers);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(asked, ['one']);
    first.resolve('yes');
    const outcomes = await settled;
    assert.deepEqual(asked, ['one', 'two', 'three']);
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'failed')),
      ['yes', 'failed', 'no'],
    );
  });

  it('do not wait for the answer to one that nobody waits for any more, which is undefined (field case 24)', async () => {
    const caller = new AbortController();
    const first = ask('one', () => new Promise<string>(() => undefined), caller.signal);
    const second = ask('two', () => Promise.resolve('yes'));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(asked, ['one']);
    caller.abort();
    assert.deepEqual(await Promise.all([first, second]), [undefined, 'yes']);
    assert.deepEqual(asked, ['one', 'two']);
  });

  it('are never asked where nobody waits when it would be their turn, and whoever left is not kept till then', async () => {
    const first = Promise.withResolvers<string>();
    const caller = new AbortController();
    const answers = [
      ask('one', () => first.promise),
      ask('two', () => Promise.resolve('yes'), caller.signal),
      ask('three', () => Promise.resolve('yes'), AbortSignal.abort()),
      ask('four', () => Promise.resolve('yes')),
    ];
    caller.abort();
    assert.deepEqual(await Promise.all(answers.slice(1, 3)), [undefined, undefined]);
    assert.deepEqual(asked, ['one']);
    first.resolve('yes');
    assert.equal(await answers[3], 'yes');
    assert.deepEqual(asked, ['one', 'four']);
  });
});
