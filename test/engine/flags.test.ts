// The flags of the commands of this repository, for whoever mistypes one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';
import { positive, seedFrom } from '../support/flags.ts';

const folder = path.resolve(import.meta.dirname, '..');

function run(
  script: string,
  ...flags: readonly string[]
): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(folder, script), ...flags], {
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
}

describe('A command of this repository', () => {
  for (const script of ['bench.ts', 'demo/demo.ts', 'hostile.ts', 'load.ts', 'mutations.ts', 'soak.ts'])
    it(`(${script}) says what is wrong with a flag and how it is used, and does nothing else`, () => {
      const { status, out, err } = run(script, '--nonsense');
      assert.deepEqual([status, out], [2, '']);
      assert.match(err, /^Unknown option '--nonsense'.*\n\nnpm run /);
      assert.doesNotMatch(err, /^\s+at /m);
    });

  it('tells how it is used where it is asked', () => {
    const { status, out, err } = run('soak.ts', '--help');
    assert.deepEqual([status, err], [0, '']);
    assert.match(out, /^npm run test:soak -- \[--minutes /);
  });

  it('takes no length below zero and no seed that is no whole number', () => {
    assert.deepEqual(['0.2', '4', '0', '-1', 'x'].map(positive), [0.2, 4, undefined, undefined, undefined]);
    assert.deepEqual(['7', '1.5', 'x'].map(seedFrom), [7, undefined, undefined]);
    assert.ok(Number.isInteger(seedFrom(undefined)));
    for (const flags of [
      ['--minutes', '0'],
      ['--seed', 'x'],
    ])
      assert.equal(run('load.ts', ...flags).status, 2);
  });
});
