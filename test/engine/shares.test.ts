// Shares: who else may use a sign-in, kept as records that all windows of this computer read.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shareKeysOf, sharePrefix } from '../../src/session/shareRecords.ts';
import { Shares, type Share } from '../../src/session/shares.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Attempt, until } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';

const attempt = new Attempt();
const open = (desk = attempt.desk, place = 'here') => Shares.open(desk.ports, place);
const notes = () => serverAt(attempt.world.mcpUrl);
const add = (shares: Shares, server = notes()) => shares.add({ client: 'codex', label: 'Codex', server });
const kept = () =>
  attempt.desk.records.keysOf('share').map((key) => attempt.desk.records.records.get(key) ?? '');

function only(shares: Shares): Share {
  const [share, ...others] = shares.all;
  return share !== undefined && others.length === 0
    ? share
    : assert.fail('There is another number of shares.');
}

describe('A share', () => {
  it('has a key of its own, of 256 random bits', async () => {
    const shares = await open();
    const [one, other] = [await add(shares), await add(shares)];
    assert.match(one.key, /^[\w-]{43}$/);
    assert.equal(Buffer.from(one.key, 'base64url').length, 32);
    assert.notEqual(one.key, other.key);
  });

  it('is kept over restarts, with what is known of it', async () => {
    const share = await add(await open());
    const again = await open();
    assert.deepEqual(again.all, [share]);
    await again.noteEntry(share, { file: '/home/ada/.codex/config.toml', name: 'notes' });
    assert.deepEqual(only(await open()).entry, { file: '/home/ada/.codex/config.toml', name: 'notes' });
    await again.noteEntry(share, undefined);
    assert.equal(only(await open()).entry, undefined);
  });

  it('is for the server of that name and address alone', async () => {
    const shares = await open();
    await add(shares);
    assert.equal(shares.of(notes()).length, 1);
    assert.deepEqual(shares.of({ ...notes(), name: 'tasks' }), []);
    assert.deepEqual(shares.of({ ...notes(), url: 'https://other.example/mcp' }), []);
  });

  it('is found by the name of its server, to be over with it', async () => {
    const shares = await open();
    await add(shares);
    const other = await add(shares, { ...notes(), name: 'tasks' });
    const { records } = attempt.desk;
    for (const key of await shareKeysOf(records, notes().name)) await records.remove(key);
    await until(() => shares.all.length === 1);
    assert.deepEqual(shares.all, [other]);
    assert.deepEqual(await shareKeysOf(records, notes().name), []);
  });

  it('is seen by another window of this computer, and over there as soon as it is taken back', async () => {
    const here = await open();
    const there = await open(new Desk(attempt.world, attempt.desk.records));
    const share = await add(here);
    await until(() => there.all.length === 1);
    assert.deepEqual(there.all, [share]);
    await there.revoke(only(there));
    await until(() => here.all.length === 0);
    assert.deepEqual(kept(), []);
  });

  it('is none on another computer that reads the same records', async () => {
    await add(await open());
    assert.deepEqual((await open(attempt.desk, 'elsewhere')).all, []);
  });

  it('is not brought back by a window that still wanted to note something about it', async () => {
    const here = await open();
    const share = await add(here);
    await (await open()).revoke(share);
    await here.noteEntry(share, { file: 'f', name: 'n' });
    await here.renewKeys();
    assert.deepEqual(kept(), []);
  });

  it('is over here at once, also where that cannot be kept', async () => {
    const shares = await open();
    const share = await add(shares);
    const remove = attempt.desk.records.remove.bind(attempt.desk.records);
    attempt.desk.records.remove = () => Promise.reject(new Error('The keyring is locked.'));
    await assert.rejects(shares.revoke(share), { code: 'storage_failed' });
    attempt.desk.records.remove = remove;
    assert.deepEqual(shares.all, []);
  });

  it('is not given where it cannot be kept', async () => {
    const shares = await open();
    attempt.desk.records.failsToWrite = true;
    await assert.rejects(add(shares), { code: 'storage_failed' });
    assert.deepEqual(shares.all, []);
  });

  it('gets another key when somebody may have learnt it, and stays the same otherwise', async () => {
    const shares = await open();
    const { key, ...rest } = await add(shares);
    await shares.renewKeys();
    const { key: next, ...still } = only(shares);
    assert.notEqual(next, key);
    assert.deepEqual(still, rest);
    assert.deepEqual((await open()).all, shares.all);
  });

  it('tells when it was used, to the minute and without a word in the records', async () => {
    const shares = await open();
    const share = await add(shares);
    const before = kept();
    let told = 0;
    shares.onDidChange(() => (told += 1));
    assert.equal(shares.lastUsedAtMs(share), undefined);
    const startMs = attempt.desk.clock.now();
    for (const waitMs of [0, 30_000, 40_000]) {
      attempt.desk.clock.advance(waitMs);
      shares.noteUse(share);
    }
    assert.equal(shares.lastUsedAtMs(share), startMs + 70_000);
    assert.equal(told, 2);
    assert.deepEqual(kept(), before);
  });

  it('says nothing of its key in the log', async () => {
    const shares = await open();
    const share = await add(shares);
    await shares.revoke(share);
    assert.ok(attempt.desk.log.some((line) => line.startsWith('share_added')));
    assert.ok(!attempt.desk.log.join().includes(share.key));
  });

  it('is forgotten with its server, wherever it is for, and no other with it', async () => {
    const shares = await open();
    const sessions = new Sessions(attempt.desk.ports);
    await sessions.update([notes()]);
    await add(shares);
    await add(await open(attempt.desk, 'elsewhere'), { ...notes(), url: 'https://former.example/mcp' });
    const other = await add(shares, { ...notes(), name: 'tasks' });
    await sessions.forget(sessions.find('notes') ?? assert.fail());
    await until(() => shares.all.length === 1);
    assert.deepEqual(shares.all, [other]);
    assert.equal(kept().length, 1);
  });
});

describe('A record of a share', () => {
  const broken: [string, (record: Record<string, unknown>) => unknown][] = [
    ['without a key', (record) => ({ ...record, key: undefined })],
    ['with a key that could be guessed', (record) => ({ ...record, key: 'a' })],
    ['with a key that is a path', (record) => ({ ...record, key: `../${String(record['key']).slice(3)}` })],
    ['for a client that nobody knows', (record) => ({ ...record, client: 'emacs' })],
    ['that says another server than its own key', (record) => ({ ...record, serverName: 'tasks' })],
    [
      'that says another address than its own key',
      (record) => ({ ...record, serverUrl: 'https://evil.example' }),
    ],
    ['of a later version', (record) => ({ ...record, version: 2 })],
    ['that is no record', () => 'x'],
  ];
  for (const [what, change] of broken) {
    it(`${what} is the leave for nothing`, async () => {
      await add(await open());
      const { records } = attempt.desk.records;
      const [key = ''] = attempt.desk.records.keysOf('share');
      const record = JSON.parse(records.get(key) ?? '') as Record<string, unknown>;
      records.set(key, JSON.stringify(change(record)));
      assert.deepEqual((await open()).all, []);
    });
  }

  it('that cannot be read now counts as none, and is left where it is', async () => {
    await add(await open());
    attempt.desk.records.failsToRead = true;
    assert.deepEqual((await open()).all, []);
    attempt.desk.records.failsToRead = false;
    assert.equal((await open()).all.length, 1);
    assert.ok(attempt.desk.records.keysOf('share').every((key) => key.startsWith(sharePrefix)));
  });
});
