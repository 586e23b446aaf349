// One holder at a time of a name, in one process and over several.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { FileLock } from '../../src/node/fileLock.ts';
import { placeLock, removeLock } from '../../src/node/lockFile.ts';
import { systemClock } from '../../src/node/systemClock.ts';
import { LockStand } from './lockStand.ts';

const isWindows = process.platform === 'win32';

describe('A lock over several processes', () => {
  it('has one holder at a time: none of their changes is lost (checklist 11.10, field case 1)', async (t) => {
    const stand = await LockStand.open(t);
    const counter = path.join(path.dirname(path.dirname(stand.folder)), 'counter');
    await writeFile(counter, '0');
    const task = ['count', stand.folder, 'notes', counter, '60'];
    const codes = await Promise.all([1, 2, 3, 4].map(() => stand.runToEnd(...task)));
    assert.deepEqual(codes, [0, 0, 0, 0]);
    assert.equal(await readFile(counter, 'utf8'), '240');
    assert.deepEqual(await readdir(stand.folder), [], 'Nothing is left behind.');
  });

  it('keeps another window out until it is let go, whatever comes of the work', async (t) => {
    const stand = await LockStand.open(t);
    const [mine, theirs] = [stand.window(), stand.window()];
    const [entered, failing] = [Promise.withResolvers<undefined>(), Promise.withResolvers<string>()];
    const holding = mine.lock.hold('notes', () => {
      entered.resolve(undefined);
      return failing.promise;
    });
    await entered.promise;
    const visit = theirs.visit('notes');
    await theirs.look(visit, 20);
    assert.equal(visit.isIn, false);
    failing.reject(new Error('It went wrong.'));
    await assert.rejects(holding, /It went wrong/);
    await theirs.look(visit, 1);
    assert.equal(visit.isIn, true);
    await visit.end();
    assert.deepEqual([mine.faults, theirs.faults], [[], []]);
  });

  it('is one for each name', async (t) => {
    const stand = await LockStand.open(t);
    const [mine, theirs] = [stand.window(), stand.window()];
    const [first, second, third] = [mine.visit('notes'), mine.visit('mail'), theirs.visit('files')];
    await Promise.all([first, second, third].map(({ entered }) => entered));
    await Promise.all([first, second, third].map((visit) => visit.end()));
  });

  it('tells nothing of its name, and belongs to this user alone', async (t) => {
    const stand = await LockStand.open(t);
    const visit = stand.window().visit('https://mcp.example/secret-place');
    await visit.entered;
    const files = await readdir(stand.folder);
    assert.equal(files.length, 1);
    const file = path.join(stand.folder, files[0] ?? '');
    const text = await readFile(file, 'utf8');
    assert.doesNotMatch(file + text, /mcp\.example|secret-place/);
    const { owner, ...rest } = JSON.parse(text) as { owner: string };
    assert.match(owner, /^[\da-f]{32}$/);
    assert.deepEqual(rest, { pid: process.pid, host: os.hostname() });
    if (!isWindows) {
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      assert.equal((await stat(stand.folder)).mode & 0o777, 0o700);
    }
    await visit.end();
  });

  it('works where a file cannot have two names, and gives way where it is not free there either', async (t) => {
    const stand = await LockStand.open(t);
    await mkdir(stand.folder, { recursive: true });
    const refuse = () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' }));
    const file = stand.file('notes');
    assert.equal(await placeLock(file, 'mine', refuse), 'mine');
    if (!isWindows) assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal(await placeLock(file, 'theirs', refuse), 'mine');
    removeLock(file, 'theirs');
    assert.deepEqual(await readdir(stand.folder), [path.basename(file)], 'No draft is left.');
    removeLock(file, 'mine');
    const quicker = async () => {
      await writeFile(file, 'quicker');
      return refuse();
    };
    assert.equal(await placeLock(file, 'mine', quicker), 'quicker');
    assert.deepEqual(await readdir(stand.folder), [path.basename(file)]);
  });
});

