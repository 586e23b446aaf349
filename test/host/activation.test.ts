import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { providerId } from '../../src/vscode/authenticationProviders.ts';
import { extension, hands, rowSaying, silentSession } from './extension.ts';

describe('Activation', () => {
  it('happens by itself after start-up', async () => {
    await rowSaying('sandbox', /needs sign-in/);
    assert.ok(extension().isActive);
  });

  it('registers a provider for each server that can be signed in to', async () => {
    for (const server of ['sandbox', 'brief']) {
      assert.deepEqual([...(await vscode.authentication.getAccounts(providerId(server)))], []);
      assert.equal(await silentSession(server), undefined);
    }
  });

  it('shows each server with its state and the one action that helps', async () => {
    await rowSaying('not-a-server', /^settings\.json:\d+: /);
    const rows = await hands.treeRows('MCP servers');
    assert.deepEqual(
      rows.map(({ label, description }) => [label, description.replace(/:\d+:/, ':n:')]),
      [
        ['sandbox', 'needs sign-in'],
        ['brief', 'needs sign-in'],
        ['own-header', 'uses its own header'],
        ['not-a-server', 'settings.json:n: “url” in the settings is not usable'],
      ],
    );
    assert.deepEqual(
      rows.map(({ actions }) => actions),
      [['Sign In…'], ['Sign In…'], [], ['Open Settings']],
    );
    assert.equal(rows[0]?.ariaLabel, 'sandbox, needs sign-in');
  });

  it('sums the servers up in the status bar', async () => {
    const item = await hands.statusBarItem('mcpOAuth.status');
    assert.match(item.text, /MCP 1\/3/);
    assert.match(item.ariaLabel, /1 of 3 ready, 2 need you/);
  });

  it('asks for nothing: no notification, and an entry in the Accounts menu for each server in need', async () => {
    assert.deepEqual(await hands.notifications(), []);
    const entries = await hands.accountsMenu();
    for (const server of ['sandbox', 'brief']) {
      assert.ok(entries.includes(`Sign in with ${server} to use MCP OAuth (1)`), entries.join(', '));
    }
    assert.ok(!entries.some((entry) => entry.includes('own-header')));
  });
});
