// What a thousand servers cost where few of them are used: counted in looks, events and drawings, never in time.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it, mock } from 'node:test';
import type { Server } from '../../src/servers/server.ts';
import type { WaitingServer } from '../../src/servers/settings.ts';
import { FoldedNews } from '../../src/session/foldedNews.ts';
import { grantKey } from '../../src/session/records.ts';
import { Sessions } from '../../src/session/sessions.ts';
import type { ContextKeys as Keys } from '../../src/vscode/contextKeys.ts';
import type { FoundServers as Found } from '../../src/vscode/foundServers.ts';
import type { ServerFileParts, ServerFiles as Files } from '../../src/vscode/serverFiles.ts';
import type { ServerMenu as Menu } from '../../src/vscode/serverMenu.ts';
import type { StatusBar as Bar } from '../../src/vscode/statusBar.ts';
import { ToolsVersions } from '../../src/vscode/toolsVersion.ts';
import { Attempt } from './attempt.ts';
import { Desk, ManualClock, MemoryRecords, serverAt } from './desk.ts';
import type { shown as Shown } from './plainEditor.ts';
import { loadShell } from './shellTexts.ts';

const attempt = new Attempt();
const thousand = 1_000;

function serversNamed(prefix: string, count = thousand): readonly Server[] {
  return Array.from({ length: count }, (_, index) =>
    serverAt(`https://${prefix}-${index}.example/mcp`, { name: `${prefix}-${index}` }),
  );
}

/** A list that counts how often an item of it is looked at. */
function counted<Item>(items: readonly Item[]) {
  const looks = { count: 0 };
  const list = new Proxy(items, {
    get(target, member, receiver) {
      if (typeof member === 'string' && /^\d+$/.test(member)) looks.count += 1;
      return Reflect.get(target, member, receiver) as unknown;
    },
  });
  return { list, looks };
}

class CountedRecords extends MemoryRecords {
  listed: readonly string[] = [];
  reads = 0;
  listening = 0;

  override keys(): Promise<readonly string[]> {
    return Promise.resolve(this.listed);
  }

  override read(key: string): Promise<string | undefined> {
    this.reads += 1;
    return super.read(key);
  }

