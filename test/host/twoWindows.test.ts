import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { connectHands } from '../support/handsClient.ts';
import { allowAs, configureServers, hands, rowSaying, signOut } from './extension.ts';
import { SandboxProgram } from './sandboxProgram.ts';

describe('A second window', () => {
  let sandbox: SandboxProgram;
  let restoreServers: () => Promise<void>;

  before(async () => {
    sandbox = await SandboxProgram.start();
    restoreServers = await configureServers({ shared: { url: sandbox.mcpUrl } });
    await hands.clearNotifications();
    await hands.openWindow();
  });

  after(async () => {
    await hands.useWindow(2);
    await hands.closeWindow();
    await restoreServers();
    await sandbox.close();
  });

  it('shows the same servers', async () => {
    await rowSaying('shared', /^needs sign-in/);
    assert.equal((await hands.treeRows('MCP servers')).length, 1);
  });

  it('is a window of its own, and no page that the first one opened', async () => {
    const said = 'No sign-in waits for an answer from your browser.';
    await hands.runCommand('MCP OAuth: Paste Callback Address…');
    await hands.waitForNotification(said);
    await hands.useWindow(1);
    const messages = (await hands.notifications()).map(({ message }) => message);
    assert.ok(!messages.includes(said), messages.join(' | '));

    const { authority } = await vscode.env.asExternalUri(vscode.Uri.parse('http://127.0.0.1:1/'));
    const impatient = connectHands({ deadlineMs: 1_000 });
    await assert.rejects(impatient.waitForPage(`http://${authority}/?`), /No page at/);
  });

  it('is given no tests to run, for they run in the first', async () => {
    const answer = await fetch(process.env['MCP_OAUTH_TEST_REPORTS'] ?? '', {
      method: 'POST',
      body: JSON.stringify({ asks: 'which tests to run' }),
    });
    assert.equal(await answer.text(), '');
    await assert.rejects(hands.reloadWindow(), /The tests run in the first window/);
    await assert.rejects(hands.closeWindow(), /The tests run in the first window/);
  });

  it('that is loaded again shows them as the first window left them, and asks for no token of its own', async () => {
    await rowSaying('shared', /^needs sign-in/);
    await hands.clickTreeAction('shared', 'Sign In…');
    await hands.waitForPage(`${sandbox.pagesOrigin}/`);
    await allowAs('ada');
    await rowSaying('shared', /^connected as ada/);
    await hands.pageClose();

    await hands.useWindow(2);
    await hands.reloadWindow();
    await rowSaying('shared', /^connected as ada/);
    assert.equal((await sandbox.requests('authorization POST /token ')).length, 1);
    await hands.useWindow(1);
    await signOut('shared');
  });
});
