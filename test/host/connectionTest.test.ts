import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import { allowAs, configureServers, hands, rowSaying, stage } from './extension.ts';

describe('The test of a connection', () => {
  let restore: () => Promise<void>;
  before(async () => {
    restore = await configureServers({ probed: { url: stage.sandbox.mcpUrl } });
    await rowSaying('probed', /^needs sign-in/);
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
  });
  after(async () => {
    await hands.runCommand('View: Close All Editors');
    await restore();
  });

  it('of a server that needs sign-in says so, and signs in with a click and no earlier', async () => {
    await hands.runCommand('MCP OAuth: Test Connection…');
    await hands.pickQuickItem('probed');
    const { buttons } = await hands.waitForNotification(
      '“probed” needs you to sign in before it can be used.',
    );
    assert.deepEqual(buttons, ['Sign In', 'Show Trace']);
    await hands.clickNotification('Sign In');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await allowAs('ada');
    await rowSaying('probed', /^connected as ada/);
    await hands.pageClose();
    await hands.clearNotifications();
  });

  it('of a server that one is signed in to says who answers, and shows the rest as a document', async () => {
    await hands.treeMenuClick('probed', ['Test Connection…']);
    const { message, buttons } = await hands.waitForNotification('Connected to “probed”');
    assert.equal(message, 'Connected to “probed” as ada. Sandbox Notes has 4 tools.');
    assert.deepEqual(buttons, ['Show Details']);
    await hands.clickNotification('Show Details');
    const document = await eventually(
      20_000,
      () => {
        // The editor may bring an output to the front meanwhile.
        const shown = vscode.window.visibleTextEditors.map((editor) => editor.document);
        return Promise.resolve(shown.find(({ languageId }) => languageId === 'plaintext'));
      },
      () => 'No document is shown.',
    );
    assert.equal(document.isUntitled, false);
    const text = document.getText();
    for (const expected of [
      /2026-07-28/,
      /Account +ada/,
      /Scopes .*notes:read/,
      /Streamable HTTP/,
      /^whoami\n {4}\w/m,
      /4 tools/,
    ])
      assert.match(text, expected);
  });
});
