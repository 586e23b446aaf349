import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import { freePort } from '../support/freePort.ts';
import type { KeyboardPlace } from '../support/handsClient.ts';
import { configureServers, hands, rowSaying, stage } from './extension.ts';
import { quickInputWith } from './quickInput.ts';
import { registerByHand } from './registeredClient.ts';
import { SandboxProgram } from './sandboxProgram.ts';

/** Not a click in any of it; the eyes may look wherever they want. */
describe('By keyboard alone', () => {
  let program: SandboxProgram;
  let restore: () => Promise<void>;

  before(async () => {
    // Where the output of a server is in front, VS Code goes to another one once that server is gone, and closes whatever has
    // been opened to type into.
    await vscode.commands.executeCommand('mcpOAuth.showLog');
    program = await SandboxProgram.start('--fault', 'registration-closed');
    const oauth = { redirect: 'loopback', redirectPort: await freePort() };
    restore = await configureServers({
      other: { url: stage.sandbox.mcpUrl },
      keyed: { url: program.mcpUrl, oauth },
    });
    await rowSaying('keyed', /needs sign-in/);
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await restore();
    await program.close();
  });

  it('a person comes from the command to the guide, and through it and the consent page to a sign-in', async () => {
    await run('MCP OAuth: Sign In…');
    await quickInputWith(({ items }) => items.includes('keyed'));
    await hands.type('keyed');
    await quickInputWith(({ items }) => items[0] === 'keyed' && items.length === 1);
    await hands.press('Enter');
    await rowSaying('keyed', /^needs a client id/);

    const client = await registerByHand(program, await hands.webviewText('.uris code'));
    await moveTo(/^Client ID/, 'Tab');
    await hands.type(client.client_id);
    await moveTo(/^Client secret/, 'Tab');
    await hands.type(client.client_secret);
    await moveTo(/^Save and Sign In$/, 'Tab');
    await hands.press('Enter');

    await hands.waitForPage(`${program.pagesOrigin}/`);
    await moveTo(/^Sign in as$/, 'Tab', 'page');
    await hands.press('ControlOrMeta+A', 'page');
    await hands.type('ada', 'page');
    await moveTo(/^Passphrase$/, 'Tab', 'page');
    await hands.type(stage.passphrase, 'page');
    await moveTo(/^Allow$/, 'Tab', 'page');
    await hands.press('Enter', 'page');
    await rowSaying('keyed', /^connected as ada/);
    await hands.pageClose();
  });

  it('finds the server in the view, reads what is below it, and has all that its menu offers', async () => {
    await run('MCP OAuth: Focus on MCP servers View');
    await moveTo(/^keyed, connected as ada/, 'ArrowDown');
    await hands.press('ArrowRight');
    await rowSaying('Issuer', /./);
    await moveTo(/^ada: account in use/, 'ArrowDown');
    await moveTo(/^Issuer: http/, 'ArrowDown');
    await moveTo(/^keyed, connected as ada/, 'ArrowLeft');
    await chooseInMenu('Sign Out…');
    await rowSaying('keyed', /^signed out/);
  });

  it('reaches the links of the notification while a sign-in runs, and ends it', async () => {
    await run('MCP OAuth: Focus on MCP servers View');
    await moveTo(/^keyed, signed out/, 'ArrowDown');
    await chooseInMenu('Sign In…');
    await hands.waitForPage(`${program.pagesOrigin}/`);
    await hands.pageClose();
    await hands.waitForNotification('Copy Link');
    await run('Notifications: Show Notifications');
    await moveTo(/^Copy Link$/, 'Tab');
    await hands.press('Enter');
    await hands.waitForNotification('Link Copied');
    await moveTo(/^Cancel$/, 'Tab');
    await hands.press('Enter');
    await rowSaying('keyed', /^signed out/);
  });
});

/** Types the title of a command into the palette. */
async function run(title: string): Promise<void> {
  await hands.press('F1');
  await quickInputWith(({ items }) => items.length > 0, 'commands');
  await hands.type(title);
  await quickInputWith(({ items }) => items[0] === title, title);
  await hands.press('Enter');
}

/** Opens the menu of the row that has the focus. */
async function chooseInMenu(entry: string): Promise<void> {
  await hands.press('Shift+F10');
  await moveTo(new RegExp(`^${entry}$`), 'ArrowDown');
  await hands.press('Enter');
}

/** Presses the key until what is wanted has the focus. */
async function moveTo(wanted: RegExp, key: string, place?: KeyboardPlace): Promise<void> {
  const passed: string[] = [];
  await eventually(
    20_000,
    async () => {
      const focused = await hands.focusedElement(place);
      if (wanted.test(focused)) return true;
      passed.push(focused);
      assert.ok(
        passed.length < 60,
        `${key} does not lead to ${String(wanted)} but to ${passed.join(' | ')}.`,
      );
      await hands.press(key, place);
      return undefined;
    },
    () => `${key} does not lead to ${String(wanted)} but to ${passed.join(' | ')}.`,
  );
}
