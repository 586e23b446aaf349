// What a window learns that opens later than others, in the middle of a change, or comes back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { within } from '../support/deadline.ts';
import { MemoryRecords } from './desk.ts';
import { BrowserStorage, WindowSecrets } from './browserStorage.ts';
import { nextChange, WindowStand } from './windowStand.ts';

const linked = { concurrency: true, timeout: 60_000 };

/** The secrets of a window that loaded them when the browser had these. */
function loaded(records: Readonly<Record<string, string>>): WindowSecrets {
  const storage = new BrowserStorage();
  storage.text = JSON.stringify(Object.entries(records));
  return new WindowSecrets(storage);
}

describe('A window that opens', linked, () => {
  it('has what others wrote and removed after it loaded its secrets', async (t) => {
    const stand = await WindowStand.open(t);
    const first = await stand.window();
    await first.records.write('kept', '1');
    await first.records.write('changed', '1');
    await first.records.write('removed', '1');
    await first.records.write('back again', '1');
    const own = new WindowSecrets(stand.storage);
    await first.records.write('changed', '2');
    await first.records.remove('removed');
    await first.records.remove('back again');
    await first.records.write('back again', '2');
    await first.records.write('new', '2');
    const second = await stand.window(own);
    const all = { kept: '1', changed: '2', 'back again': '2', new: '2' };
    assert.deepEqual(second.own.all, all);
    await second.records.write('last', '3');
    assert.deepEqual(stand.storage.records, { ...all, last: '3' });
  });

  it('believes what another has loaded, and keeps what only it has', async (t) => {
    const stand = await WindowStand.open(t);
    const first = await stand.window(loaded({ a: 'followed', b: '1' }));
    const second = await stand.window(loaded({ a: 'old', c: '1' }));
    assert.deepEqual(second.own.all, { a: 'followed', b: '1', c: '1' });
    assert.deepEqual(first.own.all, { a: 'followed', b: '1' });
    assert.equal(second.own.writes, 2);
  });

  it('learns of a removal that its own window has only heard of', async (t) => {
    const stand = await WindowStand.open(t);
    const first = await stand.window(loaded({ a: '1' }));
    const second = await stand.window(loaded({ a: '1' }));
    await first.records.remove('a');
    first.records.close();
    const third = await stand.window(loaded({ a: '1' }));
    assert.deepEqual([second.own.all, third.own.all], [{}, {}]);
  });

  it('has a record that is being written while it opens', async (t) => {
    const stand = await WindowStand.open(t);
    const first = await stand.window();
    const own = new WindowSecrets(stand.storage);
    const writing = first.own.hold('write');
    const written = first.records.write('a', '1');
    await writing.reached;
    const opening = stand.window(own);
    writing.release();
    await Promise.all([written, opening]);
    assert.deepEqual(own.all, { a: '1' });
  });

  it('has a record that is on its way to the windows that were there before it', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second] = [await stand.window(), await stand.window()];
    const own = new WindowSecrets(stand.storage);
    const taking = second.own.hold('write');
    const written = first.records.write('a', '1');
    await taking.reached;
    const opening = stand.window(own);
    taking.release();
    await Promise.all([written, opening]);
    assert.deepEqual(own.all, { a: '1' });
  });

  for (const [what, change] of [
    ['written', 'new'],
    ['removed', undefined],
  ] as const)
    it(`keeps what is ${what} while it is told how things were before`, async (t) => {
      const stand = await WindowStand.open(t);
      const first = await stand.window(loaded({ a: 'old' }));
      const second = await stand.window(loaded({ a: 'old' }));
      const own = loaded({ a: 'old' });
      const telling = first.own.hold('read');
      const opening = stand.window(own);
      await within(30_000, 'Nobody was asked.', telling.reached);
      const heard = nextChange(own);
      const changing = change === undefined ? second.records.remove('a') : second.records.write('a', change);
      await heard;
      telling.release();
      await Promise.all([opening, changing]);
      const all = change === undefined ? {} : { a: change };
      assert.deepEqual([first.own.all, second.own.all, own.all], [all, all, all]);
    });

  it('learns from windows that have caught up rather than from one that opens at the same time', async (t) => {
    const stand = await WindowStand.open(t);
    const first = await stand.window(loaded({ a: 'followed' }));
    const stores = [0, 1, 2].map((index) => loaded({ a: 'old', [`only ${index}`]: '1' }));
    await Promise.all(stores.map((own) => stand.window(own)));
    for (const own of stores) assert.equal(own.all['a'], 'followed');
    assert.deepEqual(first.own.all, { a: 'followed' });
  });

  it('keeps what it has where another that opens at the same time has loaded something else', async (t) => {
    const stand = await WindowStand.open(t);
    const first = await stand.window(loaded({ followed: '1' }));
    const telling = first.own.hold('read');
    const stores = [loaded({ a: '1', b: '1' }), loaded({ a: '2' })] as const;
    const earlier = stand.window(stores[0]);
    await stand.waitingFor(1);
    const later = stand.window(stores[1]);
    // The earlier one has answered by then, and both still wait for the first window.
    await stand.waitingFor(2);
    telling.release();
    await Promise.all([earlier, later]);
    assert.deepEqual(stores[0].all, { followed: '1', a: '1', b: '1' });
    assert.deepEqual(stores[1].all, { followed: '1', a: '2', b: '1' });
  });

  it('believes of two windows, for each record, the one that saw its last change', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second] = [await stand.window(), await stand.window()];
    await first.records.write('a', '1');
    await first.records.write('b', '1');
    second.own.failsToWrite = true;
    await first.records.write('a', '2');
    second.own.failsToWrite = false;
    first.own.failsToWrite = true;
    await second.records.write('b', '2').catch(() => undefined);
    assert.equal(stand.takeFaults().length, 4);
    assert.deepEqual(
      [first.own.all, second.own.all],
      [
        { a: '2', b: '1' },
        { a: '1', b: '2' },
      ],
    );
    const { own } = await stand.window(loaded({ a: '1' }));
    assert.deepEqual(own.all, { a: '2', b: '2' });
  });

  it('learns the rest where records cannot be stored', async (t) => {
    const stand = await WindowStand.open(t);
    await stand.window(loaded({ a: '1', b: '1', c: '1' }));
    const own = loaded({ b: '1' });
    own.failsToWrite = true;
    const { records } = await stand.window(own);
    assert.equal(stand.takeFaults().length, 2, 'One for each of them.');
    own.failsToWrite = false;
    await records.write('d', '1');
    assert.deepEqual(own.all, { b: '1', d: '1' });
  });
});

