// The list of all servers, as it opens from the status bar and by keyboard.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import { crowdedServers, hostileName } from './crowdedServers.ts';
import type { QuickItem } from '../support/handsClient.ts';
import { configureServers, hands, rowSaying, signInAs, stage } from './extension.ts';
import { quickInputWith } from './quickInput.ts';
import { profileFile } from './sourceFiles.ts';

const item = 'mcpOAuth.status';
/** What VS Code has for “Back” in a quick input. */
const backKeys: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  win32: 'Alt+ArrowLeft',
  darwin: 'Control+-',
};

describe('The list of all servers', () => {
  let restore: () => Promise<void>;
  let putBack: (() => Promise<void>) | undefined;

  before(async () => {
    restore = await configureServers(crowdedServers());
    await signInAs('alpha', 'ada');
  });
  const cleanUp = async () => {
    rmSync(profileFile('mcp.json'), { force: true });
    await settings().update('inputs', undefined, true);
    await putBack?.();
    putBack = undefined;
  };
  after(async () => {
    await cleanUp();
    await restore();
  });

  it('opens the list of all servers, in groups by what they need, with the action as a button', async () => {
    await hands.clickStatusBarItem(item);
    const items = await listed();
    const [first, second] = items;
    assert.deepEqual(
      [first?.group, first?.label, first?.icon, first?.description, first?.detail],
      ['Needs you', hostileName, 'key', 'needs sign-in', stage.sandbox.mcpUrl],
    );
    assert.equal(first?.buttons[0], 'Sign In…');
    assert.deepEqual(
      [second?.group, second?.label, second?.icon, second?.buttons[0]],
      ['Ready', 'alpha', 'pass-filled', 'Sign Out…'],
    );
    await hands.screenshot('server-list-dark', 'workbench', 'dark');
    await hands.screenshot('server-list-light', 'workbench', 'light');
    await hands.press('Escape');
  });

  it('is drawn anew while it is open, with entries that are no servers yet, and stays on the line of the person', async () => {
    await hands.clickStatusBarItem(item);
    await listed();
    await hands.press('ArrowDown');
    await showing((items) => active(items) === 'alpha');
    const entry = { url: stage.sandbox.mcpUrl };
    putBack = await configureServers({
      'own-1': entry,
      ...{ alpha: entry, [hostileName]: entry },
      keyed: { ...entry, headers: { 'X-Key': '${input:key}' } },
      broken: { url: 'nowhere' },
    });
    await settings().update('inputs', [{ id: 'key', type: 'promptString' }], true);
    writeFileSync(
      profileFile('mcp.json'),
      '{ "servers": { "spare": { "url": "https://mcp.example/spare" } } }',
    );
    const items = await showing((shown) => {
      const names = shown.map(({ label }) => label);
      return names.includes('spare') && names.includes('keyed') && names.indexOf('own-1') === 0;
    });
    assert.deepEqual(
      items
        .slice(0, 6)
        .map(({ label, description, group }) => [
          label,
          description.replace(/^settings\.json:\d+: /, ''),
          group,
        ]),
      [
        ['own-1', 'needs sign-in', 'Needs you'],
        [hostileName, 'needs sign-in', ''],
        ['keyed', 'needs a value: key', ''],
        ['broken', '“url” in the settings is not usable', ''],
        ['alpha', 'connected as ada', 'Ready'],
        ['spare', 'in mcp.json', 'Found in other files'],
      ],
    );
    assert.equal(active(items), 'alpha');
    await hands.screenshot('server-list-entries');
  });

  it('has a button on each entry that is no server yet, which does what helps', async () => {
    await hands.clickQuickItemButton('keyed', 'Enter Value…');
    await quickInputWith(({ title }) => title.includes('“keyed”'), 'what is asked for');
    await hands.quickInput('value');
    await rowSaying('keyed', /^needs sign-in/);

    await hands.clickStatusBarItem(item);
    await listed();
    await hands.clickQuickItemButton('broken', 'Open Settings');
    // Where the cursor is, as the person sees it.
    const line = readFileSync(profileFile('settings.json'), 'utf8')
      .split('\n')
      .findIndex((text) => text.includes('"broken"'));
    const cursor = async () => {
      const { activeTab } = vscode.window.tabGroups.activeTabGroup;
      if (activeTab?.label !== 'settings.json') return activeTab?.label;
      const shown = await hands.statusBarItem('status.editor.selection').catch(() => undefined);
      return shown?.text;
    };
    await eventually(
      20_000,
      async () => (await cursor())?.startsWith(`Ln ${line + 1},`) || undefined,
      async () => `The entry of line ${line + 1} was not opened but ${await cursor()}.`,
    );
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');

    await hands.clickStatusBarItem(item);
    await listed();
    await hands.pickQuickItem('spare');
    const { title } = await quickInputWith(({ items }) => items.includes('Manage with MCP OAuth'));
    assert.equal(title, 'spare: in mcp.json');
    await hands.press('Escape');
    await cleanUp();
  });

  it('leads by keyboard alone to all that can be done with a server, and back', async () => {
    await hands.runCommand('MCP OAuth: Show Servers…');
    await listed();
    await type('alpha');
    await hands.press('Enter');
    const { title } = await quickInputWith(
      (shown) => shown.items.includes('Switch Account…'),
      'what can be done',
    );
    assert.match(title, /^alpha: connected as ada/);
    await hands.screenshot('server-actions-dark', 'workbench', 'dark');
    await hands.screenshot('server-actions-light', 'workbench', 'light');
    const names = (await hands.quickItems()).map(({ label }) => label);
    assert.equal(names[0], 'Sign Out…');
    assert.equal(new Set(names).size, names.length);
    // Where the person was.
    await hands.press(backKeys[process.platform] ?? 'Control+Alt+-');
    const back = await listed();
    assert.equal(back.find(({ isActive }) => isActive)?.label, 'alpha');
    await hands.press('Enter');
    await quickInputWith((shown) => shown.items.includes('Sign Out…'), 'what can be done');
    await hands.press('Enter');
    await rowSaying('alpha', /^signed out/);
  });

  it('ends with what adds a server and shows the log', async () => {
    await hands.runCommand('MCP OAuth: Show Servers…');
    await listed();
    await hands.press('ArrowUp');
    const items = await eventually(
      10_000,
      async () => {
        const shown = await hands.quickItems();
        return shown.at(-1)?.label === 'Show Log' ? shown : undefined;
      },
      () => 'The list does not end with “Show Log”.',
    );
    assert.equal(items.at(-2)?.label, 'Add Server…');
    await hands.press('Escape');
  });

  function settings(): vscode.WorkspaceConfiguration {
    return vscode.workspace.getConfiguration('mcpOAuth');
  }

  function active(items: readonly QuickItem[]): string | undefined {
    return items.find(({ isActive }) => isActive)?.label;
  }

  /** The entries of the list, once they are as wanted. */
  async function showing(
    isAsWanted: (items: readonly QuickItem[]) => boolean,
  ): Promise<readonly QuickItem[]> {
    let last: readonly QuickItem[] = [];
    return eventually(
      20_000,
      async () => {
        last = await hands.quickItems();
        return isAsWanted(last) ? last : undefined;
      },
      () => `The list shows ${JSON.stringify(last)}.`,
    );
  }

  async function listed(): Promise<readonly QuickItem[]> {
    await quickInputWith(({ title }) => title === 'MCP Servers', 'the list of servers');
    return hands.quickItems();
  }

  async function type(text: string): Promise<void> {
    for (const key of text) await hands.press(key);
    await quickInputWith(({ items }) => items[0] === text, text);
  }
});