describe('Callers of a lock in one process', () => {
  it('come in the order in which they came, one at a time', async (t) => {
    const window = (await LockStand.open(t)).window();
    const steps: string[] = [];
    const work = (name: string) => async () => {
      steps.push(`${name} in`);
      await new Promise((next) => setImmediate(next));
      steps.push(`${name} out`);
      return name;
    };
    const names = ['a', 'b', 'c', 'd'];
    const results = await Promise.all(names.map((name) => window.lock.hold('notes', work(name))));
    assert.deepEqual(results, names);
    assert.deepEqual(
      steps,
      names.flatMap((name) => [`${name} in`, `${name} out`]),
    );
  });

  it('leave the queue when they give up, and neither hold up nor hurry the others', async (t) => {
    const stand = await LockStand.open(t);
    const window = stand.window();
    const end = new AbortController();
    const first = window.visit('notes');
    await first.entered;
    const [second, third] = [window.visit('notes', end.signal), window.visit('notes')];
    end.abort(new Error('The window closes.'));
    await assert.rejects(second.done, /The window closes/);
    const fourth = window.visit('notes');
    await stand.timeForALook();
    assert.deepEqual([first.isIn, third.isIn, fourth.isIn], [true, false, false]);
    assert.equal(window.clock.pendingTimers, 0, 'They wait in memory, not for the file.');
    await first.end();
    await third.entered;
    assert.equal(fourth.isIn, false);
    await third.end();
    await fourth.end();
    assert.equal(second.isIn, false);
    assert.deepEqual(window.faults, []);
  });

  it('stay in line where the last of them gives up', async (t) => {
    const stand = await LockStand.open(t);
    const window = stand.window();
    const end = new AbortController();
    const first = window.visit('notes');
    await first.entered;
    const second = window.visit('notes', end.signal);
    end.abort();
    await assert.rejects(second.done, { name: 'AbortError' });
    const third = window.visit('notes');
    await stand.timeForALook();
    assert.equal(third.isIn, false);
    assert.equal(window.clock.pendingTimers, 0, 'It waits in memory, not for the file.');
    await first.end();
    await third.entered;
    await third.end();
  });

  it('give up the wait for another process with the reason of their signal, and leave nothing behind', async (t) => {
    const stand = await LockStand.open(t);
    const [mine, theirs] = [stand.window(), stand.window()];
    const held = theirs.visit('notes');
    await held.entered;
    const end = new AbortController();
    const visit = mine.visit('notes', end.signal);
    await mine.look(visit, 3);
    end.abort(new Error('The window closes.'));
    await assert.rejects(visit.done, /The window closes/);
    assert.equal(mine.clock.pendingTimers, 0);
    await held.end();
    assert.deepEqual(await readdir(stand.folder), []);
    const tooLate = mine.visit('notes', end.signal);
    await assert.rejects(tooLate.done, /The window closes/);
    assert.equal(tooLate.isIn || visit.isIn, false);
    assert.deepEqual(mine.faults, []);
  });
});

describe('A lock that cannot be had', () => {
  it('keeps nobody from their work, which is still done one at a time, and is reported', async (t) => {
    const stand = await LockStand.open(t);
    await mkdir(path.dirname(stand.folder), { recursive: true });
    await writeFile(stand.folder, 'This is no folder.');
    const faults: unknown[] = [];
    const lock = new FileLock(path.join(stand.folder, 'locks'), systemClock, (cause) => faults.push(cause));
    let inside = 0;
    const work = async () => {
      inside += 1;
      await new Promise((next) => setImmediate(next));
      assert.equal(inside, 1);
      inside -= 1;
      return 'done';
    };
    const all = [lock.hold('notes', work), lock.hold('notes', work), lock.hold('notes', work)];
    assert.deepEqual(await Promise.all(all), ['done', 'done', 'done']);
    assert.deepEqual(
      faults.map((fault) => (fault as NodeJS.ErrnoException).code),
      ['ENOTDIR', 'ENOTDIR', 'ENOTDIR'],
    );
    await assert.rejects(
      lock.hold('notes', () => Promise.reject(new Error('It went wrong.'))),
      /It went wrong/,
    );
  });

  it('is tried for again before that: a fault may pass', async (t) => {
    const stand = await LockStand.open(t);
    const window = stand.window();
    await mkdir(stand.file('notes'), { recursive: true });
    const visit = window.visit('notes');
    await window.look(visit, 3);
    assert.deepEqual([visit.isIn, window.faults], [false, []]);
    await window.look(visit, 2);
    assert.equal(visit.isIn, true);
    assert.deepEqual(
      window.faults.map((fault) => (fault as NodeJS.ErrnoException).code),
      ['EISDIR'],
    );
    await visit.end();
    assert.ok((await stat(stand.file('notes'))).isDirectory());
  });

  it('is waited for where giving up comes first, even amid a fault', async (t) => {
    const stand = await LockStand.open(t);
    const window = stand.window();
    await mkdir(stand.file('notes'), { recursive: true });
    const end = new AbortController();
    const visit = window.visit('notes', end.signal);
    await window.look(visit, 1);
    end.abort(new Error('The window closes.'));
    await assert.rejects(visit.done, /The window closes/);
    assert.deepEqual([visit.isIn, window.faults], [false, []]);
  });

  it('is reported, and the work counts, where it cannot be let go; this process takes it over at once', async (t) => {
    const stand = await LockStand.open(t);
    const faults: unknown[] = [];
    const lock = new FileLock(stand.folder, systemClock, (cause) => faults.push(cause));
    const file = stand.file('notes');
    const text = await lock.hold('notes', async () => {
      const own = await stand.text(file);
      await stand.release(file);
      await mkdir(file);
      return own ?? '';
    });
    assert.equal(faults.length, 1);
    await rmdir(file);
    await stand.leave(file, text);
    const window = stand.window();
    const visit = window.visit('notes');
    await window.settled(visit);
    assert.equal(visit.isIn, true);
    await visit.end();
  });
});