  override onDidChange(listener: (key: string) => void): () => void {
    this.listening += 1;
    const stop = super.onDidChange(listener);
    return () => {
      this.listening -= 1;
      stop();
    };
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

const keyOf = (server: Server) =>
  grantKey(server, {
    account: { id: 'ada', label: 'ada' },
    authorizationServer: { issuer: 'https://as.example' },
    client: { kind: 'configured', clientId: 'mine' },
  } as never);

describe('A thousand servers', () => {
  let records: CountedRecords;
  let desk: Desk;
  let sessions: Sessions;

  beforeEach(() => {
    records = new CountedRecords();
    desk = new Desk(attempt.world, records);
    sessions = new Sessions(desk.ports);
  });

  it('look at each stored key once between them, and read the records of their own alone', async () => {
    const servers = serversNamed('server');
    const own = servers.slice(0, 3).map(keyOf);
    const moved = keyOf(serverAt('https://moved.example/mcp', { name: 'server-9' }));
    const { list, looks } = counted([...serversNamed('other').map(keyOf), ...own, moved]);
    records.listed = list;
    await sessions.update(servers);
    assert.equal(sessions.all.length, thousand);
    assert.equal(looks.count, list.length);
    assert.equal(records.reads, own.length);
    const reasons = sessions.all.flatMap(({ state }) => (state.kind === 'needs_auth' ? state.reason : []));
    assert.deepEqual([reasons[8], reasons[9]], ['never_signed_in', 'address_changed']);
  });

  it('hear of a change in the store where it is about them, and read nothing elsewhere', async () => {
    const servers = serversNamed('server', 100);
    await sessions.update(servers);
    const [server = assert.fail()] = servers;
    await records.write(keyOf({ ...server, url: 'https://moved.example/mcp' }), '{}');
    await records.write('registration:["https://as.example"]', '{}');
    await nextTurn();
    assert.equal(records.reads, 0);
    // Of a later version of this extension, so that it is left where it is.
    await records.write(keyOf(server), '{"version":99}');
    await nextTurn();
    assert.equal(records.reads, 1);
  });

  it('listen to the store as one, and no longer when the window is gone', async () => {
    await sessions.update(serversNamed('server'));
    assert.equal(records.listening, 1);
    await sessions.update(serversNamed('another'));
    assert.equal(records.listening, 1);
    sessions.dispose();
    assert.equal(records.listening, 0);
  });

  it('keep their sessions and their order when the settings of one change', async () => {
    const servers = serversNamed('server');
    await sessions.update(servers);
    const kept = new Set(sessions.all);
    await sessions.update(
      servers.map((server, at) =>
        at === 7 ? { ...server, headers: { 'X-Tenant': 'mine' } } : { ...server },
      ),
    );
    assert.deepEqual(
      sessions.all.filter((session) => !kept.has(session)).map(({ server }) => server.name),
      ['server-7'],
    );
    assert.deepEqual(
      sessions.all.map(({ server }) => server.name),
      servers.map(({ name }) => name),
    );
  });

  it('are not asked for their times when one of them is signed in to and out of', async () => {
    await sessions.update([serverAt(attempt.world.mcpUrl), ...serversNamed('server')]);
    let asked = 0;
    for (const session of sessions.all.slice(1))
      Object.defineProperty(session, 'nextChangeAtMs', { get: () => void (asked += 1) });
    const session = sessions.find('notes') ?? assert.fail('It is not there.');
    assert.equal(await session.signIn(), 'granted');
    assert.equal(desk.clock.pendingTimers, 1);
    await session.signOut();
    assert.equal(desk.clock.pendingTimers, 0);
    assert.equal(asked, 0);
  });

  it('have the timer ring for the one whose token ends first, whoever signed in last', async () => {
    const { world } = attempt;
    await sessions.update(['long', 'short', 'longer'].map((name) => serverAt(world.mcpUrl, { name })));
    for (const [name, seconds] of [
      ['long', 3_600],
      ['short', 10],
      ['longer', 7_200],
    ] as const) {
      world.expiresInSeconds = seconds;
      assert.equal(await sessions.find(name)?.signIn(), 'granted');
    }
    desk.clock.advance(10_000);
    assert.deepEqual(
      sessions.all.map(({ state }) => state.kind),
      ['connected', 'expired', 'connected'],
    );
    assert.equal(desk.clock.pendingTimers, 1);
  });
});

describe('News of many servers', () => {
  let clock: ManualClock;
  let told: number;
  let faults: unknown[];
  let news: FoldedNews;

  beforeEach(() => {
    [clock, told, faults] = [new ManualClock(), 0, []];
    news = new FoldedNews(clock, (thrown) => faults.push(thrown));
  });

  const note = (times: number) => {
    for (let time = 0; time < times; time++) news.note();
  };

  it('are told at once, and what follows within a moment together', () => {
    news.add(() => (told += 1));
    news.note();
    assert.equal(told, 1);
    note(thousand);
    assert.equal(told, 1);
    clock.advance(100);
    assert.equal(told, 2);
    clock.advance(60_000);
    assert.deepEqual([told, clock.pendingTimers], [2, 0]);
    news.note();
    assert.equal(told, 3);
  });

  it('are told also where the clock was set back, or somebody fails to hear them', () => {
    news.add(() => {
      throw new Error('no');
    });
    news.add(() => (told += 1));
    news.note();
    clock.advance(-3_600_000);
    news.note();
    assert.deepEqual([told, faults.length], [2, 2]);
  });

  it('wait for nothing where nobody listens, and end with the window', () => {
    note(2);
    assert.equal(clock.pendingTimers, 0);
    news.add(() => (told += 1));
    note(2);
    assert.equal(clock.pendingTimers, 1);
    news.dispose();
    assert.deepEqual([told, clock.pendingTimers], [1, 0]);
  });
});

interface Shell {
  readonly StatusBar: typeof Bar;
  readonly ServerMenu: typeof Menu;
  readonly ContextKeys: typeof Keys;
  readonly ServerFiles: typeof Files;
  readonly FoundServers: typeof Found;
  readonly shown: typeof Shown;
}

describe('The editor with many servers', () => {
  let shell: Shell;
  before(async () => {
    shell = (await loadShell(
      ...['statusBar', 'serverMenu', 'contextKeys', 'serverFiles', 'foundServers'],
    )) as Shell;
  });

  it('has their sum drawn twice when all of them change at once', async () => {
    const { desk } = attempt;
    const sessions = new Sessions({ ...desk.ports, fetch: () => Promise.reject(new Error('Offline.')) });
    await sessions.update(serversNamed('server', 100));
    const menu = new shell.ServerMenu(
      { contributes: { commands: [], menus: { 'view/item/context': [] } } },
      'mcpOAuth.servers',
    );
    shell.shown.statusTexts = [];
    const parts = [new shell.StatusBar(sessions, menu), new shell.ContextKeys(sessions)];
    let changes = 0;
    let sums = 0;
    sessions.onDidChange(() => (changes += 1));
    sessions.onDidChangeSum(() => (sums += 1));
    await Promise.allSettled(sessions.all.map((session) => session.signIn()));
    desk.clock.advance(100);
    assert.ok(changes >= 200, `${changes} changes`);
    assert.equal(sums, 2);
    assert.equal(shell.shown.statusTexts.length, 1 + 2);
    assert.match(shell.shown.statusTexts.at(-1) ?? '', /^\$\(warning\)/);
    for (const part of parts) part.dispose();
    sessions.dispose();
    assert.equal(desk.clock.pendingTimers, 0);
  });

  it('has the file of settings read once for all entries that wait for a value', async () => {
    const names = serversNamed('server').map(({ name }) => name);
    const text = JSON.stringify({
      'mcpOAuth.servers': Object.fromEntries(names.map((name) => [name, { url: '${input:address}' }])),
    });
    const source = { scope: 'user' } as const;
    const waiting: readonly WaitingServer[] = names.map((name) => ({ name, source, inputs: [] }));
    let reads = 0;
    const place = { uri: {}, kind: 'settings', label: 'settings.json' };
    const settings = { placeOf: () => place, textOf: () => Promise.resolve(((reads += 1), text)) };
    const found = new shell.FoundServers();
    const files = new shell.ServerFiles({
      ...{ profile: {}, settings, found, log: attempt.desk.ports.log },
      configured: { problems: [], waiting, onDidChange: () => ({ dispose: () => undefined }) },
      takenOver: { list: () => Promise.resolve([]) },
    } as unknown as ServerFileParts);
    await files.read();
    files.dispose();
    assert.deepEqual(attempt.desk.log, []);
    assert.equal(found.current.places.size, thousand);
    assert.equal(reads, 1);
  });

  it('has a version of their tools worked out again for the one alone that has changed', async () => {
    const versions = new ToolsVersions();
    const all = serversNamed('server', 100).map((server) => ({ server, accounts: [] }));
    const digest = mock.method(crypto.subtle, 'digest');
    const ofAll = () => Promise.all(all.map((session) => versions.of(session)));
    const before = await ofAll();
    assert.deepEqual(await ofAll(), before);
    assert.equal(digest.mock.callCount(), all.length);
    all[7] = { server: serverAt('https://moved.example/mcp', { name: 'server-7' }), accounts: [] };
    const after = await ofAll();
    assert.equal(digest.mock.callCount(), all.length + 1);
    assert.deepEqual(
      after.flatMap((version, at) => (version === before[at] ? [] : [at])),
      [7],
    );
    digest.mock.restore();
  });
});