describe('A window that the browser has put to sleep', linked, () => {
  it('holds a write up once, and has everything when it is back', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second] = [await stand.window(), await stand.window(loaded({ gone: '1' }))];
    const asleep = second.own.hold('write');
    const writing = first.records.write('a', '1');
    await within(30_000, 'Nobody was told.', asleep.reached);
    stand.clock.advance(1999);
    let isOver = false;
    void writing.then(() => (isOver = true));
    await first.own.read('a');
    assert.equal(isOver, false, 'It is waited for.');
    stand.clock.advance(1);
    await writing;
    assert.deepEqual(stand.takeFaults(), ['no_answer']);

    await first.records.write('b', '1');
    await first.records.write('a', '2');
    await first.records.remove('gone');
    assert.equal(stand.clock.pendingTimers, 0, 'Nobody waits for it again.');
    assert.deepEqual(second.own.all, { gone: '1' });

    const back = nextChange(second.records, 'gone');
    asleep.release();
    await back;
    assert.deepEqual(second.own.all, { a: '2', b: '1' });
    await first.records.write('c', '1');
    assert.equal(await second.records.read('c'), '1', 'It is waited for again.');
  });

  it('is waited for with a read: what has arrived is being kept', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second] = [await stand.window(), await stand.window()];
    await first.records.write('a', '1');
    const asleep = second.own.hold('write');
    const writing = first.records.write('a', '2');
    await within(30_000, 'Nobody was told.', asleep.reached);
    await stand.waitingFor(1);
    stand.clock.advance(2000);
    await writing;
    assert.deepEqual(stand.takeFaults(), ['no_answer']);
    const reading = second.records.read('a');
    asleep.release();
    assert.equal(await reading, '2');
  });

  it('is heard when it is back, by a window that opened meanwhile', async (t) => {
    const stand = await WindowStand.open(t);
    const first = await stand.window(loaded({ a: '1' }));
    const asleep = first.own.hold('read');
    const opening = stand.window(loaded({}));
    await within(30_000, 'Nobody was asked.', asleep.reached);
    stand.clock.advance(2000);
    const second = await opening;
    assert.deepEqual(stand.takeFaults(), ['no_answer']);
    const heard = nextChange(second.records);
    asleep.release();
    assert.equal(await heard, 'a');
    assert.deepEqual(second.own.all, { a: '1' });
  });
});

describe('A window that could not keep what it was told', linked, () => {
  it('has it with the next read, once its store works again', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second] = [await stand.window(), await stand.window()];
    await first.records.write('a', '1');
    second.own.failsToWrite = true;
    await first.records.write('a', '2');
    second.own.failsToWrite = false;
    assert.equal(stand.takeFaults().length, 2, 'One here and one there.');
    assert.equal(await second.records.read('a'), '2');
    assert.deepEqual(second.own.all, { a: '2' });
  });

  it('asks for it with each read until another window has told it', async (t) => {
    const stand = await WindowStand.open(t);
    const [one, other] = [new MemoryRecords(), new MemoryRecords()];
    const [first, second] = [await stand.link(one), await stand.link(other)];
    await first.write('a', '1');
    other.failsToWrite = true;
    await first.write('a', '2');
    other.failsToWrite = false;
    one.failsToRead = true;
    assert.equal(await second.read('a'), '1', 'Nobody can tell it.');
    one.failsToRead = false;
    assert.equal(stand.takeFaults().length, 4, 'Two times one here and one there.');
    assert.equal(await second.read('a'), '2');
  });

  it('has nobody read what it missed, however many read at once', async (t) => {
    const stand = await WindowStand.open(t);
    const first = await stand.window();
    const second = await stand.window();
    second.own.failsToWrite = true;
    await first.records.write('key', '2');
    second.own.failsToWrite = false;
    const read = await Promise.all([second.records.read('key'), second.records.read('key')]);
    assert.equal(stand.takeFaults().length, 2, 'One here and one there.');
    assert.deepEqual(read, ['2', '2']);
  });
});
