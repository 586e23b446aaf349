import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import type { TreeRow } from '../support/handsClient.ts';
import { hands, rowSaying, signInAs, signOut } from './extension.ts';
import { pasted } from './pasted.ts';
import { quickInputSaying } from './quickInput.ts';

describe('A program that a sign-in is shared with', () => {
  const { CODEX_HOME } = process.env;
  let home: string;
  let address: string;

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-codex-'));
    process.env['CODEX_HOME'] = home;
    await hands.openView('MCP OAuth');
    const row = (await hands.treeRows('MCP servers')).find(({ label }) => label === 'sandbox');
    if (row?.description !== 'connected as ada') await signInAs('sandbox', 'ada');
    await hands.setTreeRowOpen('sandbox', true);
  });
  after(async () => {
    if (CODEX_HOME === undefined) delete process.env['CODEX_HOME'];
    else process.env['CODEX_HOME'] = CODEX_HOME;
    await hands.setTreeRowOpen('sandbox', false);
    await rm(home, { recursive: true });
  });

  it('gets an address after a person was told what is given', async () => {
    await hands.treeMenuClick('sandbox', ['Share With Local Client…']);
    await hands.pickQuickItem('Another Program');
    await quickInputSaying(/What to call the program/);
    await hands.quickInput('my script');
    const { message, detail, buttons } = await hands.dialog();
    assert.equal(message, 'Share your sign-in to “sandbox” with my script?');
    assert.match(detail, /any program of yours on the computer that runs this VS Code can use your sign-in/);
    assert.ok(buttons.includes('Share'));
    await hands.screenshot('share-question');
    await hands.clickDialog('Share');
    await hands.waitForNotification('Copied the address for my script.');
    address = await pasted();
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/mcp$/);
  });

  it('uses the sign-in with nothing but the address', async () => {
    assert.match(await whoAmI(address), /ada/);
  });

  it('is listed below the server', async () => {
    const row = await shareRow('my script');
    assert.deepEqual([row.description, row.level, row.icon], ['uses this sign-in', 2, 'plug']);
    assert.deepEqual(row.actions, ['Copy Address for Local Client', 'Revoke']);
    await hands.screenshot('share-row');
  });

  it('is told in a sentence that a person has to sign in, while no browser opens, and goes on once they did', async () => {
    await signOut('sandbox');
    await assert.rejects(whoAmI(address), /“sandbox”.*[Ss]ign/s);
    await signInAs('sandbox', 'ada');
    assert.match(await whoAmI(address), /ada/);
  });

  it('finds nothing any more once the share is revoked', async () => {
    await vscode.env.clipboard.writeText('nothing');
    await hands.clearNotifications();
    await hands.clickTreeAction('my script', 'Copy Address for Local Client');
    await hands.waitForNotification('Copied the address for my script.');
    assert.equal(await pasted(), address);
    // Another one, so that the port is still listened at.
    await shareWith('another');
    await hands.clearNotifications();
    await hands.clickTreeAction('my script', 'Revoke');
    await hands.waitForNotification('my script can no longer use your sign-in to “sandbox”.');
    assert.equal((await fetch(address, { method: 'POST', body: '{}' })).status, 404);
    await rowsWithout('my script');
    await hands.clickTreeAction('another', 'Revoke');
    await rowsWithout('another');
    await assert.rejects(fetch(address, { method: 'POST', body: '{}' }));
  });

  it('gets an entry in its configuration, which is shown first, and beside one that is not ours', async () => {
    const file = path.join(home, 'config.toml');
    const before = '# mine\nmodel = "o" # why\n\n[mcp_servers.sandbox]\nurl = "https://mcp.example/mcp"\n';
    await writeFile(file, before);
    await hands.clearNotifications();
    await hands.runCommand('MCP OAuth: Share With Local Client…');
    await hands.pickQuickItem('sandbox');
    await hands.pickQuickItem('Codex');
    await hands.clickDialog('Share');
    await hands.pickQuickItem(`Write to ${file}`);
    await quickInputSaying(/has another entry named “sandbox”/);
    await hands.quickInput('sandbox-shared');
    await quickInputTitled(`Write this change to ${file}?`);
    await hands.screenshot('share-diff');
    assert.equal(await readFile(file, 'utf8'), before);
    await hands.pickQuickItem('Apply');
    await hands.waitForNotification('Codex finds the server as “sandbox-shared” when it starts next.');
    const after = await readFile(file, 'utf8');
    const written = /^url = "(http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/mcp)"$/m.exec(after)?.[1] ?? '';
    assert.equal(after, `${before}\n[mcp_servers.sandbox-shared]\nurl = "${written}"\n`);
    assert.match(await whoAmI(written), /ada/);
    await shareRow('Codex');

    await hands.clickTreeAction('Codex', 'Revoke');
    await hands.waitForNotification('Its entry is still in');
    await hands.clickNotification('Take It Out…');
    await quickInputTitled(`Take the entry out of ${file}?`);
    await hands.pickQuickItem('Apply');
    await hands.waitForNotification('The entry was taken out of');
    assert.equal(await readFile(file, 'utf8'), before);
    await rowsWithout('Codex');
  });

  it('gets nothing where the person does not want it, or not the change', async () => {
    await hands.treeMenuClick('sandbox', ['Share With Local Client…']);
    await hands.pickQuickItem('Codex');
    await hands.clickDialog('Cancel');
    const rows = await hands.treeRows('MCP servers');
    assert.ok(!rows.some(({ description }) => description === 'uses this sign-in'));
  });

  /** What the server says to an MCP client that knows nothing of OAuth. */
  async function whoAmI(url: string): Promise<string> {
    const client = new Client({ name: 'script', version: '1' });
    try {
      await client.connect(new StreamableHTTPClientTransport(new URL(url)));
      return JSON.stringify(await client.callTool({ name: 'whoami', arguments: {} }));
    } finally {
      await client.close();
    }
  }

  async function shareWith(label: string): Promise<void> {
    await hands.treeMenuClick('sandbox', ['Share With Local Client…']);
    await hands.pickQuickItem('Another Program');
    await quickInputSaying(/What to call the program/);
    await hands.quickInput(label);
    await hands.clickDialog('Share');
    await hands.waitForNotification(`Copied the address for ${label}.`);
    await shareRow(label);
  }

  function shareRow(label: string): Promise<TreeRow> {
    return rowSaying(label, /^uses this sign-in$/);
  }

  function rowsWithout(label: string): Promise<true> {
    return eventually(
      20_000,
      async () => (await hands.treeRows('MCP servers')).every((row) => row.label !== label) || undefined,
      () => `“${label}” is still listed.`,
    );
  }

  function quickInputTitled(title: string): Promise<true> {
    return eventually(
      20_000,
      async () => (await hands.quickInputText()).title === title || undefined,
      async () => `The quick input is titled “${(await hands.quickInputText()).title}”.`,
    );
  }
});
