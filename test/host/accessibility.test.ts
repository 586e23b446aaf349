import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import type { Surface } from '../support/handsClient.ts';
import { allowAs, configureServers, hands, openConsentPage, rowSaying, stage } from './extension.ts';
import { SandboxProgram } from './sandboxProgram.ts';
import { untilTabs } from './tabs.ts';

const themes = [
  { theme: 'Default Dark Modern', kind: vscode.ColorThemeKind.Dark, name: 'vscode-dark' },
  { theme: 'Default Light Modern', kind: vscode.ColorThemeKind.Light, name: 'vscode-light' },
  { theme: 'Default High Contrast', kind: vscode.ColorThemeKind.HighContrast, name: 'vscode-high-contrast' },
] as const;

const actionBar =
  'VS Code names the list of buttons that it draws in a notification, and says that it is no list.';

/** What axe finds and is not mended: markup of VS Code, and what has to be so. By surface and rule, with the reason. */
const excused: Partial<Record<Surface['kind'], Readonly<Record<string, string>>>> = {
  page: {
    'meta-refresh':
      'A sign-in that nobody answers has to end (WCAG 2.2.1, essential exception); the page says how long it waits.',
  },
  view: {
    'label-content-name-mismatch':
      'VS Code draws label and description of a row without a space between them.',
  },
  statusBarItem: { 'label-content-name-mismatch': 'What is drawn as “MCP 2/6” is read out in words.' },
  notification: { 'aria-prohibited-attr': actionBar, 'presentation-role-conflict': actionBar },
};

