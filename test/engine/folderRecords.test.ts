// Records in a folder that several processes share.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { FolderRecords } from '../../src/node/folderRecords.ts';

const isWindows = process.platform === 'win32';

async function folderFor(t: TestContext): Promise<string> {
  const parent = await mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-records-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  return path.join(parent, 'state', 'records');
}

async function openIn(t: TestContext, folder: string): Promise<FolderRecords> {
  const records = await FolderRecords.open(folder);
  t.after(() => records.close());
  return records;
}

/** The next key that is told. */
function nextChange(records: FolderRecords): Promise<string> {
  return new Promise((resolve) => {
    const stop = records.onDidChange((key) => {
      stop();
      resolve(key);
    });
  });
}

async function onlyFile(folder: string): Promise<string> {
  const [file, ...others] = await readdir(folder);
  assert.ok(file !== undefined && others.length === 0);
  return path.join(folder, file);
}

describe('Records in a folder', () => {
  it('are rid of what a killed program was writing, and not of what another is writing now (checklist 11.2)', async (t) => {
    const folder = await folderFor(t);
    await mkdir(folder, { recursive: true });
    const [old, young, strange] = [
      `${'a'.repeat(64)}.json.${'b'.repeat(16)}`,
      `${'c'.repeat(64)}.json.${'d'.repeat(16)}`,
      'notes.json.txt',
    ] as const;
    for (const file of [old, young, strange]) await writeFile(path.join(folder, file), 'token');
    const longAgo = new Date(Date.now() - 3_600_000);
    for (const file of [old, strange]) await utimes(path.join(folder, file), longAgo, longAgo);
    await openIn(t, folder);
    assert.deepEqual((await readdir(folder)).sort(), [young, strange].sort());
  });

  it('are found again by another process, whatever their keys look like', async (t) => {
    const folder = await folderFor(t);
    const records = await openIn(t, folder);
    const keys = [
      'grant:["notes","https://mcp.example/a?b=c"]',
      'grant:../../etc/passwd',
      'GRANT:x',
      'grant:x',
    ];
    for (const key of keys) await records.write(key, `value of ${key}`);

    const others = await openIn(t, folder);
    assert.deepEqual([...(await others.keys())].sort(), [...keys].sort());
    for (const key of keys) assert.equal(await others.read(key), `value of ${key}`);
    assert.equal(await others.read('grant:y'), undefined);
  });

  it('are replaced and removed, and removing what is not there is no fault', async (t) => {
    const records = await openIn(t, await folderFor(t));
    await records.write('a', '1');
    await records.write('a', '2');
    assert.equal(await records.read('a'), '2');
    await records.remove('a');
    await records.remove('a');
    assert.equal(await records.read('a'), undefined);
    assert.deepEqual(await records.keys(), []);
  });

  it('belong to this user alone', { skip: isWindows }, async (t) => {
    const folder = await folderFor(t);
    const records = await openIn(t, folder);
    await records.write('a', 'secret');
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    assert.equal((await stat(await onlyFile(folder))).mode & 0o777, 0o600);
  });

  it('count as absent where their file cannot be read, and the others stay (field case 32)', async (t) => {
    const folder = await folderFor(t);
    const records = await openIn(t, folder);
    await records.write('broken', 'x');
    const file = await onlyFile(folder);
    await records.write('whole', 'y');
    for (const text of [
      '',
      '{"key":"broken"',
      'null',
      '{"key":"other","value":"x"}',
      '{"key":"broken","value":1}',
    ]) {
      await writeFile(file, text);
      assert.equal(await records.read('broken'), undefined, text);
      assert.deepEqual(await records.keys(), ['whole'], text);
    }
    await records.write('broken', 'mended');
    assert.equal(await records.read('broken'), 'mended');
  });

  it('are never seen half-written', async (t) => {
    const folder = await folderFor(t);
    const [writer, reader] = [await openIn(t, folder), await openIn(t, folder)];
    const long = (digit: number) => String(digit).repeat(300_000);
    await writer.write('a', long(0));
    let isWriting = true;
    const writing = (async () => {
      for (let digit = 1; digit <= 9; digit += 1) await writer.write('a', long(digit));
      isWriting = false;
    })();
    const isRunning = () => isWriting;
    while (isRunning()) {
      const value = await reader.read('a');
      assert.ok(value?.length === 300_000 && value === long(Number(value[0])));
    }
    await writing;
    assert.equal(path.extname(await onlyFile(folder)), '.json', 'Nothing is left of the writing.');
  });

  it('keep the last of several writes at once', async (t) => {
    const records = await openIn(t, await folderFor(t));
    await Promise.all(['1', '2', '3', '4'].map((value) => records.write('a', value)));
    assert.equal(await records.read('a'), '4');
  });

  it('say so when they cannot be kept, and leave no part behind', async (t) => {
    const folder = await folderFor(t);
    const records = await openIn(t, folder);
    await records.write('a', '1');
    const file = await onlyFile(folder);
    await rm(file);
    // A folder in its place: no file can be renamed onto it.
    await mkdir(path.join(file, 'within'), { recursive: true });
    await assert.rejects(records.write('a', '2'));
    assert.equal(await onlyFile(folder), file);
    await records.write('b', '3');
    assert.equal(await records.read('b'), '3', 'The next write is made all the same.');
  });

  it('tell a change of this process once, and nothing where nothing changed', async (t) => {
    const records = await openIn(t, await folderFor(t));
    const told: string[] = [];
    const stop = records.onDidChange((key) => told.push(key));
    await records.write('a', '1');
    await records.write('a', '1');
    await records.write('b', '1');
    await records.remove('a');
    await records.remove('a');
    assert.deepEqual(told, ['a', 'b', 'a']);
    stop();
    await records.write('c', '1');
    assert.deepEqual(told, ['a', 'b', 'a']);
  });

  it('tell a change of another process by its key, also a removal', async (t) => {
    const folder = await folderFor(t);
    const mine = await openIn(t, folder);
    await mine.write('known', '1');
    const theirs = await openIn(t, folder);
    const written = nextChange(mine);
    await theirs.write('new', '1');
    assert.equal(await written, 'new');
    const removed = nextChange(theirs);
    await mine.remove('known');
    assert.equal(await removed, 'known', 'It was there before they came.');
  });

  it('hold each value in their own file and nowhere in a file name', async (t) => {
    const folder = await folderFor(t);
    const records = await openIn(t, folder);
    await records.write('pending:some-state', 'verifier');
    const file = await onlyFile(folder);
    assert.ok(!file.includes('some-state'));
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), {
      key: 'pending:some-state',
      value: 'verifier',
    });
  });
});
