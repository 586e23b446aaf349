import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import * as vscode from 'vscode';
import { connectHands } from '../support/handsClient.ts';
import { configureServers, hands, rowSaying, silentSession, stage } from './extension.ts';
import { callTool, startMcpServer, toolNamed } from './mcpTools.ts';
import { pasted } from './pasted.ts';

/** Where its pages are: a name that VS Code in a browser opens as it is, unlike `localhost`. */
const pages = 'http://sandbox.localhost:';

describe('The sandbox', () => {
  let restore: () => Promise<void>;
  let passphrase: string;
  before(async () => {
    restore = await configureServers({});
    await clear();
  });
  after(() => restore());

  it('is offered by the empty view, while the palette offers nothing that needs it', async () => {
    await hands.openView('MCP OAuth');
    assert.match(await hands.viewWelcome('MCP servers'), /needs no account/);
    const impatient = connectHands({ deadlineMs: 10_000 });
    await assert.rejects(impatient.runCommand('MCP OAuth: Stop Sandbox Server'), /No quick input entry/);
    await hands.press('Escape');
  });

  it('starts, and asks before it is added to the settings', async () => {
    await hands.clickViewWelcome('MCP servers', 'Try the Sandbox');
    const { message, detail, buttons } = await hands.dialog();
    assert.match(message, /^Add the sandbox at http:\/\/127\.0\.0\.1:\d+\/mcp to your servers\?$/);
    assert.match(detail, /user settings/);
    assert.deepEqual(buttons.toSorted(), ['Add Server', 'Cancel']);
    assert.deepEqual(serversOfPerson(), {});
    await hands.clickDialog('Add Server');
    await rowSaying('sandbox', /^needs sign-in/);
    assert.deepEqual(serversOfPerson(), { sandbox: { url: /http\S+/.exec(message)?.[0] } });
  });

  it('says what its passphrase is for, and copies it', async () => {
    const { message, buttons } = await hands.waitForNotification('The sandbox is running.');
    assert.match(message, /asks for a passphrase, to prove that a person is there/);
    assert.deepEqual(buttons, ['Sign In', 'Copy Passphrase']);
    await hands.clickNotification('Copy Passphrase');
    await hands.waitForNotification('The passphrase is on the clipboard.');
    passphrase = await pasted();
    assert.match(passphrase, /^\w{4}(-\w{4}){3}$/);
  });

  it('signs a person in who knows the passphrase', async () => {
    await hands.clickNotification('Sign In');
    await allow('ada');
    await rowSaying('sandbox', /^connected as ada/);
  });

  it('serves tools to VS Code’s MCP client', async () => {
    await startMcpServer('sandbox');
    assert.match(await callTool(await toolNamed('sandbox', 'whoami'), {}), /ada/);
  });

  it('takes a fault that is chosen, and gives it up again', async () => {
    await signOut();
    await toggleFault('temporarily-unavailable');
    await hands.waitForNotification('Faults that the sandbox has now: temporarily-unavailable.');
    await clear();
    await hands.clickTreeAction('sandbox', 'Sign In…');
    await hands.waitForNotification('cannot sign anybody in right now.');
    // The tab that the answer came through; while it is in front, the editor behind it is slow.
    await hands.waitForPage('http://127.0.0.1:');
    await hands.pageClose();
    await rowSaying('sandbox', /^sign-in failed/);
    await toggleFault('temporarily-unavailable');
    await hands.waitForNotification('The sandbox has no faults now.');
    await rowSaying('sandbox', /^needs sign-in/);
    await hands.clickTreeAction('sandbox', 'Sign In…');
    await allow('ada');
    await rowSaying('sandbox', /^connected as ada/);
  });

  it('stops', async () => {
    await hands.runCommand('MCP OAuth: Stop Sandbox Server');
    await hands.waitForNotification('The sandbox was stopped.');
    const { url } = (serversOfPerson() as { readonly sandbox: { readonly url: string } }).sandbox;
    await assert.rejects(fetch(url));
  });

  it('that does not run is named as what is missing, with the button that starts it', async () => {
    await clear();
    await hands.runCommand('MCP OAuth: Test Connection…');
    await hands.pickQuickItem('sandbox');
    const { buttons } = await hands.waitForNotification('The sandbox is not running.');
    assert.deepEqual(buttons, ['Start Sandbox Server']);
  });

  it('keeps its passphrase out of every file, log and setting', () => {
    const files = readdirSync(stage.userDataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.join(parentPath, name));
    assert.ok(
      files.some((file) => file.endsWith('sandbox.sqlite')),
      'The data of the sandbox has to be there.',
    );
    assert.ok(
      files.some((file) => /MCP OAuth Sandbox\.log$/.test(file)),
      'Its log has to be there.',
    );
    assert.deepEqual(
      files.filter((file) => readFileSync(file).includes(passphrase)),
      [],
    );
  });

  it('that is started again asks nothing, and knows whom it signed in', async () => {
    await clear();
    await hands.runCommand('MCP OAuth: Start Sandbox Server');
    const { buttons } = await hands.waitForNotification('The sandbox is running.');
    assert.deepEqual(buttons, ['Copy Passphrase']);
    await rowSaying('sandbox', /^connected as ada/);
    const whoami = await toolNamed('sandbox', 'whoami');
    assert.match(await callTool(whoami, {}), /ada/);
    await stop();
  });

  it('whose port is taken offers to change the address, and keeps what the person declines', async () => {
    const before = serversOfPerson() as { readonly sandbox: { readonly url: string } };
    const { hostname, port } = new URL(before.sandbox.url);
    const other = createServer().listen(Number(port), hostname);
    await once(other, 'listening');
    try {
      await clear();
      await hands.runCommand('MCP OAuth: Start Sandbox Server');
      assert.match(
        (await hands.dialog()).message,
        /^Your server “sandbox” leads to .* Change the address\?$/,
      );
      await hands.clickDialog('Cancel');
      await hands.waitForNotification('It is not among your servers.');
      assert.deepEqual(serversOfPerson(), before);
      await hands.runCommand('MCP OAuth: Start Sandbox Server');
      await hands.clickDialog('Change Address');
      await rowSaying('sandbox', /^needs sign-in/);
      assert.notDeepEqual(serversOfPerson(), before);
      await stop();
    } finally {
      other.close();
    }
  });

  it('leaves another server of its name alone', async () => {
    const mine = { sandbox: { url: 'https://mcp.example/mcp' } };
    await configureServers(mine);
    await clear();
    await hands.runCommand('MCP OAuth: Start Sandbox Server');
    const { buttons } = await hands.waitForNotification('It is not among your servers.');
    assert.deepEqual(buttons, ['Add Server…', 'Copy Passphrase']);
    assert.deepEqual(serversOfPerson(), mine);
    await stop();
  });

  async function allow(account: string): Promise<void> {
    await hands.waitForPage(pages);
    await hands.pageFill('#account', account);
    await hands.pageFill('#passphrase', passphrase);
    await hands.pageClick('#allow');
    await rowSaying('sandbox', new RegExp(`^connected as ${account}`));
    await hands.pageClose();
  }

  async function signOut(): Promise<void> {
    await hands.clickTreeAction('sandbox', 'Sign Out…');
    await rowSaying('sandbox', /^signed out/);
    assert.equal(await silentSession('sandbox'), undefined);
  }

  async function toggleFault(name: string): Promise<void> {
    await hands.runCommand('MCP OAuth: Choose Sandbox Faults…');
    await hands.quickInputText();
    // The list shows what is on the screen alone; typing brings the fault there.
    for (const key of name) await hands.press(key);
    await hands.pickQuickItem(name);
    await hands.press('Enter');
  }

  async function stop(): Promise<void> {
    await clear();
    await hands.runCommand('MCP OAuth: Stop Sandbox Server');
    await hands.waitForNotification('The sandbox was stopped.');
  }

  async function clear(): Promise<void> {
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
  }

  function serversOfPerson(): unknown {
    return vscode.workspace.getConfiguration('mcpOAuth').inspect('servers')?.globalValue;
  }
});
