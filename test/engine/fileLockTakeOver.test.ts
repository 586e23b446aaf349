// Locks whose holders are gone, slow or on another computer, and who may take them over.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { LockStand, ownedBy, type LockWindow, type Visit } from './lockStand.ts';

const leaseMs = 120_000;
const stepMs = 1_000;
const stepsOfLease = leaseMs / stepMs;
const elsewhere = ownedBy(4_242, 'another-computer');
const isWindows = process.platform === 'win32';

/** A visit to a lock that was left with this text. */
async function visitAfter(stand: LockStand, text: string): Promise<readonly [LockWindow, Visit]> {
  await stand.leave(stand.file('notes'), text);
  const window = stand.window();
  return [window, window.visit('notes')];
}

describe('A lock whose holder was killed', () => {
  it('is taken over by one of all that wait, and then by the next (field case 1)', async (t) => {
    const stand = await LockStand.open(t);
    const keeper = await stand.keeper('notes');
    let waiting = [1, 2, 3, 4].map(() => {
      const window = stand.window();
      return { window, visit: window.visit('notes') };
    });
    for (const { window, visit } of waiting) await window.look(visit, 10);
    assert.deepEqual(
      waiting.map(({ visit }) => visit.isIn),
      [false, false, false, false],
    );

    const exit = once(keeper, 'exit');
    keeper.kill('SIGKILL');
    await exit;
    while (waiting.length > 0) {
      const allLook = (times: number) =>
        Promise.all(waiting.map(({ window, visit }) => window.look(visit, times)));
      for (let looks = 0; !waiting.some(({ visit }) => visit.isIn); looks += 1) {
        assert.ok(looks < 500, 'Nobody waits for the lease.');
        await allLook(1);
      }
      await allLook(20);
      const [inside, ...more] = waiting.filter(({ visit }) => visit.isIn);
      assert.ok(inside !== undefined && more.length === 0);
      assert.deepEqual(inside.window.faults, []);
      await inside.visit.end();
      waiting = waiting.filter((one) => one !== inside);
    }
    assert.deepEqual(await readdir(stand.folder), []);
  });

  it('passes on without a lost change where every holder crashes (field case 1)', async (t) => {
    const stand = await LockStand.open(t);
    const counter = path.join(path.dirname(path.dirname(stand.folder)), 'counter');
    await writeFile(counter, '0');
    const task = ['count', stand.folder, 'notes', counter, '25', String(await stand.gonePid())];
    const codes = await Promise.all([1, 2, 3, 4].map(() => stand.runToEnd(...task)));
    assert.deepEqual(codes, [0, 0, 0, 0]);
    assert.equal(await readFile(counter, 'utf8'), '100');
  });

  it('is taken over at once where this process got the number of the one before', async (t) => {
    const [window, visit] = await visitAfter(await LockStand.open(t), ownedBy(process.pid));
    await visit.entered;
    assert.equal(window.clock.pendingTimers, 0);
    await visit.end();
  });
});

describe('A lock whose holder may be alive', () => {
  it('is respected on another computer until the lease is over, and not longer (field case 1)', async (t) => {
    const [window, visit] = await visitAfter(await LockStand.open(t), elsewhere);
    await window.look(visit, stepsOfLease - 1, stepMs);
    assert.equal(visit.isIn, false);
    await window.look(visit, 1, stepMs);
    assert.equal(visit.isIn, true);
    await visit.end();
  });

  it('is respected for as long on this computer, also where it may not be asked', async (t) => {
    const stand = await LockStand.open(t);
    const refuse = () => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    };
    // Whoever is root may ask everybody.
    if (process.getuid?.() === 0) t.mock.method(process, 'kill', refuse);
    for (const pid of isWindows ? [process.ppid] : [process.ppid, 1]) {
      const [window, visit] = await visitAfter(stand, ownedBy(pid));
      await window.look(visit, stepsOfLease - 1, stepMs);
      assert.equal(visit.isIn, false);
      await window.look(visit, 1, stepMs);
      assert.equal(visit.isIn, true);
      await visit.end();
    }
  });

  it('has its lease begin again with each new holder', async (t) => {
    const stand = await LockStand.open(t);
    const [window, visit] = await visitAfter(stand, elsewhere);
    await window.look(visit, stepsOfLease - 1, stepMs);
    await stand.leave(stand.file('notes'), ownedBy(4_242, 'another-computer', 'somebody else'));
    await window.look(visit, stepsOfLease, stepMs);
    assert.equal(visit.isIn, false);
    await window.look(visit, 1, stepMs);
    assert.equal(visit.isIn, true);
    await visit.end();
  });

  it('has a lease that no jump of the clock ends or prolongs (field case 31)', async (t) => {
    const [window, visit] = await visitAfter(await LockStand.open(t), elsewhere);
    await window.look(visit, 1, 3_600_000);
    assert.equal(visit.isIn, false, 'The computer slept for an hour.');
    window.clock.jump(3_600_000);
    await window.look(visit, 1, stepMs);
    assert.equal(visit.isIn, false, 'The clock was put forward.');
    window.clock.jump(-7_200_000);
    await window.look(visit, stepsOfLease - 2, stepMs);
    assert.equal(visit.isIn, false);
    // The wait during which the clock was put back counts for what it was meant to last.
    await window.look(visit, 1, stepMs);
    assert.equal(visit.isIn, true);
    await visit.end();
  });
});

