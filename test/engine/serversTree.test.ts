// The tree as VS Code asks for it: what is drawn again when something changes, and how much is asked for with many servers.
import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import type { ListedServer } from '../../src/servers/settings.ts';
import type { Server } from '../../src/servers/server.ts';
import type { Session } from '../../src/session/session.ts';
import type { Sessions as SessionsOfEngine } from '../../src/session/sessions.ts';
import type { currentRow as CurrentRow } from '../../src/vscode/currentRow.ts';
import type { FoundInFiles, FoundServers as Found } from '../../src/vscode/foundServers.ts';
import type { ShareRows as Shares } from '../../src/vscode/localClientRows.ts';
import type { ServersTree as Tree, TreeRow } from '../../src/vscode/serversTree.ts';
import { Attempt } from './attempt.ts';
import { serverAt } from './desk.ts';
import type { shown as Shown, View } from './plainEditor.ts';
import { loadShell } from './shellTexts.ts';

interface Shell {
  readonly ServersTree: typeof Tree;
  readonly FoundServers: typeof Found;
  readonly ShareRows: typeof Shares;
  readonly Sessions: typeof SessionsOfEngine;
  readonly currentRow: typeof CurrentRow;
  readonly shown: typeof Shown;
}

const attempt = new Attempt();
const minuteMs = 60_000;
const nothingFound: FoundInFiles = {
  ...{ servers: [], faults: [], untrusted: [] },
  ...{ places: new Map(), takenOver: new Set() },
};

let shell: Shell;
before(async () => {
  shell = (await loadShell(
    ...['serversTree', 'foundServers', 'localClientRows', 'currentRow', '../session/sessions'],
  )) as Shell;
});

/** The settings, which count how often an entry is looked for. */
class Settings {
  listed: readonly ListedServer[] = [];
  readonly waiting = [];
  readonly problems = [];
  looks = 0;

  find(name: string): ListedServer | undefined {
    this.looks += 1;
    return this.listed.find(({ server }) => server.name === name);
  }

  write(servers: readonly Server[]): void {
    this.listed = servers.map((server) => ({
      ...{ server, source: { scope: 'user' }, inputs: [] },
    }));
  }
}

