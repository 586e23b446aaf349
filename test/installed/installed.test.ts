/** A person installs the package in a clean VS Code, adds a server, signs in and signs out. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from '../support/deadline.ts';
import { screenshotsFolder } from '../support/hands/tabs.ts';
import { passphrase, sandboxHost } from '../support/stage.ts';
import { openWorkbench, type OpenWorkbench } from '../support/vscode/openWorkbench.ts';

const vsix = path.resolve(import.meta.dirname, '../../mcp-oauth.vsix');
let sandbox: Sandbox;
let userDataDir: string;
let editor: OpenWorkbench | undefined;

before(async () => {
  sandbox = await startSandbox({ authorizationHost: sandboxHost, passphrase });
  userDataDir = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-installed-'));
});

after(async () => {
  await editor?.close();
  await sandbox.close();
  await rm(userDataDir, { recursive: true, force: true, maxRetries: 3 });
});

/** The description of the server's row, once it says what is expected. */
async function rowSaying({ hands }: OpenWorkbench, words: RegExp): Promise<string> {
  let seen = '';
  return eventually(
    30_000,
    async () => {
      const rows = await hands.treeRows('MCP servers').catch(() => []);
      seen = JSON.stringify(rows.map(({ label, description }) => [label, description]));
      return rows.find(({ label, description }) => label === 'sandbox' && words.test(description))
        ?.description;
    },
    () => `“sandbox” does not say ${String(words)}; the tree shows ${seen}.`,
  );
}

/** Types into the box at the top of the window, once it asks for this. */
async function answer({ hands }: OpenWorkbench, question: RegExp, text: string): Promise<void> {
  await eventually(
    20_000,
    async () => question.test((await hands.quickInputText()).message) || undefined,
    () => `Nothing asks for ${String(question)}.`,
  );
  await hands.quickInput(text);
}

describe('The package, installed in a clean VS Code', () => {
  it('starts, puts a server into the settings, signs in and signs out', { timeout: 240_000 }, async () => {
    editor = await openWorkbench({
      extensions: [vsix],
      trustedDomains: [sandbox.issuer],
      userDataDir,
      smokeTestDriver: false,
    });
    const { hands } = editor;
    try {
      await hands.openView('MCP OAuth');
      await hands.clickViewWelcome('MCP servers', 'Add Server');
      await answer(editor, /Address of the MCP endpoint/, sandbox.mcpUrl);
      await answer(editor, /A name for the server/, 'sandbox');
      await rowSaying(editor, /^needs sign-in/);
      const settings = await readFile(path.join(userDataDir, 'User', 'settings.json'), 'utf8');
      assert.ok(settings.includes(sandbox.mcpUrl));

      await hands.runCommand('MCP OAuth: Sign In…');
      await hands.pickQuickItem('sandbox');
      await hands.waitForPage(`${sandbox.issuer}/`);
      await hands.pageFill('#account', 'ada');
      await hands.pageFill('#passphrase', passphrase);
      await hands.pageClick('#allow');
      await rowSaying(editor, /^connected as ada/);
      await hands.pageClose();
      await hands.screenshot('installed');

      await hands.runCommand('MCP OAuth: Sign Out…');
      await hands.pickQuickItem('sandbox');
      await rowSaying(editor, /^signed out/);
    } catch (thrown) {
      await hands.screenshot('installed-failed');
      console.error(`What was on the screen is in ${screenshotsFolder()}.`);
      throw thrown;
    }
  });
});