describe('What a screen reader and weak eyes get', () => {
  let program: SandboxProgram;
  let web: Server;
  let restore: () => Promise<void>;

  before(async () => {
    program = await SandboxProgram.start('--fault', 'registration-closed');
    web = createServer((_, response) => response.end('<!doctype html><title>Welcome</title>'));
    await new Promise<void>((listening) => web.listen(0, '127.0.0.1', listening));
    const { port } = web.address() as AddressInfo;
    restore = await configureServers({
      fresh: { url: stage.sandbox.mcpUrl },
      signed: { url: stage.sandbox.mcpUrl },
      closed: { url: program.mcpUrl },
      odd: { url: `http://127.0.0.1:${port}/mcp` },
      header: { url: program.mcpUrl, headers: { Authorization: 'Bearer mine' } },
      typed: { url: stage.sandbox.mcpUrl, oauth: { redirect: 'device' } },
    });
    await rowSaying('odd', /needs sign-in/);
    await hands.clickTreeAction('closed', 'Sign In…');
    await rowSaying('closed', /needs a client id/);
    await hands.clickTreeAction('odd', 'Sign In…');
    await rowSaying('odd', /sign-in failed/);
    await hands.clearNotifications();
  });

  after(async () => {
    await vscode.workspace
      .getConfiguration('workbench')
      .update('colorTheme', undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await restore();
    await program.close();
    web.close();
  });

  it('is in order on the consent page, light, dark and in forced colours', async () => {
    const problems = new Problems();
    await openConsentPage('signed');
    await problems.ofPage('as it opens');
    await hands.pageFill('#passphrase', 'guessed');
    await hands.pageClick('#allow');
    await eventually(
      10_000,
      async () => (await hands.pageText()).includes('not the passphrase') || undefined,
      () => 'The page does not say that the passphrase is wrong.',
    );
    await problems.ofPage('with an alarm');
    await allowAs('ada');
    await rowSaying('signed', /^connected as ada/);
    await hands.pageClose();
    problems.none();
  });

  it('names the state of each server in words beside an icon of its own, and the sum of them all', async () => {
    await hands.setTreeRowOpen('signed', true);
    await rowSaying('Defined in', /./);
    await hands.clickTreeAction('typed', 'Sign In…');
    await untilTabs('Code for typed', 1);
    await rowSaying('typed', /^waiting for your browser/);
    const tree = await hands.accessibilityTree({ kind: 'view', title: 'MCP servers' });
    const rows = [...tree.matchAll(/treeitem "([^"]+)"(.*)/g)];
    const [servers, details] = [rows.filter(isTop), rows.filter((row) => !isTop(row))].map((some) =>
      some.map(([, name]) => name),
    );
    assert.match(tree, /^- tree "MCP servers":/);
    assert.deepEqual(servers, [
      'fresh, needs sign-in',
      'signed, connected as ada',
      'closed, needs a client id',
      'odd, sign-in failed',
      'header, uses its own header',
      'typed, waiting for your browser',
    ]);
    assert.ok(details?.includes('ada: account in use'), tree);
    assert.ok(
      details?.every((name) => /^.+: .+$/.test(name ?? '')),
      tree,
    );
    const drawn = (await hands.treeRows('MCP servers')).filter(({ level }) => level === 1);
    assert.equal(new Set(drawn.map(({ icon }) => icon)).size, drawn.length, JSON.stringify(drawn));
    assert.match(
      await hands.accessibilityTree({ kind: 'statusBarItem', idOrText: 'mcpOAuth.status' }),
      /button "MCP servers: 2 of 6 ready, 3 need you, a sign-in runs"/,
    );
  });

  it('is in order in the view, the status bar, a notification and our pages, in each theme', async () => {
    const problems = new Problems();
    await hands.treeMenuClick('closed', ['Configure Client…']);
    await untilTabs('Configure Client: closed', 1);
    await hands.webviewFill('#client-secret', 'secret');
    await hands.webviewClick('#show');
    await hands.webviewClick('#save');
    assert.match(await hands.webviewText('#client-id-problem:not(:empty)'), /./);
    for (const { theme, kind, name } of themes) {
      await choose(theme, kind);
      for (const tab of ['Configure Client: closed', 'Code for typed']) {
        await front(tab, name);
        await problems.of({ kind: 'webview' }, `${tab}, ${theme}`);
        await hands.screenshot(`accessibility-${name}-${tab.slice(0, 4)}`);
      }
      await problems.of({ kind: 'view', title: 'MCP servers' }, theme);
      await problems.of({ kind: 'statusBarItem', idOrText: 'mcpOAuth.status' }, theme);
      await problems.of({ kind: 'notification', text: '“typed”' }, theme);
    }
    await hands.press('Escape');
    await hands.webviewClick('[data-ask="open"]');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    assert.match(await hands.pageText(), /Is it this device\?/);
    await problems.ofPage('that compares the code');
    await hands.pageClose();
    await hands.clickTreeAction('typed', 'Cancel Sign-In');
    await rowSaying('typed', /^needs sign-in/);
    problems.none();
  });
});

function isTop([, , rest = '']: RegExpMatchArray): boolean {
  return rest.includes('[level=1]');
}

async function choose(theme: string, kind: vscode.ColorThemeKind): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('workbench');
  await configuration.update('colorTheme', theme, vscode.ConfigurationTarget.Global);
  await eventually(
    10_000,
    () => Promise.resolve(vscode.window.activeColorTheme.kind === kind || undefined),
    () => `The theme is not ${theme}.`,
  );
}

/** Brings one of two tabs to the front, and waits until it is drawn in the theme. */
async function front(tab: string, themeName: string): Promise<void> {
  const isFront = () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === tab;
  if (!isFront()) await vscode.commands.executeCommand('workbench.action.nextEditor');
  await eventually(
    10_000,
    () => Promise.resolve(isFront() || undefined),
    () => `The tab “${tab}” is not in front.`,
  );
  await hands.webviewText(`body[data-vscode-theme-kind="${themeName}"] main`);
}

/** What is wrong on all that was looked at, so that one run tells everything. */
class Problems {
  private readonly found: string[] = [];

  async of(surface: Surface, where: string): Promise<void> {
    for (const { rule, help, target, summary } of await hands.accessibilityProblems(surface))
      if (!(rule in (excused[surface.kind] ?? {})))
        this.found.push(`${surface.kind} (${where}): ${rule}: ${help}; ${target}: ${summary}`);
  }

  async ofPage(where: string): Promise<void> {
    for (const colours of ['light', 'dark', 'forced'] as const)
      await this.of({ kind: 'page', colours }, `${where}, ${colours}`);
    await hands.screenshot(`accessibility-page-${where}`, 'page');
  }

  none(): void {
    assert.deepEqual(this.found, []);
  }
}
