/** The bench: what it tells, and that a row of it runs at all. How fast anything is, no test asks. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { byRound, median } from '../bench/figures.ts';
import { atLeast, atMost, compare, less, more, tableOf, type Line } from '../bench/report.ts';

const bench = path.resolve(import.meta.dirname, '../bench.ts');
const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', bench, ...args]);

describe('The bench', () => {
  it('measures a row and prints one JSON object', async () => {
    const { stdout } = await run('--quick', '--json', '--only', 'gatewayLatency');
    const { lines } = JSON.parse(stdout) as { readonly lines: readonly Line[] };
    assert.deepEqual(
      lines.map(({ ours, peer }) => [ours.who, peer?.who]),
      [
        ['process', 'bare proxy'],
        ['process', 'mcp-remote'],
      ],
    );
    for (const { ours, peer, ratio, budget, isWithin } of lines) {
      assert.ok(peer !== undefined && budget !== undefined && isWithin !== undefined);
      assert.equal(ratio, ours.value / peer.value);
      assert.ok(
        (ours.raw?.length ?? 0) > 1 && ours.raw?.length === peer.raw?.length,
        'what it stands on is told',
      );
    }
  });

  it('says which rows there are to somebody who names another', async () => {
    await assert.rejects(
      run('--only', 'gatewayLatency,nothing'),
      /There is no row nothing; there are gatewayLatency, /,
    );
  });

  it('judges a ratio by its budget, and shows the judgement in a table', () => {
    const [three, two] = [
      { who: 'ours', value: 3 },
      { who: 'theirs', value: 2 },
    ];
    const budgets = [atMost(1.5), atMost(1.4), atLeast(1.5), atLeast(1.6), less, more];
    const lines = budgets.map((budget) => compare('row', 'what', three, two, budget));
    assert.deepEqual(
      lines.map(({ isWithin }) => isWithin),
      [true, false, true, false, false, true],
    );
    const table = tableOf([...lines.slice(0, 2), compare('row', 'told only', three, two)]);
    assert.match(table, /^row +what +3 \(ours\) +2 \(theirs\) +1\.5 +≤ 1\.5 +yes$/m);
    assert.match(table, /^row +what +3 \(ours\) +2 \(theirs\) +1\.5 +≤ 1\.4 +NO$/m);
    assert.match(table, /^row +told only +3 \(ours\) +2 \(theirs\) +1\.5$/m);
  });

  it('takes the middle of what it measured, and compares round by round', () => {
    assert.equal(median([5, 1, 3]), 3);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.deepEqual(
      byRound([5, 6], [1, 4], (our, other) => our - other),
      [4, 2],
    );
  });
});
