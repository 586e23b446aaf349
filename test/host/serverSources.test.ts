import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { SettingsFiles } from '../../src/vscode/settingsFiles.ts';
import { eventually } from '../support/deadline.ts';
import { hands, rowSaying, stage } from './extension.ts';
import { startMcpServer } from './mcpTools.ts';
import { quickInputSaying, quickInputWith } from './quickInput.ts';
import { profileFile, Witness } from './sourceFiles.ts';

describe('Servers of the person’s own files', () => {
  let original: string;
  let witness: Witness;

  before(async () => {
    witness = await Witness.open();
    original = readFileSync(profileFile('settings.json'), 'utf8');
  });

  after(async () => {
    writeFileSync(profileFile('settings.json'), original);
    await readSettingsAgain();
    rmSync(profileFile('mcp.json'), { force: true });
    await rowSaying('sandbox', /./);
    await witness.close();
  });

  /** The editor in a browser does not notice that somebody else wrote them; it reads them again after it wrote itself. */
  async function readSettingsAgain(): Promise<void> {
    await vscode.workspace
      .getConfiguration('mcpOAuth')
      .update('clientMetadataUrl', undefined, vscode.ConfigurationTarget.Global);
  }

  /** Puts this in place of the servers, as text. */
  async function writeServers(servers: string, more = ''): Promise<string> {
    const others = JSON.parse(original) as Record<string, unknown>;
    delete others['mcpOAuth.servers'];
    const rest = JSON.stringify(others, undefined, 2).replace(/^\{\n/, '');
    const text = `{\n  // All my servers\n  "mcpOAuth.servers": ${servers},\n${more}${rest}`;
    writeFileSync(profileFile('settings.json'), text);
    await readSettingsAgain();
    await hands.openView('MCP OAuth');
    return text;
  }

  it('all stay where several are written at once', async () => {
    await writeServers(`{
    // The first
    "first": { "url": "${witness.url}" }
  }`);
    await rowSaying('first', /needs sign-in/);
    const profile = vscode.Uri.file(path.dirname(profileFile('settings.json')));
    const settings = new SettingsFiles(profile, { info: () => undefined, error: () => undefined });
    const names = ['one', 'two', 'three'];
    const put = (name: string) =>
      settings.put({ scope: 'user' }, [{ name, entry: { url: `${witness.url}/${name}` } }]);
    assert.deepEqual(await Promise.all(names.map(put)), [true, true, true]);
    for (const name of names) await rowSaying(name, /needs sign-in/);
    const text = readFileSync(profileFile('settings.json'), 'utf8');
    for (const name of ['// The first', '"first"', ...names]) assert.ok(text.includes(name), text);
    // What was there when the change was asked for may be gone when it is made.
    const changes = [
      settings.remove({ scope: 'user' }, 'two'),
      settings.setOAuth({ scope: 'user' }, 'two', { clientId: 'c' }),
    ] as const;
    assert.deepEqual(await Promise.all(changes), [true, 'absent']);
    assert.ok(!readFileSync(profileFile('settings.json'), 'utf8').includes('"two"'));
  });

  it('are added from a pasted snippet, and comments and order of the settings stay', async () => {
    const text = await writeServers(`{
    // The first
    "first": { "url": "${witness.url}" /* here */ }
    // and nothing more
  }`);
    await rowSaying('first', /needs sign-in/);
    await hands.runCommand('MCP OAuth: Add Server…');
    await quickInputSaying(/configuration as JSON/);
    const snippet = { mcpServers: { pasted: { type: 'http', url: stage.sandbox.mcpUrl } } };
    await hands.quickInput(JSON.stringify(snippet));
    await quickInputSaying(/A name for the server/);
    await hands.press('Enter');
    await rowSaying('pasted', /needs sign-in/);
    await hands.waitForNotification('“pasted” was added.');

    const now = readFileSync(profileFile('settings.json'), 'utf8');
    for (const line of text.split('\n').filter((line) => line.includes('//')))
      assert.ok(now.includes(line), `“${line}” is gone from ${now}`);
    assert.ok(now.includes('/* here */'), now);
    assert.ok(now.indexOf('"first"') < now.indexOf('"pasted"'), now);
    assert.equal(now.slice(now.indexOf('\n  "workbench')), text.slice(text.indexOf('\n  "workbench')));
  });

  it('are added several at once, those with a header of their own as the person wants, and none where they leave', async () => {
    await writeServers('{ "one": { "url": "https://mcp.example/one" } }');
    await rowSaying('one', /needs sign-in/);
    const snippet = {
      servers: {
        two: { url: 'https://mcp.example/two', headers: { Authorization: 'Bearer pasted', 'x-team': 'a' } },
        three: { url: 'https://mcp.example/three' },
      },
    };
    const paste = async () => {
      await hands.runCommand('MCP OAuth: Add Server…');
      await quickInputSaying(/configuration as JSON/);
      await hands.quickInput(JSON.stringify(snippet));
      await quickInputWith(({ items }) => items.includes('three'));
    };
    await paste();
    await hands.press('Escape');
    await paste();
    await hands.press('Enter');
    await quickInputWith(({ placeholder }) => placeholder.includes('“two” brings an Authorization header'));
    await hands.pickQuickItem('Sign In Instead');
    await hands.waitForNotification('Servers were added: two, three.');
    await rowSaying('two', /needs sign-in/);
    const now = readFileSync(profileFile('settings.json'), 'utf8');
    assert.ok(now.includes('x-team') && !now.includes('Bearer pasted'), now);
  });

  it('are removed from there, after a question that says where they stand', async () => {
    const { detail } = await eventually(
      40_000,
      async () => {
        await hands.treeMenuClick('three', ['Remove Server…']);
        // A row that is drawn anew at that moment is none to the editor, and the command asks which server is meant.
        return hands.dialog().catch(async () => {
          await hands.press('Escape');
          return undefined;
        });
      },
      () => 'Nobody was asked about the removal.',
    );
    assert.match(detail, /your user settings \(settings\.json:\d+\)/);
    await hands.clickDialog('Remove');
    await hands.waitForNotification('“three” was removed.');
    const now = readFileSync(profileFile('settings.json'), 'utf8');
    assert.ok(!now.includes('three'), now);
    assert.ok(now.includes('// All my servers') && now.includes('"two"'), now);
  });

  it('wait for the values of their inputs, which are asked for and kept out of the settings', async () => {
    await writeServers(
      `{ "keyed": { "url": "${witness.url}", "headers": { "Authorization": "Bearer \${input:key}" } } }`,
      `  "mcpOAuth.inputs": [{ "id": "key", "type": "promptString", "description": "API key", "password": true }],\n`,
    );
    const waiting = await rowSaying('keyed', /^needs a value: API key$/);
    assert.deepEqual(waiting.actions, ['Enter Value…']);
    await hands.clickTreeAction('keyed', 'Enter Value…');
    await quickInputSaying(/API key/);
    await hands.quickInput('s3cret-value');
    await rowSaying('keyed', /uses its own header/);

    await startMcpServer('keyed');
    await eventually(
      20_000,
      () =>
        Promise.resolve(witness.seen.find(({ authorization }) => authorization === 'Bearer s3cret-value')),
      () => `The header did not arrive, but ${JSON.stringify(witness.seen)}.`,
    );
    assert.ok(!readFileSync(profileFile('settings.json'), 'utf8').includes('s3cret-value'));
    assert.deepEqual(await hands.browserStorageHolding('s3cret-value'), []);
  });

  it('are shown with file and line where they cannot be used, and as a problem of the file', async () => {
    await writeServers(`{\n    "odd": {\n      "url": "ftp://mcp.example"\n    }\n  }`);
    const settings = vscode.Uri.file(profileFile('settings.json'));
    await vscode.workspace.openTextDocument(settings);
    await rowSaying('odd', /^settings\.json:5: “url” in the settings is not usable$/);
    const [mark] = await marksOf(settings, (marks) => marks.length === 1);
    assert.equal(mark?.range.start.line, 4);

    writeFileSync(
      profileFile('mcp.json'),
      '{\n  "servers": {\n    "half": { "url": "https://mcp.example" \n',
    );
    const file = vscode.Uri.file(profileFile('mcp.json'));
    await rowSaying('mcp.json', /^mcp\.json:\d: .*missing/);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    await marksOf(file, (marks) => marks.some(({ source }) => source === 'MCP OAuth'));

    writeFileSync(profileFile('mcp.json'), `{ "servers": { "whole": { "url": "https://mcp.example" } } }`);
    await rowSaying('whole', /^in mcp\.json$/);
    await marksOf(file, (marks) => marks.length === 0);
    assert.ok(!(await hands.treeRows('MCP servers')).some(({ label }) => label === 'mcp.json'));
  });

  function marksOf(
    uri: vscode.Uri,
    isAsWanted: (marks: readonly vscode.Diagnostic[]) => boolean,
  ): Promise<readonly vscode.Diagnostic[]> {
    const marks = () => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'MCP OAuth');
    return eventually(
      20_000,
      () => Promise.resolve(isAsWanted(marks()) ? marks() : undefined),
      () => `The marks of ${uri.path} are ${JSON.stringify(marks())}.`,
    );
  }
});
