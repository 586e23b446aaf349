// The port that shares are reached at: one window has it, another takes it over, and a stranger is noticed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { SharePlaces } from '../../src/node/sharePlace.ts';
import { SharePort } from '../../src/node/sharePort.ts';
import { LocalLock } from '../../src/session/localLock.ts';
import { ManualClock } from './manualClock.ts';

/** Longer than a window waits between two looks. */
const awhileMs = 5_000;

let folder: string;
let lock: LocalLock;
let clock: ManualClock;
let told: number[];
let faults: unknown[];
let closers: (() => void)[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-share-'));
  [lock, clock, told, faults, closers] = [new LocalLock(), new ManualClock(), [], [], []];
});
afterEach(async () => {
  for (const close of closers) close();
  await rm(folder, { recursive: true });
  assert.deepEqual(faults, []);
});

const places = () => new SharePlaces(folder, lock);

function windowNamed(name: string): SharePort {
  const port = new SharePort({
    places: places(),
    clock,
    listener: (_, response) => response.end(name),
    onForeign: (busy) => told.push(busy),
    onFault: (cause) => faults.push(cause),
  });
  closers.push(() => port.close());
  return port;
}

/** Who answers there now. */
async function whoIsAt(origin: string): Promise<string> {
  return (await fetch(`${origin}/`)).text();
}

/** Lets the time of the next look come, and the look end. */
async function look(...windows: readonly SharePort[]): Promise<void> {
  clock.advance(awhileMs);
  for (const window of windows) await window.open();
}

/** Something that listens where shares are to be reached. */
async function stranger(
  listen: (server: net.Server, port: number) => void,
  server: net.Server,
): Promise<number> {
  const { port } = await places().open();
  const connections = new Set<net.Socket>();
  server.on('connection', (connection) => connections.add(connection.on('error', () => undefined)));
  listen(server, port);
  await once(server, 'listening');
  closers.push(() => {
    server.close();
    for (const connection of connections) connection.destroy();
  });
  return port;
}

const listenAt = (server: net.Server, port: number) => void server.listen(port, '127.0.0.1');

