// The list of all servers, before the editor draws it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { showServersCommand as Show } from '../../src/vscode/serverList.ts';
import type { ListParts } from '../../src/vscode/serverListItems.ts';
import type { shown as Shown } from './plainEditor.ts';
import { loadShell } from './shellTexts.ts';

describe('The list of all servers', () => {
  it('has what other files hold read for who opens it, though the tree was never looked at', async () => {
    const shell = (await loadShell('serverList')) as {
      readonly showServersCommand: typeof Show;
      readonly shown: typeof Shown;
    };
    const nothing = { servers: [], faults: [], untrusted: [], places: new Map(), takenOver: new Set() };
    const parts = {
      sessions: { all: [], onDidChange: () => () => undefined },
      configured: { waiting: [], problems: [] },
      found: { current: nothing, onDidChange: () => ({ dispose: () => undefined }) },
      menu: { entry: (command: string) => ({ command, title: command }) },
    } as unknown as ListParts;
    let looks = 0;
    await shell.showServersCommand(parts, () => (looks += 1));
    assert.equal(looks, 1);
    assert.deepEqual(
      shell.shown.lists.map((items) => items.map(({ label }) => label)),
      [['mcpOAuth.addServer', 'mcpOAuth.startSandbox', 'mcpOAuth.showLog']],
    );
  });
});