describe('The tree', () => {
  let sessions: SessionsOfEngine;
  let settings: Settings;
  let found: Found;
  let shares: Shares;
  let tree: Tree;
  let view: View<TreeRow>;
  let looks: number;

  beforeEach(() => {
    looks = 0;
    sessions = new shell.Sessions(attempt.desk.ports);
    [settings, found, shares] = [new Settings(), new shell.FoundServers(), new shell.ShareRows()];
    tree = new shell.ServersTree({
      ...{ sessions, found, shares, clock: attempt.desk.clock },
      configured: settings as never,
      onFirstLook: () => (looks += 1),
    });
    view = shell.shown.views.at(-1) as unknown as View<TreeRow>;
  });

  afterEach(() => {
    tree.dispose();
    sessions.dispose();
  });

  async function configure(...servers: readonly Server[]): Promise<void> {
    settings.write(servers);
    await sessions.update(servers);
    await view.drawChanges();
  }

  const named = (name: string, more: Partial<Server> = {}) =>
    serverAt(attempt.world.mcpUrl, { name, ...more });
  const sessionOf = (name: string): Session => sessions.find(name) ?? assert.fail(`There is no “${name}”.`);
  const signIn = async (name: string) => assert.equal(await sessionOf(name).signIn(), 'granted');
  const saidBelow = (label: string) =>
    view.itemsBelow('server:notes').find((item) => item?.label === label)?.description;
  /** What was asked for since the last time. */
  const asked = () => {
    const { rootsAsked, asked: ids } = view;
    view.rootsAsked = 0;
    return { rootsAsked, ids: ids.splice(0) };
  };

  it('goes on counting the minutes below a server whose settings have changed while it was open', async () => {
    // Its own row says nothing of the time.
    attempt.world.givesRefreshTokens = true;
    await configure(named('notes'));
    await view.show();
    await signIn('notes');
    await view.drawChanges();
    await view.expand('server:notes');
    assert.equal(saidBelow('Token'), '60 min left, then renewed by itself');
    const before = sessionOf('notes');
    await configure(named('notes', { headers: { 'X-Tenant': 'mine' } }));
    assert.notEqual(sessionOf('notes'), before);
    attempt.desk.clock.advance(minuteMs);
    await view.drawChanges();
    assert.equal(saidBelow('Token'), '59 min left, then renewed by itself');
    assert.equal(view.itemOf('server:notes')?.description, 'connected as ada');
  });

  it('has the row of a server for a command all the while that its settings change, and for it the session of now', async () => {
    await configure(named('notes'), named('other'));
    await view.show();
    asked();
    const before = sessionOf('notes');
    settings.write([named('notes', { oauth: { clientId: 'mine' } }), named('other')]);
    await sessions.update(settings.listed.map(({ server }) => server));
    // The menu is open, and the editor has not yet asked for anything again.
    const row = view.elementOf('server:notes') ?? assert.fail('The row is gone.');
    assert.notEqual(sessionOf('notes'), before);
    assert.equal(shell.currentRow(row, sessions), sessionOf('notes'));
    await view.drawChanges();
    assert.deepEqual(asked(), { rootsAsked: 0, ids: ['server:notes'] });
    assert.equal(view.elementOf('server:notes'), row);
  });

  it('has the row again when all of them were drawn anew, and meanwhile none that could be another’s', async () => {
    await configure(named('notes'), named('other'));
    await view.show();
    settings.write([named('new'), named('notes')]);
    await sessions.update(settings.listed.map(({ server }) => server));
    assert.equal(view.elementOf('server:notes'), undefined);
    await view.drawChanges();
    const row = view.elementOf('server:notes') ?? assert.fail('The row is gone.');
    assert.equal(shell.currentRow(row, sessions), sessionOf('notes'));
    assert.equal(view.elementOf('server:other'), undefined);
  });

  it('draws nothing again when files were read that say what they said', async () => {
    await configure(named('notes'));
    await view.show();
    asked();
    found.replace({ ...nothingFound });
    const fault = { reason: 'not_object', name: undefined, place: placeAt(2) } as const;
    await view.drawChanges();
    assert.deepEqual(asked(), { rootsAsked: 0, ids: [] });
    found.replace({ ...nothingFound, faults: [{ ...fault }] });
    await view.drawChanges();
    assert.equal(asked().rootsAsked, 1);
    found.replace({ ...nothingFound, faults: [{ ...fault, place: placeAt(2) }] });
    await view.drawChanges();
    assert.deepEqual(asked(), { rootsAsked: 0, ids: [] });
    found.replace({ ...nothingFound, faults: [{ ...fault, place: placeAt(3) }] });
    await view.drawChanges();
    assert.equal(asked().rootsAsked, 1);
  });

  it('draws the one row alone that can be given back to a file from now on', async () => {
    await configure(named('notes'), named('other'));
    await view.show();
    asked();
    found.replace({ ...nothingFound, takenOver: new Set([JSON.stringify(['user', 'notes'])]) });
    await view.drawChanges();
    assert.deepEqual(asked(), { rootsAsked: 0, ids: ['server:notes'] });
    assert.match(view.itemOf('server:notes')?.contextValue ?? '', / takenOver\b/);
  });

  it('draws the row alone whose sign-in is shared with a program, and what is below it', async () => {
    await configure(named('notes'), named('other'));
    await view.show();
    await view.expand('server:notes');
    asked();
    const share = { ...{ id: 'a', label: 'Cursor', serverName: 'notes' } } as never;
    shares.show({ of: ({ name }) => (name === 'notes' ? [share] : []), lastUsedAtMs: () => undefined });
    await view.drawChanges();
    assert.equal(asked().rootsAsked, 0);
    assert.ok(view.elementOf('share:a'));
    assert.match((await view.hovered('server:notes'))?.tooltip ?? '', /Cursor/);
  });

  it('tells under the mouse what is known at that moment', async () => {
    await configure(named('notes'));
    await view.show();
    assert.equal(view.itemOf('server:notes')?.tooltip, undefined);
    const lines = (await view.hovered('server:notes'))?.tooltip?.split('\n') ?? [];
    assert.deepEqual(lines.slice(0, 3), ['notes', attempt.world.mcpUrl, 'needs sign-in']);
  });

  it('counts who needs a person, one more and one less at a time', async () => {
    await configure(named('notes'), named('other'), named('own', { oauth: false }));
    assert.equal(view.badge?.value, 2);
    await signIn('notes');
    assert.equal(view.badge.value, 1);
    await configure(named('own', { oauth: false }));
    assert.equal(view.badge, undefined);
  });

  it('has the files read once, when its first rows are drawn, and not where the window is gone by then', async () => {
    const { clock } = attempt.desk;
    await configure(named('notes'));
    clock.advance(minuteMs);
    assert.equal(looks, 0);
    await view.show();
    assert.equal(looks, 0);
    clock.advance(200);
    assert.equal(looks, 1);
    await configure(named('notes'), named('other'));
    clock.advance(minuteMs);
    assert.equal(looks, 1);
    const other = new shell.ServersTree({
      ...{ sessions, found, shares, clock, configured: settings as never },
      onFirstLook: () => (looks += 1),
    });
    void other.getChildren();
    other.dispose();
    clock.advance(minuteMs);
    assert.equal(looks, 1);
  });

  it('is drawn in one pass over a thousand servers, and one of them changes alone', async () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `server-${at}`);
    await configure(named('notes'), ...names.map((name) => named(name)));
    let lists = 0;
    const all = [...sessions.all];
    Object.defineProperty(sessions, 'all', {
      get: () => {
        lists += 1;
        return all;
      },
    });
    settings.looks = 0;
    await view.show();
    // The files are read when the rows are looked at first, and hold nothing.
    found.replace({ ...nothingFound });
    await view.drawChanges();
    const { rootsAsked, ids } = asked();
    assert.deepEqual([rootsAsked, ids.length], [1, 1_001]);
    assert.ok(settings.looks <= 2 * ids.length, `${settings.looks} looks into the settings`);
    assert.ok(lists <= 4, `${lists} times all sessions`);
    settings.looks = 0;
    lists = 0;
    await signIn('notes');
    const steps = view.asked.length;
    await view.drawChanges();
    assert.deepEqual(asked(), { rootsAsked: 0, ids: ['server:notes'] });
    assert.deepEqual([steps, settings.looks], [0, 1]);
    assert.ok(lists === 0, `${lists} times all sessions`);
  });

  it('has one row drawn again of a thousand servers when the settings of one change', async () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `server-${at}`);
    const all = names.map((name) => named(name));
    await configure(...all);
    await view.show();
    const { rootsAsked, ids } = asked();
    assert.deepEqual([rootsAsked, ids.length], [1, 1_000]);
    await configure(...all.map((server) => ({ ...server })));
    assert.deepEqual(asked(), { rootsAsked: 0, ids: [] });
    await configure(...all.with(7, named('server-7', { headers: { 'X-Tenant': 'mine' } })));
    assert.deepEqual(asked(), { rootsAsked: 0, ids: ['server:server-7'] });
    // VS Code has no way to put in one row: it asks for all of them, once.
    await configure(...all.with(7, named('renamed')));
    assert.deepEqual([asked().rootsAsked, view.elementOf('server:server-7')], [1, undefined]);
    assert.ok(view.elementOf('server:renamed'));
  });
});

function placeAt(line: number) {
  return { uri: { toString: () => 'file:///a/mcp.json' } as never, label: 'mcp.json', line, column: 1 };
}
