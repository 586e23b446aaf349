import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '../support/deadline.ts';
import { connectHands } from '../support/handsClient.ts';
import { hands, rowSaying, stage, configureServers } from './extension.ts';
import { Folder, Witness } from './sourceFiles.ts';

const mcpFile = (url: string) =>
  [
    '\ufeff{',
    '\t// Servers of the team',
    '\t"servers": {',
    '\t\t"other": { "command": "true" }, // stays',
    '\t\t// Asks for a sign-in',
    `\t\t"team": { "type": "http", "url": "${url}" }, /* by hand */`,
    '\t},',
    '}',
    '',
  ].join('\r\n');

describe('Servers of a workspace', () => {
  let restore: () => Promise<void>;
  let witness: Witness;
  let folder: Folder;
  let original: string;

  before(async () => {
    witness = await Witness.open();
    restore = await configureServers({ own: { url: stage.sandbox.mcpUrl } });
    original = mcpFile(witness.url);
    folder = new Folder({
      '.vscode/mcp.json': original,
      '.vscode/settings.json': `{\n  "mcpOAuth.servers": {\n    "own": { "url": "${witness.url}" },\n    "keyed": { "url": "https://mcp.example/\${input:which}" }\n  },\n  "mcpOAuth.inputs": [{ "id": "which", "type": "promptString" }]\n}\n`,
      '.mcp.json': '{ "mcpServers": {\n  "odd": { "url": 7 }\n} }',
    });
    await hands.openWindow(folder.path);
  });

  after(async () => {
    await hands.useWindow(2);
    await hands.closeWindow();
    await restore();
    folder.remove();
    await witness.close();
  });

  /** The row is drawn again a moment after the notification. */
  async function giveBack(): Promise<void> {
    const impatient = connectHands({ deadlineMs: 2_000 });
    await eventually(
      15_000,
      () =>
        impatient.treeMenuClick('team', ['Give Back to mcp.json']).then(
          () => true,
          () => undefined,
        ),
      () => 'The row does not offer to give the server back.',
    );
  }

  it('do not lead a server of the person elsewhere', async () => {
    await rowSaying('own', /^\.vscode\/settings\.json:3: not used: “url” differs from your own/);
    const rows = await hands.treeRows('MCP servers');
    assert.equal(rows.filter(({ label }) => label === 'own').length, 2);
    assert.equal(rows.find(({ label }) => label === 'own')?.description, 'needs sign-in');
  });

  it('are shown as found, those that cannot be used with file and line', async () => {
    const found = await rowSaying('team', /^in \.vscode\/mcp\.json$/);
    assert.deepEqual(found.actions, ['Manage with MCP OAuth']);
    await rowSaying('keyed', /^needs a value: which$/);
    await rowSaying('odd', /^\.mcp\.json:2: “url” has to be/);
    await hands.screenshot('tree-sources-light', 'workbench', 'light');
    await hands.screenshot('tree-sources-dark', 'workbench', 'dark');
  });

  it('are taken over after the change was shown, and shown again where the file changed meanwhile', async () => {
    await hands.clickTreeAction('team', 'Manage with MCP OAuth');
    const { message, detail } = await hands.dialog();
    assert.equal(message, 'Move “team” from .vscode/mcp.json to MCP OAuth?');
    assert.ok(detail.includes(witness.url), detail);
    await hands.screenshot('take-over');
    original = original.replace('// stays', '// stays here');
    folder.write('.vscode/mcp.json', original);
    await hands.clickDialog('Apply');
    await eventually(
      15_000,
      async () => (await hands.dialog()).detail.includes('has changed since it was shown') || undefined,
      () => 'It is not said that the file has changed.',
    );
    assert.equal(folder.read('.vscode/mcp.json'), original);
    await hands.clickDialog('Apply');
    await hands.waitForNotification('“team” is managed by MCP OAuth now.');
    await rowSaying('team', /needs sign-in/);
    assert.equal(folder.read('.vscode/mcp.json'), original.replace(/\t\t\/\/ Asks[^]*by hand \*\/\r\n/, ''));
    assert.match(folder.read('.vscode/settings.json'), /"team": \{/);
  });

  it('are not given back to a file that is no text, which is left as it is', async () => {
    const left = folder.read('.vscode/mcp.json');
    const odd = Buffer.concat([Buffer.from(left), Buffer.from([0xff])]);
    folder.write('.vscode/mcp.json', odd);
    await giveBack();
    await hands.waitForNotification('.vscode/mcp.json: the file has mistakes and was left as it is.');
    assert.deepEqual(readFileSync(path.join(folder.path, '.vscode/mcp.json')), odd);
    folder.write('.vscode/mcp.json', left);
  });

  it('are given back byte for byte', async () => {
    await giveBack();
    await hands.clickDialog('Apply');
    await hands.waitForNotification('“team” is in .vscode/mcp.json again');
    await rowSaying('team', /^in \.vscode\/mcp\.json$/);
    assert.equal(folder.read('.vscode/mcp.json'), original);
    assert.doesNotMatch(folder.read('.vscode/settings.json'), /"team"/);
  });

  it('were contacted by nobody all the while', () => {
    assert.deepEqual(witness.seen, []);
  });
});