describe('The port of shares', () => {
  it('is where nothing listens until there is a share, and again when the last is gone', async () => {
    const window = windowNamed('a');
    const origin = await window.origin();
    let shares: readonly never[] | readonly [unknown] = [];
    let tell: () => void = () => undefined;
    const stop = window.follow({
      get all() {
        return shares as never;
      },
      onDidChange(listener) {
        tell = listener;
        return () => undefined;
      },
    });
    await assert.rejects(whoIsAt(origin));
    shares = [{}];
    tell();
    await window.open();
    assert.equal(await whoIsAt(origin), 'a');
    shares = [];
    tell();
    await assert.rejects(whoIsAt(origin));
    assert.equal(clock.pendingTimers, 0);
    shares = [{}];
    tell();
    await window.open();
    stop();
    await assert.rejects(whoIsAt(origin));
  });

  it('stays the same over restarts', async () => {
    const window = windowNamed('a');
    await window.open();
    const origin = await window.origin();
    window.close();
    const later = windowNamed('b');
    await later.open();
    assert.equal(await later.origin(), origin);
    assert.equal(await whoIsAt(origin), 'b');
  });

  it('is out of the range from which systems give out ports by themselves', async () => {
    const { port } = await places().open();
    assert.ok(port >= 20_000 && port < 32_000);
  });

  it('is remembered in a file for this user alone, of which no draft is left', async () => {
    await windowNamed('a').open();
    assert.deepEqual(await readdir(folder), ['shares.json']);
    if (process.platform !== 'win32')
      assert.equal((await stat(path.join(folder, 'shares.json'))).mode & 0o777, 0o600);
  });

  it('is chosen anew where the file cannot be read as one', async () => {
    for (const text of [
      '',
      '{',
      'null',
      '{"name":"n","port":80,"secret":"s"}',
      '{"name":"n","port":"20001"}',
      '{"name":"n","port":20001,"secret":""}',
    ]) {
      await writeFile(path.join(folder, 'shares.json'), text);
      const { port, secret } = await places().open();
      assert.ok(port >= 20_000 && secret.length === 43, text);
    }
  });

  it('is had by one window; another takes it over within seconds when that one closes', async () => {
    const [first, second] = [windowNamed('a'), windowNamed('b')];
    await first.open();
    await second.open();
    const origin = await first.origin();
    assert.equal(await second.origin(), origin);
    assert.equal(await whoIsAt(origin), 'a');
    assert.deepEqual([first.host, second.host], [new URL(origin).host, undefined]);
    for (let looks = 0; looks < 5; looks += 1) await look(second);
    first.close();
    await look(second);
    assert.equal(await whoIsAt(origin), 'b');
    assert.deepEqual(told, []);
  });

  const strangers: [string, () => net.Server][] = [
    ['another HTTP server', () => http.createServer((_, response) => response.end('hello'))],
    [
      'one that answers with what it was asked',
      () => http.createServer(({ url }, response) => response.end(url)),
    ],
    ['a program that hangs up', () => net.createServer((connection) => connection.destroy())],
    ['a program that speaks no HTTP', () => net.createServer((connection) => connection.end('220 mail\r\n'))],
  ];
  for (const [who, make] of strangers) {
    it(`is not ours where ${who} listens, which is told once`, async () => {
      const port = await stranger(listenAt, make());
      const window = windowNamed('a');
      await window.open();
      assert.deepEqual(told, []);
      for (let looks = 0; looks < 6; looks += 1) await look(window);
      assert.deepEqual(told, [port]);
      assert.equal(window.host, undefined);
    });
  }

  it('is not taken for a stranger’s by one who knows another secret', async () => {
    const window = windowNamed('a');
    await window.open();
    const place = JSON.parse(await readFile(path.join(folder, 'shares.json'), 'utf8')) as object;
    await writeFile(path.join(folder, 'shares.json'), JSON.stringify({ ...place, secret: 'other' }));
    const other = windowNamed('b');
    await other.open();
    for (let looks = 0; looks < 3; looks += 1) await look(other);
    assert.equal(told.length, 1);
  });

  it('is another one for all windows when one moves, and is not moved twice', async () => {
    const port = await stranger(
      listenAt,
      http.createServer((_, response) => response.end('hello')),
    );
    const [first, second] = [windowNamed('a'), windowNamed('b')];
    await first.open();
    await second.open();
    const { name } = await places().open();
    assert.equal(await first.move(port), true);
    const origin = await first.origin();
    assert.notEqual(new URL(origin).port, String(port));
    assert.equal(await second.move(port), false);
    assert.equal(await second.origin(), origin);
    assert.equal(await whoIsAt(origin), 'a');
    // The shares of this computer stay its own.
    assert.equal((await places().open()).name, name);
  });

  it('is left by a window that had it when another window moved', async () => {
    const window = windowNamed('a');
    await window.open();
    const before = await window.origin();
    await places().move(Number(new URL(before).port));
    await window.open();
    assert.equal(await whoIsAt(await window.origin()), 'a');
    await assert.rejects(whoIsAt(before));
  });

  it('tells whose it is to this computer alone, and never the secret', async () => {
    const window = windowNamed('a');
    await window.open();
    const origin = await window.origin();
    const { secret } = await places().open();
    const question = `${origin}/whose/${'x'.repeat(43)}`;
    const answer = await (await fetch(question)).text();
    assert.match(answer, /^[\w-]{43}$/);
    assert.ok(!answer.includes(secret));
    assert.equal(await (await fetch(question, { headers: { origin: 'https://evil.example' } })).text(), 'a');
    assert.equal(await askAs('evil.example', question), 'a');
  });

  it('is asked for again after a fault that is none of the port', async () => {
    await writeFile(path.join(folder, 'file'), '');
    const port = new SharePort({
      places: new SharePlaces(path.join(folder, 'file', 'below'), lock),
      clock,
      listener: () => undefined,
      onForeign: () => assert.fail(),
      onFault: (cause) => faults.push(cause),
    });
    closers.push(() => port.close());
    await port.open();
    assert.equal(faults.splice(0).length, 1);
    assert.equal(clock.pendingTimers, 1);
  });
});

async function askAs(host: string, address: string): Promise<string> {
  const outgoing = http.get(address, { headers: { host } });
  const [incoming] = (await once(outgoing, 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
