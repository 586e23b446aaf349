import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { configureServers, hands, rowSaying, stage } from './extension.ts';
import { Folder, Witness } from './sourceFiles.ts';

describe('A workspace that is not trusted', () => {
  let restore: () => Promise<void>;
  let witness: Witness;
  let folder: Folder;

  before(async () => {
    witness = await Witness.open();
    restore = await configureServers({ own: { url: stage.sandbox.mcpUrl } });
    const entry = (name: string) => ({ [name]: { url: witness.url, headers: { 'x-key': '${input:key}' } } });
    folder = new Folder({
      '.vscode/mcp.json': JSON.stringify({ servers: { ...entry('theirs'), bad: { url: 7 } }, inputs: [] }),
      '.mcp.json': JSON.stringify({ mcpServers: { shared: { url: witness.url } } }),
      '.vscode/settings.json': JSON.stringify({
        'mcpOAuth.servers': { ...entry('configured'), own: { url: witness.url } },
        'mcpOAuth.inputs': [{ id: 'key', type: 'promptString' }],
      }),
    });
    await setTrust({ enabled: true, startupPrompt: 'never' });
    await hands.openWindow(folder.path);
  });

  after(async () => {
    await hands.useWindow(2);
    await hands.closeWindow();
    await setTrust({ enabled: undefined, startupPrompt: undefined });
    await restore();
    folder.remove();
    await witness.close();
  });

  it('has its servers shown by name, with the one action that helps', async () => {
    for (const name of ['theirs', 'bad', 'shared', 'configured']) {
      const row = await rowSaying(name, /^not trusted$/);
      assert.deepEqual(row.actions, ['Manage Workspace Trust']);
    }
    await hands.screenshot('untrusted-light', 'workbench', 'light');
    await hands.screenshot('untrusted-dark', 'workbench', 'dark');
  });

  it('has no say in the servers of the person, and nobody is asked or contacted for it', async () => {
    const rows = await hands.treeRows('MCP servers');
    const own = rows.filter(({ label }) => label === 'own').map(({ description }) => description);
    assert.deepEqual(own.sort(), ['needs sign-in', 'not trusted']);
    assert.ok(!rows.some(({ description }) => /needs a value/.test(description)));
    assert.deepEqual(witness.seen, []);
  });

  /** A window that is there already stays as it is. */
  async function setTrust(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const configuration = vscode.workspace.getConfiguration('security.workspace.trust');
    for (const [name, value] of Object.entries(settings))
      await configuration.update(name, value, vscode.ConfigurationTarget.Global);
  }
});
