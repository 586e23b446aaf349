import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import { connectHands } from '../support/handsClient.ts';
import { configureServers, hands, rowSaying, silentSession, stage } from './extension.ts';
import { callTool, startMcpServer, toolNamed } from './mcpTools.ts';
import { pasted } from './pasted.ts';
import { untilTabs } from './tabs.ts';

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
    assert.match(message, / Sign In · Copy Passphrase$/);
    assert.deepEqual(buttons, ['Not Now']);
    await vscode.commands.executeCommand('notifications.showList');
    await hands.screenshot('sandbox-running');
    await hands.clickInNotification('The sandbox is running.', 'Copy Passphrase');
    assert.match(await onlyNotification(/on the clipboard/), / Sign In$/);
    passphrase = await pasted();
    assert.match(passphrase, /^\w{4}(-\w{4}){3}$/);
  });

  it('signs a person in who knows the passphrase, which the notification of the sign-in has, too', async () => {
    await hands.clickInNotification('The passphrase is on the clipboard.', 'Sign In');
    await hands.waitForPage(pages);
    const page = await hands.pageText();
    assert.match(page, /[Pp]assphrase/);
    assert.match(await onlyNotification(/within ten minutes/), /“sandbox”.*Copy Passphrase · Copy Link/);
    await hands.clickInNotification('“sandbox”', 'Copy Passphrase');
    await onlyNotification(/Passphrase Copied/);
    assert.equal(await pasted(), passphrase);
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
  });

  it('that registers nobody has the guide open by itself, and leads to the page to register at', async () => {
    await clear();
    await toggleFault('registration-closed');
    const offer = await hands.waitForNotification('Faults that the sandbox has now: registration-closed.');
    assert.match(offer.message, / Sign In · Open Client Page$/);
    await hands.clickInNotification('registration-closed', 'Open Client Page');
    await hands.waitForPage(pages);
    await hands.pageClose();
    await hands.clickTreeAction('sandbox', 'Sign In…');
    await untilTabs('Configure Client: sandbox', 1);
    await rowSaying('sandbox', /^needs a client id/);
    await eventually(
      10_000,
      async () => (await hands.notifications()).length === 0 || undefined,
      () => 'A notification stays beside the guide.',
    );
    await hands.screenshot('sandbox-closed');
    await hands.webviewClick('#open');
    await hands.waitForPage(pages);
    assert.doesNotMatch(await hands.pageUrl(), /#/, 'What opened the page does not stay in its address.');
    assert.doesNotMatch(await hands.pageText(), /[Pp]assphrase/);
    await hands.pageFill('#redirect-uris', 'http://127.0.0.1:1/callback');
    await hands.pageClick('#register');
    await eventually(
      10_000,
      async () => /The client is registered/.test(await hands.pageText()) || undefined,
      () => 'Nothing was registered.',
    );
    await hands.pageClose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await toggleFault('registration-closed');
    await rowSaying('sandbox', /^needs sign-in/);
  });

  it('that is signed in to in another way than from its notification leaves that not behind', async () => {
    await onlyNotification(/^The sandbox has no faults now\. Sign In$/);
    await hands.clickTreeAction('sandbox', 'Sign In…');
    await hands.waitForPage(pages);
    await onlyNotification(/within ten minutes/);
    await vscode.commands.executeCommand('notifications.showList');
    await hands.screenshot('sandbox-sign-in');
    await allow('ada');
    await onlyNotification(/^Signed in to “sandbox” as ada\.$/);
  });

  it('stops', async () => {
    await hands.runCommand('MCP OAuth: Stop Sandbox Server');
    await hands.waitForNotification('The sandbox was stopped.');
    const { url } = (serversOfPerson() as { readonly sandbox: { readonly url: string } }).sandbox;
    await assert.rejects(fetch(url));
    await rowSaying('sandbox', /^not running/);
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
    const { message, buttons } = await hands.waitForNotification('The sandbox is running.');
    assert.doesNotMatch(message, /Sign In/);
    assert.deepEqual(buttons, []);
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

  /** What the one notification says that is there, once it says what is expected. */
  async function onlyNotification(words: RegExp): Promise<string> {
    let all: readonly string[] = [];
    return eventually(
      10_000,
      async () => {
        all = (await hands.notifications()).map(({ message }) => message);
        return all.length === 1 && words.test(all[0] ?? '') ? all[0] : undefined;
      },
      () => `There is not one notification that says ${String(words)}: ${all.join(' | ')}`,
    );
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
