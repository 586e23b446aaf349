/** Takes the pictures of the README, inside the extension host: servers in several states, a sign-in, the guide, a trace. */
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import { allowAs, configureServers, hands, rowSaying, stage } from '../host/extension.ts';
import { SandboxProgram } from '../host/sandboxProgram.ts';
import type { PictureName } from './pictureNames.ts';

export async function run(): Promise<void> {
  // Tokens of an hour that cannot be renewed show how long they last.
  const hourly = await SandboxProgram.start('--no-refresh-tokens');
  try {
    await configureServers({
      notes: { url: stage.sandbox.mcpUrl },
      calendar: { url: hourly.mcpUrl },
      issues: { url: stage.brief.mcpUrl },
      design: { url: hourly.mcpUrl },
      billing: { url: stage.sandbox.mcpUrl },
      search: { url: stage.sandbox.mcpUrl, headers: { Authorization: 'Bearer mine' } },
    });
    await rowSaying('notes', /needs sign-in/);
    await dress();
    await signInAs('issues', stage.brief.issuer, 'ada');
    await signInAs('notes', stage.sandbox.issuer, 'ada');
    await signInAs('calendar', hourly.pagesOrigin, 'ada');

    await hourly.chooseFaults('registration-closed');
    await hands.clickTreeAction('design', 'Sign In…');
    await rowSaying('design', /client id/);
    await hands.clickTreeAction('design', 'Configure Client…');
    await guideIsShown();
    await take('guide');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');

    await hands.runCommand('MCP OAuth: Show Trace');
    await hands.pickQuickItem('design');
    await eventually(
      20_000,
      () => Promise.resolve(vscode.window.activeTextEditor),
      () => 'The trace did not open.',
    );
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await take('trace');
    await hands.openView('MCP OAuth');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await hourly.chooseFaults();

    await rowSaying('issues', /expired/, 60_000);
    await hands.setTreeRowOpen('calendar', true);
    await take('servers');
    await hands.setTreeRowOpen('calendar', false);

    await hands.clickTreeAction('billing', 'Sign In…');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await hands.pageClose();
    await rowSaying('billing', /browser/);
    await vscode.commands.executeCommand('notifications.showList');
    await take('sign-in');
  } finally {
    await hourly.close();
  }
}

async function signInAs(server: string, pages: string, account: string): Promise<void> {
  await hands.clickTreeAction(server, 'Sign In…');
  await hands.waitForPage(`${pages}/`);
  await allowAs(account);
  await rowSaying(server, /^connected/);
  await hands.pageClose();
  await hands.clearNotifications();
}

/** What makes a picture easy to look at: one theme, no frame of the test, room for the rows. */
async function dress(): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  await settings.update('workbench.colorTheme', 'Default Dark Modern', vscode.ConfigurationTarget.Global);
  await settings.update('window.commandCenter', false, vscode.ConfigurationTarget.Global);
  await settings.update('editor.minimap.enabled', false, vscode.ConfigurationTarget.Global);
  await settings.update('editor.guides.indentation', false, vscode.ConfigurationTarget.Global);
  await vscode.commands.executeCommand('workbench.action.focusFirstEditorGroup');
  for (let step = 0; step < 3; step += 1)
    await vscode.commands.executeCommand('workbench.action.decreaseViewWidth');
}

/** The page has come up with what is to be registered. */
async function guideIsShown(): Promise<void> {
  await eventually(
    20_000,
    async () => ((await hands.webviewText('.uris code')) === '' ? undefined : true),
    () => 'The guide did not come up.',
  );
}

async function take(name: PictureName): Promise<void> {
  console.log(await hands.screenshot(name));
}
