/** The bench: what it tells, and that a row of it runs at all. How fast anything is, no test asks. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { byRound, median, quantile } from '../bench/figures.ts';
import {
  atLeast,
  atMost,
  compare,
  less,
  limited,
  more,
  shortfalls,
  tableOf,
  type Line,
} from '../bench/report.ts';
import { costsOf } from '../bench/rows/signIns.ts';
import { ours } from '../bench/signIn/ours.ts';
import { sdkKeeping } from '../bench/signIn/sdk.ts';

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
    // The bare proxy is the measure inside the extension host alone.
    assert.deepEqual(
      lines.map(({ budget, isWithin }) => [budget, typeof isWithin]),
      [
        [undefined, 'undefined'],
        ['< 1', 'boolean'],
      ],
    );
    for (const { ours, peer, ratio } of lines) {
      assert.ok(peer !== undefined);
      assert.equal(ratio, ours.value / peer.value);
      assert.ok(
        (ours.raw?.length ?? 0) > 1 && ours.raw?.length === peer.raw?.length,
        'what it stands on is told',
      );
    }
  });

  it('says what its short form leaves out', async () => {
    const { stdout } = await run('--quick', '--only', 'editor');
    assert.match(stdout, /^Not in the short form: everything inside VS Code/m);
  });

  it('says which rows there are to somebody who names another', async () => {
    await assert.rejects(
      run('--only', 'gateway,nothing'),
      /There is no row nothing; there are signIns, .*, in the groups signIn, gateway, editor\./,
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

  it('names each budget that is missed, and takes what could not be measured for missed', () => {
    const [five, four] = [
      { who: 'this', value: 5 },
      { who: 'theirs', value: 4 },
    ];
    const lines = [
      compare('call', 'ms', five, four, atMost(1.25)),
      compare('call', 'ms', five, four, less),
      compare('call', 'ms', five, four),
      limited('sign-in', 'requests', five, 5),
      limited('sign-in', 'requests', five, 4),
    ];
    assert.deepEqual(shortfalls(lines, ['There is no VS Code.']), [
      'Missed: call, ms: 5 (this) against 4 (theirs), ratio 1.25, budget < 1',
      'Missed: sign-in, requests: 5 (this), budget ≤ 4',
      'Not checked: There is no VS Code.',
    ]);
    assert.deepEqual(shortfalls(lines.slice(0, 1), []), []);
  });

  it('takes the middle of what it measured, and compares round by round', () => {
    assert.equal(median([5, 1, 3]), 3);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    const upToHundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.deepEqual([quantile(upToHundred, 0.99), quantile([7], 0.99)], [100, 7]);
    assert.deepEqual(
      byRound([5, 6], [1, 4], (our, other) => our - other),
      [4, 2],
    );
  });
});

describe('What a sign-in costs', () => {
  it('is six requests, five of them in turn; two for who is known, one for a token that ran out (design 11)', async () => {
    const { cold, warm, ranOut, refused } = await costsOf(ours, 25);
    assert.equal(cold.requests, 6, cold.what.join(', '));
    assert.equal(cold.inTurn, 5, cold.what.join(', '));
    assert.deepEqual(warm.what, ['POST /token', 'POST /mcp']);
    assert.deepEqual(ranOut.what, ['POST /token', 'POST /mcp']);
    assert.deepEqual(refused.what, ['POST /mcp', 'POST /token', 'POST /mcp']);
  });

  it('is told of a peer in the same way', async () => {
    const { cold, warm, refused } = await costsOf(sdkKeeping, 0);
    assert.deepEqual([cold.requests, cold.inTurn, warm.requests, refused.requests], [6, 6, 3, 3]);
  });
});
