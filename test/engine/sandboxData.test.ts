// The sandbox's data: carried along from the first schema, forgotten when it has expired, there after any end.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';

import { openDatabase } from '../../src/sandbox/data/database.ts';
import { defaultDataFile } from '../../src/sandbox/data/defaultFile.ts';
import { openProofStore } from '../../src/sandbox/data/proofStore.ts';
import { createRecordStores } from '../../src/sandbox/data/recordStore.ts';
import { migrations } from '../../src/sandbox/data/schema.ts';
import { startSweep } from '../../src/sandbox/data/sweep.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { callMcp, initialize, Visitor } from './sandboxVisitor.ts';

const ignore = () => undefined;
const folder = mkdtempSync(path.join(tmpdir(), 'mcp-oauth-data-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

test('a file of the first schema is carried along with everything in it', async () => {
  const file = path.join(folder, 'first.sqlite');
  const first = new DatabaseSync(file);
  first.exec(migrations[0] ?? '');
  first.exec('PRAGMA user_version = 1');
  const insert = first.prepare('INSERT INTO record (kind, id, payload, expires_at_ms) VALUES (?, ?, ?, ?)');
  insert.run('Client', 'c1', '{"client_id":"c1","client_name":"Old friend"}', null);
  insert.run('RefreshToken', 'r1', '{"jti":"r1","grantId":"g1","consumed":1700000000}', 9_000_000_000_000);
  insert.run('DeviceCode', 'd1', '{"jti":"d1","userCode":"BCDFGHJK","uid":"u1"}', 9_000_000_000_000);
  first.exec(`INSERT INTO key VALUES ('cookie', '"kept"')`);
  first.close();

  const database = openDatabase(file);
  const stores = createRecordStores(database);
  const store = (kind: string) => stores(kind);
  assert.equal((await store('Client').find('c1'))?.['client_name'], 'Old friend');
  assert.equal((await store('RefreshToken').find('r1'))?.['consumed'], 1_700_000_000);
  assert.equal((await store('DeviceCode').findByUserCode('BCDFGHJK'))?.['jti'], 'd1');
  assert.equal((await store('DeviceCode').findByUid('u1'))?.['jti'], 'd1');
  await store('RefreshToken').revokeByGrantId('g1');
  assert.equal(await store('RefreshToken').find('r1'), undefined);
  assert.deepEqual(
    database
      .prepare('SELECT value FROM key')
      .all()
      .map((row) => ({ ...row })),
    [{ value: '"kept"' }],
  );
  database.close();
});

test('every step of the schema leads to the same tables as all steps at once', () => {
  const tablesOf = (database: DatabaseSync) =>
    database
      .prepare('SELECT name, sql FROM sqlite_schema ORDER BY name')
      .all()
      .map(({ name, sql }) => `${String(name)}: ${String(sql)}`);
  const whole = openDatabase();
  migrations.forEach((_, count) => {
    const file = path.join(folder, `step-${count}.sqlite`);
    const begun = new DatabaseSync(file);
    for (const step of migrations.slice(0, count)) begun.exec(step);
    begun.exec(`PRAGMA user_version = ${count}`);
    begun.close();
    const opened = openDatabase(file);
    assert.deepEqual(tablesOf(opened), tablesOf(whole));
    opened.close();
  });
  whole.close();
});

test('a file of a newer version, and one that is no data file, are refused with a sentence and left as they are', () => {
  const newer = path.join(folder, 'newer.sqlite');
  openDatabase(newer).close();
  const raised = new DatabaseSync(newer);
  raised.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  raised.close();
  assert.throws(() => openDatabase(newer), /newer\.sqlite cannot be used: it was written by a newer version/);

  const foreign = path.join(folder, 'foreign.sqlite');
  writeFileSync(foreign, 'Dear diary, '.repeat(200));
  assert.throws(() => openDatabase(foreign), /foreign\.sqlite cannot be used: file is not a database/);
  assert.ok(statSync(foreign).size > 0);
});

test('the file belongs to this user alone', { skip: process.platform === 'win32' }, () => {
  const file = path.join(folder, 'private.sqlite');
  const database = openDatabase(file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(`${file}-wal`).mode & 0o777, 0o600);
  database.close();
  chmodSync(file, 0o644);
  openDatabase(file).close();
  assert.equal(statSync(file).mode & 0o777, 0o600, 'one that was open to others is shut');
});

test('the sweep forgets what has expired and nothing else', async (t) => {
  let nowMs = 1_000_000;
  const database = openDatabase();
  t.after(() => database.close());
  const store = createRecordStores(database, () => nowMs)('AccessToken');
  await store.upsert('brief', { jti: 'brief' }, 10);
  await store.upsert('long', { jti: 'long' }, 1_000);
  await store.upsert('endless', { jti: 'endless' }, undefined);
  const stored = () =>
    database
      .prepare('SELECT id FROM record ORDER BY id')
      .all()
      .map((row) => row['id']);

  nowMs += 10_000;
  assert.equal(await store.find('brief'), undefined, 'what has expired is not found, swept or not');
  assert.deepEqual(stored(), ['brief', 'endless', 'long']);
  startSweep(database, ignore, () => nowMs)();
  assert.deepEqual(stored(), ['endless', 'long']);
});

test('the sweep comes again by itself', async (t) => {
  let nowMs = 1_000_000;
  const database = openDatabase();
  const stop = startSweep(database, ignore, () => nowMs, 1);
  t.after(() => {
    stop();
    database.close();
  });
  await createRecordStores(database, () => nowMs)('Session').upsert('s', { jti: 's' }, 10);
  nowMs += 10_000;
  const isEmpty = () => database.prepare('SELECT * FROM record').get() === undefined;
  while (!isEmpty()) await new Promise((resolve) => setTimeout(resolve, 1));
});

test('a sweep that cannot write, because somebody holds the file, is told in the log and made up for', (t) => {
  const file = path.join(folder, 'held.sqlite');
  const database = openDatabase(file);
  database.exec('PRAGMA busy_timeout = 1');
  const holder = new DatabaseSync(file);
  t.after(() => {
    holder.close();
    database.close();
  });
  holder.exec('BEGIN IMMEDIATE');
  const lines: string[] = [];
  startSweep(database, (line) => lines.push(line))();
  assert.match(lines.join(), /^failed: Error: database is locked/);
  holder.exec('COMMIT');
  startSweep(database, (line) => lines.push(line))();
  assert.equal(lines.length, 1);
});

test('what two requests use at once is used by one of them', async (t) => {
  const database = openDatabase();
  t.after(() => database.close());
  const store = createRecordStores(database)('AuthorizationCode');
  await store.upsert('code', { jti: 'code' }, 60);
  const uses = await Promise.allSettled([store.consume('code'), store.consume('code')]);
  assert.deepEqual(uses.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('proofs are kept: the passphrase as a hash, passkeys with their counters, wrong tries for a day', (t) => {
  const database = openDatabase();
  t.after(() => database.close());
  const proofs = openProofStore(database);
  assert.equal(proofs.readPassphrase(), undefined);
  const hash = { salt: 's', hash: 'h', cost: 2, blockSize: 8, parallelization: 1 };
  proofs.writePassphrase({ ...hash, salt: 'older' });
  proofs.writePassphrase(hash);
  assert.deepEqual(proofs.readPassphrase(), hash);

  const passkey = {
    id: 'k',
    publicKey: 'p',
    algorithm: 'ES256',
    transports: ['internal'],
    counter: 1,
    name: 'Laptop',
    relyingParty: 'localhost',
    createdAtMs: 5,
  };
  proofs.writePasskey(passkey);
  proofs.writePasskey({ ...passkey, counter: 2 });
  assert.deepEqual(proofs.readPasskeys(), [{ ...passkey, counter: 2 }]);
  proofs.removePasskey('k');
  assert.deepEqual(proofs.readPasskeys(), []);

  proofs.addFailure(1_000);
  proofs.addFailure(2_000);
  assert.equal(proofs.countFailures(1_500), 1);
  proofs.addFailure(1_000 + 24 * 60 * 60 * 1000 + 1);
  assert.equal(proofs.countFailures(0), 2, 'the first is older than a day');
});

test('each system has its folder for the file', () => {
  assert.match(
    defaultDataFile('linux', { XDG_STATE_HOME: '/state' }),
    /^\/state.mcp-oauth-sandbox.sandbox\.sqlite$/,
  );
  assert.match(defaultDataFile('linux', { XDG_STATE_HOME: 'relative' }), /\.local.state.mcp-oauth-sandbox/);
  assert.match(defaultDataFile('darwin', {}), /Library.Application Support.mcp-oauth-sandbox/);
  assert.match(defaultDataFile('win32', { LOCALAPPDATA: 'C:\\Local' }), /^C:\\Local.mcp-oauth-sandbox/);
});

test('killed at any moment and started again, it has every client, grant, code and token', async (t) => {
  const arguments_ = ['--data-file', path.join(folder, 'killed.sqlite'), '--quiet', '--json'];
  const passphrase = 'correct horse battery staple';
  const first = await startProgram(
    [...arguments_, '--authorization-port', '0', '--mcp-port', '0'],
    passphrase,
  );
  t.after(() => first.kill());
  const visitor = await Visitor.register(first.sandbox);
  const tokens = await visitor.signIn();
  const attempt = visitor.begin();
  const code = (await visitor.decide(attempt, 'allow')).searchParams.get('code');
  const waiting = visitor.begin();
  const page = await visitor.consentPage(waiting);
  await first.kill();

  const ports = ['authorization', 'mcp'].flatMap((name) => [
    `--${name}-port`,
    new URL(name === 'mcp' ? first.sandbox.mcpUrl : first.sandbox.issuer).port,
  ]);
  const second = await startProgram([...arguments_, ...ports], undefined);
  t.after(() => second.kill());
  assert.equal((await callMcp(first.sandbox, tokens['access_token'], initialize)).status, 200);
  assert.equal((await visitor.refresh(tokens['refresh_token'])).status, 200);
  assert.equal((await visitor.exchange(attempt, code)).status, 200);
  assert.equal((await visitor.open(page.url)).status, 200, 'a page that was open goes on');
  assert.ok(
    (await visitor.decide(visitor.begin(), 'allow')).searchParams.get('code'),
    'the passphrase holds',
  );
});

/** The sandbox as a process of its own; `kill` ends it the hard way. */
async function startProgram(
  flags: readonly string[],
  passphrase: string | undefined,
): Promise<{ readonly sandbox: Sandbox; kill(): Promise<void> }> {
  const main = path.resolve(import.meta.dirname, '../../src/sandbox/main.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...(passphrase === undefined ? {} : { MCP_OAUTH_SANDBOX_PASSPHRASE: passphrase }),
    },
  });
  const exited = once(child, 'exit');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    sandbox: { ...(JSON.parse(line) as Sandbox), passphrase },
    kill: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}
