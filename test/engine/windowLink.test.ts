// How windows find and reach each other, and what becomes of those that are gone or do not answer.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { within } from '../support/deadline.ts';
import { WindowStand, type Window } from './windowStand.ts';

const isWindows = process.platform === 'win32';
const timed = { timeout: 60_000 };

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
}

describe('The folder in which windows announce themselves', timed, () => {
  it(
    'is this user’s alone, as is each announcement, also where others could look into it before',
    { skip: isWindows },
    async (t) => {
      const stand = await WindowStand.open(t);
      await stand.window();
      const mode = async (place: string) => (await stat(place)).mode & 0o777;
      assert.deepEqual([await mode(stand.folder), await mode(stand.windows)], [0o700, 0o700]);
      for (const file of await stand.announced()) assert.equal(await mode(file), 0o600);

      const open = await WindowStand.open(t);
      await mkdir(open.windows, { recursive: true, mode: 0o755 });
      await open.window();
      assert.equal(await mode(open.windows), 0o700);
    },
  );

  it('says where a window listens, and nothing else of it', async (t) => {
    const stand = await WindowStand.open(t);
    await stand.window();
    const announced = await stand.onlyAnnouncement();
    assert.deepEqual(Object.keys(announced), ['address', 'path']);
    assert.match(announced.path, /^\/[\w-]{43}$/);
    const [file = ''] = await stand.announced();
    assert.match(path.basename(file), /^[\da-f]{32}\.json$/);
    const other = await WindowStand.open(t);
    await other.window();
    assert.notEqual((await other.onlyAnnouncement()).path, announced.path, 'New at every start.');
  });

  it('never holds a record', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second] = [await stand.window(), await stand.window()];
    await stand.stalled();
    const writing = first.records.write('key of a record', 'a very secret token');
    await stand.waitingFor(1);
    stand.clock.advance(2000);
    await writing;
    assert.deepEqual(stand.takeFaults(), ['no_answer']);
    // The other window has not met the silent one yet.
    const removing = second.records.remove('key of a record');
    await stand.waitingFor(1);
    stand.clock.advance(2000);
    await removing;
    await first.records.write('key of a record', 'a very secret token');
    stand.takeFaults();
    const files = await filesBelow(path.dirname(stand.folder));
    assert.equal(files.length, 3);
    for (const file of files) assert.doesNotMatch(await readFile(file, 'utf8'), /secret|record/);
  });

  it('may hold anything without harm, and nobody is called on a port for it', async (t) => {
    const stand = await WindowStand.open(t);
    const calls: unknown[] = [];
    const trap = net.createServer((connection) => calls.push(connection.destroy()));
    trap.listen(0, '127.0.0.1');
    await once(trap, 'listening');
    stand.closeAtEnd(() => trap.close());
    const { port } = trap.address() as AddressInfo;
    const requestPath = `/${'A'.repeat(43)}`;
    const kind = isWindows ? 'pipe' : 'unix';
    const good = isWindows ? '\\\\.\\pipe\\nobody' : path.join(os.tmpdir(), 'nobody', 's');
    const leadingElsewhere = [
      port,
      String(port),
      `127.0.0.1:${port}`,
      `http://127.0.0.1:${port}/`,
      '',
      '\0',
      `${good}\0`,
      'relative/s',
      ['/tmp/s'],
      { port },
      { host: '127.0.0.1', port },
    ].map((place) => ({ address: { kind, path: place }, path: requestPath }));
    const texts = [
      '',
      '{',
      'null',
      '[]',
      '7',
      '"text"',
      JSON.stringify([{ address: { kind, path: good }, path: requestPath }]),
      JSON.stringify({ address: good, path: requestPath }),
      JSON.stringify({ address: { kind: 'tcp', path: good, port }, path: requestPath }),
      JSON.stringify({ address: { kind: isWindows ? 'unix' : 'pipe', path: good }, path: requestPath }),
      JSON.stringify({ address: { kind: 'pipe', path: '\\\\127.0.0.1\\pipe\\far' }, path: requestPath }),
      JSON.stringify({ address: { kind, path: good }, path: '/short' }),
      JSON.stringify({ address: { kind, path: good }, path: `${requestPath}\r\nx: y` }),
      JSON.stringify({ address: { kind, path: good }, path: requestPath, more: 'x'.repeat(5000) }),
      ...leadingElsewhere.map((announced) => JSON.stringify(announced)),
    ];
    const files = await Promise.all(texts.map((text) => stand.announce(text)));
    await mkdir(path.join(stand.windows, `${'a'.repeat(32)}.json`));
    const [first, second] = [await stand.window(), await stand.window()];
    await first.records.write('a', '1');
    assert.deepEqual(second.own.all, { a: '1' });
    assert.deepEqual(calls, []);
    const left = await stand.announced();
    assert.ok(
      files.every((file) => left.includes(file)),
      'None of them was taken for a window, which would have been cleared away as gone.',
    );
  });

  it('loses the announcement of a window that nobody reaches any more, and no other', async (t) => {
    const stand = await WindowStand.open(t);
    const address = isWindows
      ? { kind: 'pipe', path: '\\\\.\\pipe\\mcp-oauth-gone' }
      : { kind: 'unix', path: path.join(stand.folder, 'gone', 's') };
    const gone = await stand.announce(JSON.stringify({ address, path: `/${'A'.repeat(43)}` }));
    const text = await readFile(gone, 'utf8');
    const others = ['notes.txt', `${path.basename(gone)}.new`].map((name) => path.join(stand.windows, name));
    for (const other of others) await writeFile(other, text);
    if (!isWindows) {
      others.push(path.join(stand.windows, `${'b'.repeat(32)}.json`));
      await symlink(others[0] ?? '', others[2] ?? '');
    }
    await stand.window();
    const left = await stand.announced();
    assert.ok(!left.includes(gone));
    assert.deepEqual(
      others.filter((other) => !left.includes(other)),
      [],
    );
    assert.equal(left.length, others.length + 1);
  });
});

