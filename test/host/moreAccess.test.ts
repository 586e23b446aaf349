import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { allowAs, configureServers, extension, hands, rowSaying, stage } from './extension.ts';
import { callTool, startMcpServer, toolNamed } from './mcpTools.ts';

describe('A tool that needs more access than was granted', () => {
  let restore: () => Promise<void>;
  before(async () => {
    const oauth = { redirect: 'uriHandler', scopes: ['openid', 'profile', 'notes:read'] };
    restore = await configureServers({ narrow: { url: stage.sandbox.mcpUrl, oauth } });
    await rowSaying('narrow', /needs sign-in/);
    await hands.clickTreeAction('narrow', 'Sign In…');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await allowAs('ada');
    await rowSaying('narrow', /^connected as ada/);
    await hands.pageClose();
    await startMcpServer('narrow');
    await hands.clearNotifications();
  });
  after(() => restore());

  it('opens no browser by itself: the person is asked, and a refusal is told as a sentence (checklist 12.2)', async () => {
    const call = await addNote('one');
    const failure = assert.rejects(call(), /wants more access for this than was granted/);
    const { message, buttons, severity } = await hands.waitForNotification(
      '“narrow” wants you to sign in once more',
    );
    assert.match(message, /You would allow: .*notes:write/);
    assert.deepEqual(buttons, ['Allow in Browser', 'Not Now']);
    assert.equal(severity, 'warning');
    await hands.clickNotification('Not Now');
    await failure;
    await rowSaying('narrow', /^connected as ada/);
    assert.match(await callTool(await toolNamed('sandbox', 'list_notes'), {}), /./);
  });

  it('asks nobody about the same again, until the person signs in by hand (checklist 12.4)', async () => {
    const call = await addNote('two');
    await assert.rejects(call(), /wants more access for this than was granted/);
    assert.deepEqual(await questions(), []);
  });

  it('goes on by itself once the person allowed it in the browser, while somebody waits for it (field case 20)', async () => {
    await hands.runCommand('MCP OAuth: Sign Out…');
    await hands.pickQuickItem('narrow');
    await rowSaying('narrow', /^signed out/);
    await hands.clickTreeAction('narrow', 'Sign In…');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await allowAs('ada');
    await rowSaying('narrow', /^connected as ada/);
    await hands.pageClose();

    const left = await addNote('gone');
    await hands.waitForNotification('“narrow” wants you to sign in once more');
    await vscode.commands.executeCommand('workbench.mcp.stopServer', `${extension().id}/narrow`);
    await assert.rejects(left());
    await hands.clickNotification('Allow in Browser');
    await hands.waitForNotification('Nobody waits for “narrow” any more');
    await hands.clearNotifications();
    await startMcpServer('narrow');

    const call = await addNote('three');
    await hands.clickNotification('Allow in Browser');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await allowAs('ada');
    assert.match(await call(), /./);
    await hands.pageClose();
    assert.match(await callTool(await toolNamed('sandbox', 'list_notes'), {}), /three/);
  });

  /** Writing is confirmed first, in a question of VS Code's own; what comes after it is the caller's to await. */
  async function addNote(text: string): Promise<() => Promise<string>> {
    const call = callTool(await toolNamed('sandbox', 'add_note'), { text });
    const settled = Promise.allSettled([call]);
    await hands.clickDialog('Yes');
    return async () => {
      await settled;
      return call;
    };
  }

  async function questions(): Promise<readonly string[]> {
    const shown = await hands.notifications();
    return shown.map(({ message }) => message).filter((message) => message.includes('once more'));
  }
});
