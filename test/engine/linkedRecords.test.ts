// Records that every window has a copy of, as in the browser-hosted editor, and windows that share one store.
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { within } from '../support/deadline.ts';
import { DesktopSecrets, DesktopStorage, WindowSecrets } from './browserStorage.ts';
import { nextChange, WindowStand } from './windowStand.ts';

const linked = { concurrency: true, timeout: 60_000 };

describe('Records of windows that load the browser’s storage once each', linked, () => {
  it('are lost where the windows do not tell each other: the storage of the tests is as bad as the real one', async (t) => {
    const { storage } = await WindowStand.open(t);
    const [first, second] = [new WindowSecrets(storage), new WindowSecrets(storage)];
    await first.write('a', '1');
    await second.write('b', '2');
    assert.deepEqual([first.all, second.all, storage.records], [{ a: '1' }, { b: '2' }, { b: '2' }]);
  });

  it('are all in every window and in the browser when several windows write at once (field case 1)', async (t) => {
    const stand = await WindowStand.open(t);
    const windows = [await stand.window(), await stand.window(), await stand.window()];
    await Promise.all(
      windows.flatMap(({ records }, index) =>
        ['a', 'b', 'c'].map((key) => records.write(`${key}${index}`, `value of ${key}${index}`)),
      ),
    );
    const all = Object.fromEntries(
      [0, 1, 2].flatMap((index) =>
        ['a', 'b', 'c'].map((key) => [`${key}${index}`, `value of ${key}${index}`]),
      ),
    );
    for (const { own } of windows) assert.deepEqual(own.all, all);
    assert.deepEqual(stand.storage.records, all);
  });

  it('are in the other windows before the write is over, and so is that they are gone', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second] = [await stand.window(), await stand.window()];
    await first.records.write('a', '1');
    assert.equal(await second.records.read('a'), '1');
    await second.records.write('a', '2');
    assert.equal(await first.records.read('a'), '2');
    await first.records.remove('a');
    assert.deepEqual([await second.records.keys(), await second.records.read('a')], [[], undefined]);
    await second.records.write('b', '1');
    assert.deepEqual(stand.storage.records, { b: '1' }, 'What was removed does not come back.');
  });

  it('are the same everywhere after two windows changed one of them at once', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second] = [await stand.window(), await stand.window()];
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([
        first.records.write('a', `${round} of first`),
        second.records.write('a', `${round} of second`),
      ]);
      assert.deepEqual(first.own.all, second.own.all);
      await Promise.all([first.records.remove('a'), second.records.write('a', 'kept')]);
      assert.deepEqual(first.own.all, second.own.all);
    }
  });

  it('keep the last of several writes of one window, everywhere', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second] = [await stand.window(), await stand.window()];
    const order: string[] = [];
    second.own.onDidChange(() => order.push(second.own.all['a'] ?? 'removed'));
    await Promise.all(
      ['1', '2', '3', '4'].map((value) => first.records.write('a', value)).concat(first.records.remove('a')),
    );
    assert.deepEqual(order, ['1', '2', '3', '4', 'removed']);
    assert.deepEqual([first.own.all, second.own.all], [{}, {}]);
  });

  for (const tells of ['before', 'after', 'never'] as const)
    it(`are told to the listeners of the other window once they are there, whose store tells ${tells} it is written`, async (t) => {
      const stand = await WindowStand.open(t);
      const [first, second] = [await stand.window(), await stand.window()];
      second.own.tells = tells;
      const found: Promise<string | undefined>[] = [];
      second.records.onDidChange((key) => found.push(second.records.read(key)));
      await first.records.write('a', '1');
      await first.records.write('a', '1');
      await first.records.remove('a');
      await setImmediate();
      await setImmediate();
      assert.deepEqual(new Set(second.told), new Set(['a']));
      assert.deepEqual([await found.at(0), await found.at(-1)], ['1', undefined]);
      if (tells !== 'after') assert.deepEqual(second.told, ['a', 'a'], 'Each change is told once.');
      assert.deepEqual(first.told, ['a', 'a', 'a'], 'As its own store tells.');
    });

  it('are not sent where they cannot be kept here', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second] = [await stand.window(), await stand.window()];
    await first.records.write('a', '1');
    first.own.failsToWrite = true;
    await assert.rejects(first.records.write('a', '2'), /storage is full/);
    await assert.rejects(first.records.remove('a'), /storage is full/);
    assert.deepEqual(second.own.all, { a: '1' });
    first.own.failsToWrite = false;
    await first.records.write('a', '3');
    assert.deepEqual(second.own.all, { a: '3' }, 'The next write is made all the same.');
  });

  it('are kept here where another window cannot keep them, which is reported', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second, third] = [await stand.window(), await stand.window(), await stand.window()];
    second.own.failsToWrite = true;
    await first.records.write('a', '1');
    assert.deepEqual([first.own.all, second.own.all, third.own.all], [{ a: '1' }, {}, { a: '1' }]);
    const faults = stand.takeFaults();
    assert.ok(faults.includes('refused'), 'The window that wrote.');
    assert.ok(faults.some((fault) => fault instanceof Error && /storage is full/.test(fault.message)));
  });

  it('of a size or name that no record has are kept here and taken by no other window', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second] = [await stand.window(), await stand.window()];
    await first.records.write('k'.repeat(4096), 'v'.repeat(1_048_576));
    assert.equal(Object.keys(second.own.all).length, 1);
    await first.records.write('k'.repeat(4097), '1');
    await first.records.write('', '1');
    await first.records.write('large', 'v'.repeat(1_048_577));
    await first.records.write('larger', 'v'.repeat(5_000_000));
    assert.equal(Object.keys(second.own.all).length, 1);
    assert.ok(stand.takeFaults().length >= 4);
  });

  it('are this window’s alone after it was closed', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second] = [await stand.window(), await stand.window()];
    assert.equal((await stand.announced()).length, 2);
    second.records.close();
    assert.equal((await stand.announced()).length, 1);
    await first.records.write('a', '1');
    await second.records.write('b', '1');
    assert.deepEqual([first.own.all, second.own.all], [{ a: '1' }, { b: '1' }]);
    assert.deepEqual([first.told, second.told], [['a'], []]);
  });
});

