import assert from 'node:assert/strict';
import { writeFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import type { TreeRow } from '../support/handsClient.ts';
import { allowAs, configureServers, hands, openConsentPage, rowSaying, stage } from './extension.ts';
import { pasted } from './pasted.ts';
import { SandboxProgram } from './sandboxProgram.ts';
import { profileFile } from './sourceFiles.ts';

describe('Each state is drawn in the tree with icon, text and the one action that helps:', () => {
  /** Its tokens last an hour and cannot be renewed. */
  let sandbox: SandboxProgram;
  let web: Server;
  let restore: () => Promise<void>;

  before(async () => {
    sandbox = await SandboxProgram.start('--no-refresh-tokens');
    web = createServer((_, response) => response.end('<!doctype html><title>Welcome</title>'));
    await new Promise<void>((listening) => web.listen(0, '127.0.0.1', listening));
    const { port } = web.address() as AddressInfo;
    restore = await configureServers({
      fresh: { url: stage.sandbox.mcpUrl },
      waiting: { url: stage.sandbox.mcpUrl },
      signed: { url: sandbox.mcpUrl },
      brief: { url: stage.brief.mcpUrl },
      closed: { url: sandbox.mcpUrl },
      odd: { url: `http://127.0.0.1:${port}/mcp` },
      header: { url: sandbox.mcpUrl, headers: { Authorization: 'Bearer mine' } },
    });
    await rowSaying('odd', /needs sign-in/);
    await clear();
  });

  after(async () => {
    await restore();
    await sandbox.close();
    web.close();
  });

  it('no sign-in yet, none wanted, an error, no registration', async () => {
    await drawn('fresh', 'key', 'needs sign-in', ['Sign In…']);
    await drawn('header', 'pass', 'uses its own header', []);
    await hands.clickTreeAction('odd', 'Sign In…');
    await drawn('odd', 'error', 'sign-in failed', ['Sign In…']);
    await sandbox.chooseFaults('registration-closed');
    await hands.clickTreeAction('closed', 'Sign In…');
    await drawn('closed', 'tools', 'needs a client id', ['Configure Client…']);
    await sandbox.chooseFaults();
    await clear();
  });

  it('connected, with the time that is left, and expired', async () => {
    await openConsentPage('brief');
    await allowAs('grace');
    await drawn('brief', 'pass-filled', 'connected as grace, under 1 min left', ['Sign Out…']);
    await hands.pageClose();
    await hands.clickTreeAction('signed', 'Sign In…');
    await hands.waitForPage(`${sandbox.pagesOrigin}/`);
    await allowAs('ada');
    await drawn('signed', 'pass-filled', /^connected as ada, 5\d min left$/, ['Sign Out…']);
    await hands.pageClose();
    await drawn('brief', 'history', 'sign-in expired', ['Sign In…'], 40_000);
  });

  it('waiting for a browser', async () => {
    await openConsentPage('waiting');
    await drawn('waiting', 'loading', 'waiting for your browser', ['Cancel Sign-In']);
    await hands.pageClose();
    await clear();
  });

  it('and says under the mouse what else there is to know of it', async () => {
    const lines = (await hands.treeTooltip('signed', 'tree-tooltip')).split(/\n+/);
    assert.deepEqual(lines.slice(0, 2), ['signed', sandbox.mcpUrl]);
    assert.match(lines.join(' '), / connected as ada, until \d.* After that you have to sign in again\./);
  });

  it('and how many need a person, as a number on the view', async () => {
    await badge('4: 4 servers need you');
  });

  it('What is known of a sign-in stands below it, and can be copied', async () => {
    await hands.setTreeRowOpen('signed', true);
    await rowSaying('Defined in', /./);
    const rows = await below('signed');
    assert.deepEqual(
      rows.map(({ label }) => label),
      ['ada', 'Token', 'Scopes', 'Issuer', 'Client', 'Redirect', 'Address', 'Defined in'],
    );
    const said = new Map(rows.map((row) => [row.label, row]));
    assert.equal(said.get('ada')?.description, 'account in use');
    assert.equal(said.get('ada')?.ariaLabel, 'ada: account in use');
    assert.match(said.get('Token')?.description ?? '', /^5\d min left, then you sign in again$/);
    assert.match(said.get('Client')?.description ?? '', /^registered: ./);
    assert.equal(said.get('Redirect')?.description, 'the address of VS Code');
    assert.equal(said.get('Defined in')?.description, 'your user settings');
    assert.ok(rows.every(({ icon, ariaLabel, level }) => icon && ariaLabel && level === 2));
    await hands.treeMenuClick('Issuer', ['Copy']);
    await eventually(
      30_000,
      async () => (await pasted().catch(() => undefined)) === said.get('Issuer')?.description || undefined,
      () => 'The issuer was not copied.',
    );
    await picture('tree-states');
    await hands.clickTreeRow('Defined in');
    await eventually(
      10_000,
      () =>
        Promise.resolve(
          vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'settings.json' || undefined,
        ),
      () => 'The entry was not opened.',
    );
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('A second sign-in that fails takes nothing away, and is told below the server', async () => {
    await hands.treeMenuClick('signed', ['Switch Account…']);
    await hands.pickQuickItem('Sign In With Another Account…');
    await hands.waitForPage(`${sandbox.pagesOrigin}/`);
    await hands.pageClick('#deny');
    await rowSaying('signed', /^connected as ada/);
    // The editor is slow behind a page.
    await hands.pageClose();
    let failed = await rowSaying('Last error', /The person declined access/);
    assert.match(failed.description, /^\d.*: /);
    // A row that takes the place of another has its icon a moment later.
    await eventually(
      10_000,
      async () => {
        failed = await rowSaying('Last error', /The person declined access/);
        return failed.icon === 'warning' || undefined;
      },
      () => `The last error has the icon “${failed.icon}”.`,
    );
    await clear();
    await rowSaying('signed', /^connected as ada, 5\d min left$/);
  });

  it('offline says when it tries again, and keeps its place and what is below it', async () => {
    await sandbox.stop();
    await hands.treeMenuClick('signed', ['Refresh Now…']);
    await drawn('signed', 'debug-disconnect', /^offline, next try at \d{1,2}:\d\d/, ['Try Now']);
    await eventually(
      10_000,
      async () => (await below('signed'))[0]?.label === 'Last error' || undefined,
      async () => `What is below begins with “${(await below('signed'))[0]?.label}”.`,
    );
    await hands.clickTreeAction('signed', 'Try Now');
    await rowSaying('signed', /^offline/);
    await sandbox.startAgain();
    // It may have been tried again by itself meanwhile; the menu has this either way.
    await hands.treeMenuClick('signed', ['Refresh Now…']);
    await rowSaying('signed', /^connected as ada/);
  });

  it('An account is left from its own row', async () => {
    await hands.treeMenuClick('ada', ['Sign Out of This Account']);
    await drawn('signed', 'key', 'signed out', ['Sign In…']);
    await hands.waitForNotification('Signed out of “signed” as ada.');
    await badge('5: 5 servers need you');
    await hands.setTreeRowOpen('signed', false);
    await hands.clickTreeAction('waiting', 'Cancel Sign-In');
  });

  it('What is found elsewhere has a group of its own', async () => {
    writeFileSync(
      profileFile('mcp.json'),
      '{ "servers": { "spare": { "url": "https://mcp.example/spare" } } }',
    );
    const spare = await rowSaying('spare', /^in mcp\.json$/);
    assert.deepEqual([spare.level, spare.icon, spare.actions], [2, 'mcp', ['Manage with MCP OAuth']]);
    const group = await rowSaying('Found elsewhere', /^1$/);
    assert.deepEqual([group.level, group.ariaLabel], [1, 'Found elsewhere, one server']);
    await hands.screenshot('tree-found');
    rmSync(profileFile('mcp.json'));
    await eventually(
      20_000,
      async () =>
        (await hands.treeRows('MCP servers')).every(({ label }) => label !== 'Found elsewhere') || undefined,
      () => 'The group is still there.',
    );
  });

  it('Where there is no server, the view says how to come by one', async () => {
    const putBack = await configureServers({});
    assert.match(await hands.viewWelcome('MCP servers'), /^Add an MCP server by its address/);
    await badge('');
    await hands.screenshot('tree-welcome');
    await hands.clickViewWelcome('MCP servers', 'Add Server');
    await hands.press('Escape');
    await putBack();
    await rowSaying('fresh', /needs sign-in/);
  });

  /** The row of a server, once all of it is drawn so. */
  async function drawn(
    server: string,
    icon: string,
    words: string | RegExp,
    actions: readonly string[],
    withinMs?: number,
  ): Promise<TreeRow> {
    const pattern = typeof words === 'string' ? new RegExp(`^${words}$`) : words;
    const { description } = await rowSaying(server, pattern, withinMs);
    const wanted = { icon, description, ariaLabel: `${server}, ${description}`, actions, level: 1 };
    let last: object = {};
    return eventually(
      10_000,
      async () => {
        const row = await rowSaying(server, /./);
        last = { ...row, label: undefined };
        return isDeepStrictEqual({ ...wanted, label: server }, row) ? row : undefined;
      },
      () => `“${server}” is ${JSON.stringify(last)}.`,
    );
  }

  /** The rows below a server that is open, once they are there. */
  async function below(server: string): Promise<readonly TreeRow[]> {
    let found: readonly TreeRow[] = [];
    return eventually(
      10_000,
      async () => {
        const rows = await hands.treeRows('MCP servers');
        const after = rows.slice(rows.findIndex(({ label, level }) => label === server && level === 1) + 1);
        const end = after.findIndex(({ level }) => level === 1);
        found = after.slice(0, end);
        return found.length > 0 ? found : undefined;
      },
      () => `Nothing is below “${server}”.`,
    );
  }

  /** The window in each kind of theme. */
  async function picture(name: string): Promise<void> {
    const configuration = vscode.workspace.getConfiguration('workbench');
    const themes = {
      light: ['Default Light Modern', vscode.ColorThemeKind.Light],
      dark: ['Default Dark Modern', vscode.ColorThemeKind.Dark],
      contrast: ['Default High Contrast', vscode.ColorThemeKind.HighContrast],
    } as const;
    for (const [kind, [theme, wanted]] of Object.entries(themes)) {
      await configuration.update('colorTheme', theme, vscode.ConfigurationTarget.Global);
      await eventually(
        10_000,
        () => Promise.resolve(vscode.window.activeColorTheme.kind === wanted || undefined),
        () => `The theme is not ${theme}.`,
      );
      await hands.screenshot(`${name}-${kind}`);
    }
    await configuration.update('colorTheme', undefined, vscode.ConfigurationTarget.Global);
  }

  async function clear(): Promise<void> {
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
  }

  function badge(words: string): Promise<true> {
    return eventually(
      10_000,
      async () => (await hands.viewBadge('MCP OAuth')) === words || undefined,
      async () => `The badge says “${await hands.viewBadge('MCP OAuth')}”.`,
    );
  }
});
