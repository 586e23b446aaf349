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

/** What axe finds in VS Code's own markup, by surface and rule, and why it is not ours to mend. */
const notOurs: Partial<Record<Surface['kind'], Readonly<Record<string, string>>>> = {};

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

  it('on the consent page, light, dark and in forced colours', async () => {
    await openConsentPage('signed');
    for (const colours of ['light', 'dark', 'forced'] as const)
      await isWell({ kind: 'page', colours }, colours);
    await hands.pageFill('#passphrase', 'guessed');
    await hands.pageClick('#allow');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    for (const colours of ['light', 'dark', 'forced'] as const)
      await isWell({ kind: 'page', colours }, colours);
    await allowAs('ada');
    await rowSaying('signed', /^connected as ada/);
    await hands.pageClose();
  });

  it('in the view, the status bar, a notification and our pages, in each theme', async () => {
    await hands.setTreeRowOpen('signed', true);
    await rowSaying('Defined in', /./);
    await hands.treeMenuClick('closed', ['Configure Client…']);
    await untilTabs('Configure Client: closed', 1);
    await hands.clickTreeAction('typed', 'Sign In…');
    await untilTabs('Code for typed', 1);
    await hands.waitForNotification('“typed”');
    console.log(await hands.accessibilityTree({ kind: 'view', title: 'MCP servers' }));
    console.log(await hands.accessibilityTree({ kind: 'statusBarItem', idOrText: 'mcpOAuth.status' }));
    console.log(await hands.accessibilityTree({ kind: 'notification', text: '“typed”' }));
    for (const { theme, kind, name } of themes) {
      const configuration = vscode.workspace.getConfiguration('workbench');
      await configuration.update('colorTheme', theme, vscode.ConfigurationTarget.Global);
      await eventually(
        10_000,
        () => Promise.resolve(vscode.window.activeColorTheme.kind === kind || undefined),
        () => `The theme is not ${theme}.`,
      );
      for (const heading of [/^Sign in to “typed”/, /^Register a client/]) {
        await hands.webviewText(`body[data-vscode-theme-kind="${name}"] main`);
        assert.match(await hands.webviewText('h1'), heading);
        await isWell({ kind: 'webview' }, theme);
        await hands.screenshot(`accessibility-${name}-${heading.source.slice(1, 5)}`);
        await vscode.commands.executeCommand('workbench.action.nextEditor');
      }
      await isWell({ kind: 'view', title: 'MCP servers' }, theme);
      await isWell({ kind: 'statusBarItem', idOrText: 'mcpOAuth.status' }, theme);
      await isWell({ kind: 'notification', text: '“typed”' }, theme);
    }
    await hands.clickTreeAction('typed', 'Cancel Sign-In');
    await rowSaying('typed', /^needs sign-in/);
  });
});

async function isWell(surface: Surface, theme: string): Promise<void> {
  const excused = notOurs[surface.kind] ?? {};
  const problems = (await hands.accessibilityProblems(surface)).filter(({ rule }) => !(rule in excused));
  for (const problem of problems) console.log(surface.kind, theme, JSON.stringify(problem));
}