describe('Records of windows that share one store', linked, () => {
  it('are written once, and every window is told once', async (t) => {
    const stand = await WindowStand.open(t);
    const storage = new DesktopStorage();
    const stores = [new DesktopSecrets(storage), new DesktopSecrets(storage)] as const;
    const [first, second] = [await stand.link(stores[0]), await stand.link(stores[1])];
    const told: string[] = [];
    first.onDidChange((key) => told.push(`first ${key}`));
    second.onDidChange((key) => told.push(`second ${key}`));
    await first.write('a', '1');
    await first.remove('a');
    assert.deepEqual([stores[0].writes, stores[1].writes], [2, 0]);
    assert.deepEqual(told, ['first a', 'second a', 'first a', 'second a']);
  });

  it('never go back to an earlier value while one window writes several', async (t) => {
    const stand = await WindowStand.open(t);
    const storage = new DesktopStorage();
    const stores = [new DesktopSecrets(storage), new DesktopSecrets(storage)] as const;
    const [first] = [await stand.link(stores[0]), await stand.link(stores[1])];
    await Promise.all(['1', '2', '3', '4'].map((value) => first.write('a', value)));
    assert.equal(storage.records.get('a'), '4');
    assert.deepEqual([stores[0].writes, stores[1].writes], [4, 0]);
  });

  it('are not written by a window that opens', async (t) => {
    const stand = await WindowStand.open(t);
    const storage = new DesktopStorage();
    const first = await stand.link(new DesktopSecrets(storage));
    await first.write('a', '1');
    await first.write('b', '1');
    await first.remove('b');
    const own = new DesktopSecrets(storage);
    await stand.link(own);
    assert.equal(own.writes, 0);
    assert.deepEqual([...storage.records], [['a', '1']]);
  });

  it('stay as they are where one is written between what a window that opens was told and its look', async (t) => {
    const stand = await WindowStand.open(t);
    const storage = new DesktopStorage();
    storage.records.set('a', 'old');
    const stores = [0, 1, 2].map(() => new DesktopSecrets(storage)) as [
      DesktopSecrets,
      DesktopSecrets,
      DesktopSecrets,
    ];
    await stand.link(stores[0]);
    const second = await stand.link(stores[1]);
    const told = stores[0].hold('read');
    const opening = stand.link(stores[2]);
    await within(30_000, 'Nobody was asked.', told.reached);
    const written = nextChange(second);
    const writing = second.write('a', 'new');
    await written;
    told.release();
    await Promise.all([opening, writing]);
    assert.equal(storage.records.get('a'), 'new');
    assert.deepEqual(
      stores.map(({ writes }) => writes),
      [0, 1, 0],
    );
  });
});