describe('A lock that names no owner', () => {
  const texts = [
    '',
    '{"owner":"some',
    'null',
    '[]',
    '{"owner":"a","pid":0,"host":"b"}',
    '{"pid":1,"host":"b"}',
    '{"owner":"a","pid":1}',
  ];
  for (const text of texts) {
    it(`is taken over after five seconds: ${text === '' ? 'empty' : text}`, async (t) => {
      const [window, visit] = await visitAfter(await LockStand.open(t), text);
      await window.look(visit, 4, stepMs);
      assert.equal(visit.isIn, false);
      await window.look(visit, 1, stepMs);
      assert.equal(visit.isIn, true);
      await visit.end();
    });
  }

  it('may be one that is just being written', async (t) => {
    const stand = await LockStand.open(t);
    const [window, visit] = await visitAfter(stand, '');
    await window.look(visit, 4, stepMs);
    await stand.leave(stand.file('notes'), elsewhere);
    await window.look(visit, stepsOfLease, stepMs);
    assert.equal(visit.isIn, false);
    await window.look(visit, 1, stepMs);
    assert.equal(visit.isIn, true);
    await visit.end();
  });
});

describe('Taking over', () => {
  it('is done by one at a time, who looks once more at whose the lock is', async (t) => {
    const stand = await LockStand.open(t);
    const [file, guard] = [stand.file('notes'), stand.guard('notes')];
    const stale = ownedBy(await stand.gonePid());
    await stand.leave(guard, ownedBy(process.ppid));
    const [window, visit] = await visitAfter(stand, stale);
    await window.look(visit, 20);
    assert.deepEqual([visit.isIn, await stand.text(file)], [false, stale]);

    // What the holder of the guard does: the lock goes to somebody who lives.
    await stand.leave(file, elsewhere);
    await stand.release(guard);
    await window.look(visit, 20);
    assert.deepEqual([visit.isIn, await stand.text(file)], [false, elsewhere]);
    assert.equal(await stand.text(guard), undefined, 'The guard is let go.');
    await stand.release(file);
    await window.look(visit, 1);
    assert.equal(visit.isIn, true);
    await visit.end();
  });

  it('goes on where the one who did it was killed as well', async (t) => {
    const stand = await LockStand.open(t);
    const gone = await stand.gonePid();
    for (const guards of [1, 2, 3, 4]) {
      for (let guard = 1; guard <= guards; guard += 1)
        await stand.leave(stand.file('notes') + '.over'.repeat(guard), ownedBy(gone));
      const [window, visit] = await visitAfter(stand, ownedBy(gone));
      await visit.entered;
      await visit.end();
      assert.deepEqual(window.faults, []);
      const unreached = guards === 4 ? [path.basename(stand.file('notes')) + '.over'.repeat(4)] : [];
      assert.deepEqual(await readdir(stand.folder), unreached);
    }
  });

  it('ends with the reason of the signal, like any wait', async (t) => {
    const stand = await LockStand.open(t);
    await stand.leave(stand.guard('notes'), ownedBy(process.ppid));
    await stand.leave(stand.file('notes'), ownedBy(await stand.gonePid()));
    const [window, end] = [stand.window(), new AbortController()];
    const visit = window.visit('notes', end.signal);
    await window.look(visit, 3);
    end.abort(new Error('The window closes.'));
    await assert.rejects(visit.done, /The window closes/);
    assert.deepEqual(window.faults, []);
  });
});

describe('A holder that was slower than the lease', () => {
  it('does not let go the lock of the one who came after (field case 1)', async (t) => {
    const stand = await LockStand.open(t);
    const [slow, next, third] = [stand.window(), stand.window(), stand.window()];
    const first = slow.visit('notes');
    await first.entered;
    const second = next.visit('notes');
    await next.look(second, stepsOfLease, stepMs);
    assert.deepEqual([first.isIn, second.isIn], [true, true]);
    const text = await stand.text(stand.file('notes'));
    assert.ok(text !== undefined);

    await first.end();
    assert.equal(await stand.text(stand.file('notes')), text);
    const last = third.visit('notes');
    await third.look(last, 20);
    assert.equal(last.isIn, false);
    await second.end();
    await third.look(last, 1);
    assert.equal(last.isIn, true);
    await last.end();
    assert.deepEqual([...slow.faults, ...next.faults, ...third.faults], []);
  });

  for (const [what, ms] of [
    ['held it for long', leaseMs],
    ['cannot tell how long it held it', -1],
  ] as const) {
    it(`lets go only while nobody is taking over, where it ${what}`, async (t) => {
      const stand = await LockStand.open(t);
      const window = stand.window();
      const visit = window.visit('notes');
      await visit.entered;
      window.clock.jump(ms);
      await stand.leave(stand.guard('notes'), ownedBy(process.ppid));
      visit.leave();
      for (let look = 0; look < 20; look += 1) {
        await window.clock.paused();
        window.clock.advance(60);
      }
      await window.clock.paused();
      assert.ok((await stand.text(stand.file('notes'))) !== undefined);
      await stand.release(stand.guard('notes'));
      window.clock.advance(60);
      await visit.done;
      assert.deepEqual(await readdir(stand.folder), []);
    });
  }
});
