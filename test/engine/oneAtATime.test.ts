import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OneAtATime } from '../../src/vscode/oneAtATime.ts';

describe('Several questions at once', () => {
  it('are asked one after another, also after one that came to nothing (field case 24)', async () => {
    const questions = new OneAtATime();
    const asked: string[] = [];
    const first = Promise.withResolvers<string>();
    const ask = (name: string, answer: () => Promise<string>) =>
      questions.ask(() => {
        asked.push(name);
        return answer();
      });
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
});