describe('A window', timed, () => {
  it('in a process of its own hears of everything, and holds nobody up once it was killed', async (t) => {
    const stand = await WindowStand.open(t);
    const first = await stand.window();
    const child = await stand.process();
    assert.equal((await stand.announced()).length, 2);
    const heard = stand.said(child);
    await first.records.write('a', '1');
    assert.deepEqual(JSON.parse(await heard), { a: '1' });

    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal((await stand.announced()).length, 2, 'It could not say goodbye.');
    // The clock stands still: nobody waits for it to be given up.
    await within(30_000, 'The write is held up.', first.records.write('a', '2'));
    assert.equal((await stand.announced()).length, 1);
  });

  it('that is killed while it is waited for holds nobody up', { skip: isWindows }, async (t) => {
    const stand = await WindowStand.open(t);
    const first = await stand.window();
    const child = await stand.process();
    child.kill('SIGSTOP');
    const writing = first.records.write('a', '1');
    await stand.waitingFor(1);
    child.kill('SIGKILL');
    await within(30_000, 'The write is held up.', writing);
    await first.records.write('b', '1');
    assert.equal((await stand.announced()).length, 1);
    stand.takeFaults();
  });

  it('that takes a message and never answers is passed over, reported once, and not cleared away', async (t) => {
    const stand = await WindowStand.open(t);
    const [first, second] = [await stand.window(), await stand.window()];
    const asleep = await stand.stalled();
    const writing = first.records.write('a', '1');
    await stand.waitingFor(1);
    assert.deepEqual(stand.faults, []);
    stand.clock.advance(2000);
    await writing;
    assert.deepEqual(stand.takeFaults(), ['no_answer']);
    assert.deepEqual(second.own.all, { a: '1' });
    await first.records.write('b', '1');
    assert.deepEqual(second.own.all, { a: '1', b: '1' });
    assert.ok((await stand.announced()).includes(asleep));
  });

  it('that is closed while it waits for another waits no longer', async (t) => {
    const stand = await WindowStand.open(t);
    const first = await stand.window();
    const asleep = await stand.stalled();
    const writing = first.records.write('a', '1');
    await stand.waitingFor(1);
    first.records.close();
    await within(30_000, 'It still waits.', writing);
    assert.equal(stand.clock.pendingTimers, 0);
    assert.deepEqual(await stand.announced(), [asleep]);
  });

  it('that may not announce itself has its records all the same, and leaves no socket behind', async (t) => {
    const stand = await WindowStand.open(t);
    const temporary = path.join(path.dirname(stand.folder), 't');
    await mkdir(temporary);
    await writeFile(stand.folder, 'A file where the folder should be.');
    const { own, records, told } = await windowBelow(temporary, stand);
    assert.equal(stand.takeFaults().length, 1);
    await records.write('a', '1');
    assert.deepEqual([own.all, told], [{ a: '1' }, ['a']]);
    await records.remove('a');
    assert.deepEqual(await records.keys(), []);
    records.close();
    assert.deepEqual(await readdir(temporary), []);
  });

  it(
    'that may not listen has its records all the same, and is not announced',
    { skip: isWindows },
    async (t) => {
      const stand = await WindowStand.open(t);
      const { own, records } = await windowBelow(path.join(stand.folder, 'nowhere'), stand);
      assert.deepEqual(stand.takeFaults(), ['ENOENT']);
      await records.write('a', '1');
      assert.deepEqual(own.all, { a: '1' });
      await assert.rejects(readdir(stand.windows), { code: 'ENOENT' });
    },
  );

  it('whose folder is taken away has its records all the same', async (t) => {
    const stand = await WindowStand.open(t);
    const { own, records } = await stand.window();
    await rm(stand.folder, { recursive: true });
    await records.write('a', '1');
    assert.deepEqual(own.all, { a: '1' });
    assert.deepEqual(stand.takeFaults(), ['ENOENT']);
  });
});

/** Opens a window whose socket is below this folder; it chooses the place at once. */
function windowBelow(folder: string, stand: WindowStand): Promise<Window> {
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = folder;
  const opening = stand.window();
  if (TMPDIR === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = TMPDIR;
  return opening;
}
