import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { allowAs, hands, rowSaying, signOut, silentSession, stage } from './extension.ts';

describe('A token', () => {
  it('is in the secret storage and nowhere else: no setting, no log, no state, no browser storage in the clear', async () => {
    await hands.accountsMenuClick(['Sign in with sandbox to use MCP OAuth (1)']);
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await allowAs('ada');
    await rowSaying('sandbox', /^connected as ada/);
    await hands.pageClose();
    const token = (await silentSession('sandbox'))?.accessToken ?? '';
    assert.ok(token.length > 20);

    const files = readdirSync(stage.userDataDir, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    assert.ok(
      files.some(({ name }) => name === 'MCP OAuth.log'),
      'The log that is searched has to be there.',
    );
    const holding = files
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .filter((file) => readFileSync(file).includes(token));
    assert.deepEqual(holding, []);
    assert.deepEqual(await hands.browserStorageHolding(token), []);
    // The search itself works: what is not secret is found.
    assert.notDeepEqual(await hands.browserStorageHolding('workbench'), []);
  });

  it('is gone from the secret storage after Sign Out', async () => {
    await signOut('sandbox');
    assert.equal(await silentSession('sandbox'), undefined);
  });
});
