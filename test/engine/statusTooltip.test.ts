// What the item in the status bar shows under the mouse, before the editor draws it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { Sessions as SessionsOfEngine } from '../../src/session/sessions.ts';
import type { ServerMenu as Menu } from '../../src/vscode/serverMenu.ts';
import type * as tooltips from '../../src/vscode/statusTooltip.ts';
import { Desk, serverAt } from './desk.ts';
import { loadShell } from './shellTexts.ts';

interface Shell {
  readonly Sessions: typeof SessionsOfEngine;
  readonly ServerMenu: typeof Menu;
  readonly statusTooltip: typeof tooltips.statusTooltip;
}

const names = [
  '$(zap) **notes** <b>|',
  '[x](command:workbench.action.quit)',
  `'"), [x](command:workbench.action.quit "y`,
];
const manifest = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'),
) as unknown;

describe('The item in the status bar, under the mouse', () => {
  it('has names as text, and links that run what they say and nothing else (invariant 1)', async () => {
    const shell = (await loadShell('statusTooltip', 'serverMenu', '../session/sessions')) as Shell;
    const desk = new Desk({ visit: () => Promise.reject(new Error('Nobody is sent anywhere.')) });
    const sessions = new shell.Sessions(desk.ports);
    await sessions.update(names.map((name) => serverAt('https://mcp.example/mcp', { name })));
    const menu = new shell.ServerMenu(manifest, 'mcpOAuth.servers');
    const { value, isTrusted } = shell.statusTooltip(sessions.all, menu, 'Three servers');
    sessions.dispose();

    assert.deepEqual(isTrusted, { enabledCommands: ['_mcpOAuth.act', 'mcpOAuth.showServers'] });
    const link = /\[(?:[\p{L}\p{N} ]|&#\d+;)+\]\(command:([\w.]+)(?:\?([^\s()'"]*))?\)/gu;
    const links = [...value.matchAll(link)].map(([, command, query = '[]']) => [
      command,
      JSON.parse(decodeURIComponent(query)) as unknown,
    ]);
    assert.deepEqual(links, [
      ...names.map((name) => ['_mcpOAuth.act', [name, 'mcpOAuth.signIn']]),
      ['mcpOAuth.showServers', []],
    ]);
    const rows = value.replaceAll(link, 'link').split('\n').slice(4, -2);
    assert.equal(rows.length, names.length);
    for (const row of rows)
      assert.match(row, /^\| \$\(key\) (?:[\p{L}\p{N} ]|&#\d+;)+ \| (?:[\p{L}\p{N} ]|&#\d+;)+ \| link \|$/u);
  });
});
