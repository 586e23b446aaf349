import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { providerId } from '../../src/vscode/authenticationProviders.ts';
import {
  allowAs,
  configureServers,
  hands,
  openConsentPage,
  rowSaying,
  signInAs,
  silentSession,
  stage,
} from './extension.ts';
import { callTool, startMcpServer, toolNamed } from './mcpTools.ts';

describe('Several accounts on one server', () => {
  let restore: () => Promise<void>;
  before(async () => {
    restore = await configureServers({
      sandbox: { url: stage.sandbox.mcpUrl },
      shared: { url: stage.sandbox.mcpUrl },
    });
    await rowSaying('shared', /needs sign-in|signed out/);
    await signInAs('shared', 'ada');
    await startMcpServer('shared');
    assert.match(await callTool(await toolNamed('sandbox', 'whoami'), {}), /ada/);
  });
  after(() => restore());

  it('are signed in beside each other, and the newest is used', async () => {
    await hands.runCommand('MCP OAuth: Switch Account…');
    await hands.pickQuickItem('shared');
    assert.deepEqual((await hands.quickInputText()).items, ['ada', 'Sign In With Another Account…']);
    await hands.pickQuickItem('Sign In With Another Account…');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await allowAs('grace');
    await rowSaying('shared', /^connected as grace/);
    await hands.pageClose();
    const accounts = await vscode.authentication.getAccounts(providerId('shared'));
    assert.deepEqual(accounts.map(({ label }) => label).sort(), ['ada', 'grace']);
    const menu = await hands.accountsMenu();
    for (const entry of ['ada (shared)', 'grace (shared)']) assert.ok(menu.includes(entry), menu.join(', '));
  });

  it('are chosen for the workspace, and a running server goes on with the other one', async () => {
    const whoami = await toolNamed('sandbox', 'whoami');
    assert.match(await callTool(whoami, {}), /grace/);
    await hands.treeMenuClick('shared', ['Switch Account…']);
    await hands.pickQuickItem('ada');
    await rowSaying('shared', /^connected as ada/);
    assert.match(await callTool(whoami, {}), /ada/);
  });

  it('are given by name to extensions that the person allows it', async () => {
    const accounts = await vscode.authentication.getAccounts(providerId('shared'));
    const grace = accounts.find(({ label }) => label === 'grace');
    assert.ok(grace);
    const asked = vscode.authentication.getSession(providerId('shared'), ['mcp'], {
      account: grace,
      createIfNone: true,
    });
    await hands.clickDialog('Allow');
    const session = await asked;
    assert.equal(session.account.label, 'grace');
    const again = await vscode.authentication.getSession(providerId('shared'), ['mcp'], {
      account: grace,
      silent: true,
    });
    assert.equal(again?.accessToken, session.accessToken);
  });

  it('are signed out of one by one', async () => {
    await hands.runCommand('MCP OAuth: Sign Out…');
    await hands.pickQuickItem('shared');
    assert.deepEqual((await hands.quickInputText()).items, ['ada', 'grace', 'All Accounts']);
    await hands.pickQuickItem('ada');
    await rowSaying('shared', /^connected as grace/);
    const accounts = await vscode.authentication.getAccounts(providerId('shared'));
    assert.deepEqual(
      accounts.map(({ label }) => label),
      ['grace'],
    );
  });

  it('are all signed out of at once, after a question that names the servers', async () => {
    await hands.clearNotifications();
    await hands.runCommand('MCP OAuth: Sign Out of All Servers');
    const { message, detail, buttons } = await hands.dialog();
    assert.match(message, /^Sign out of one MCP server\?$/);
    assert.match(detail, /^shared\./);
    assert.ok(buttons.includes('Sign Out'), buttons.join());
    await hands.clickDialog('Sign Out');
    await rowSaying('shared', /^signed out/);
    await hands.waitForNotification('Signed out of one MCP server.');
    assert.equal(await silentSession('shared'), undefined);
  });

  it('leave nothing behind when the server is forgotten, which registers the editor anew the next time', async () => {
    await signInAs('shared', 'ada');
    await hands.treeMenuClick('shared', ['Forget Server…']);
    assert.match((await hands.dialog()).message, /^Forget all that is kept of “shared”\?$/);
    await hands.clickDialog('Forget');
    await rowSaying('shared', /^needs sign-in/);
    await hands.waitForNotification('Nothing is kept of “shared” any more but its entry in the settings.');
    await openConsentPage('shared');
    await allowAs('ada');
    await rowSaying('shared', /^connected as ada/);
    await hands.pageClose();
  });
});
