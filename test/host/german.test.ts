import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from '../support/deadline.ts';
import { hands, stage } from './extension.ts';

/** What a language pack leaves behind when it is installed; ours translates nothing of the editor itself. */
const pack = 'german.json';
const languagePacks = {
  de: {
    hash: 'german',
    label: 'Deutsch',
    extensions: [{ extensionIdentifier: { id: 'mcp-oauth.german' }, version: '1.0.0' }],
    translations: { vscode: path.join(stage.userDataDir, pack) },
  },
};

/** Where the editor looks for its language each time that a window is opened. */
const files = {
  [pack]: { contents: {} },
  'languagepacks.json': languagePacks,
  'User/argv.json': { locale: 'de' },
};

describe('In a German VS Code', () => {
  before(async () => {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(stage.userDataDir, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, JSON.stringify(content));
    }
    await hands.openWindow();
  });

  after(async () => {
    await hands.closeWindow();
    for (const name of Object.keys(files)) await rm(path.join(stage.userDataDir, name));
  });

  it('the view says in German what the servers are like', async () => {
    await hands.openView('MCP OAuth');
    const german = /^(?:erfordert Anmeldung|abgemeldet|verbunden als ada)/;
    await eventually(
      20_000,
      async () => {
        const rows = await hands.treeRows('MCP-Server');
        return rows.some(({ label, description }) => label === 'sandbox' && german.test(description));
      },
      async () => `The view shows ${JSON.stringify(await hands.treeRows('MCP-Server'))}.`,
    );
    assert.match((await hands.statusBarItem('MCP-Server: ')).ariaLabel, /^MCP-Server: \d von \d bereit/);
  });

  it('commands have German names, and answer in German', async () => {
    await hands.runCommand('MCP OAuth: Rückrufadresse einfügen…');
    await hands.waitForNotification('Keine Anmeldung wartet auf eine Antwort aus Ihrem Browser.');
  });

  it('the walkthrough is German', async () => {
    await hands.runCommand('Welcome: Open Walkthrough...');
    await hands.pickQuickItem('Erste Schritte mit MCP OAuth');
    const steps = await hands.walkthroughSteps();
    assert.deepEqual(
      steps.map(({ title }) => title),
      ['Sandbox ausprobieren', 'Server hinzufügen', 'Anmelden', 'Im Chat verwenden'],
    );
    await hands.screenshot('german', 'workbench', 'light');
  });
});
