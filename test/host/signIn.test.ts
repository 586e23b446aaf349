import assert from 'node:assert/strict';

import {
  allowAs,
  cancelFromRow,
  configureServers,
  hands,
  openConsentPage,
  rowSaying,
  signOut,
  stage,
} from './extension.ts';

describe('Signing in', () => {
  it('goes through the consent page and the URI handler, and ends connected', async () => {
    await openConsentPage('sandbox');
    await rowSaying('sandbox', /waiting for your browser/);
    await allowAs('ada');
    const row = await rowSaying('sandbox', /^connected as ada$/);
    assert.deepEqual(row.actions, ['Sign Out…']);
    await hands.pageClose();
    assert.match((await hands.statusBarItem('mcpOAuth.status')).text, /MCP 2\/3/);
    assert.ok(
      (await hands.notifications()).some(({ message }) => message === 'Signed in to “sandbox” as ada.'),
    );
  });

  it('is undone by Sign Out', async () => {
    await signOut('sandbox');
    assert.match((await hands.statusBarItem('mcpOAuth.status')).text, /MCP 1\/3/);
  });

  it('that is denied shows the words of the server, quoted, and a way to go on', async () => {
    await hands.clearNotifications();
    await openConsentPage('sandbox');
    await hands.pageClick('#deny');
    await rowSaying('sandbox', /sign-in failed/);
    await hands.pageClose();
    const [failure] = await hands.notifications();
    assert.match(failure?.message ?? '', /refused access\. The server said: “The person declined access\.”$/);
    assert.deepEqual(failure?.buttons, ['Sign In Again', 'Show Trace']);
  });

  it('can be cancelled from the tree, and returns to where it was', async () => {
    const row = await rowSaying('brief', /needs sign-in/);
    await hands.clickTreeAction('brief', row.actions[0] ?? '');
    await hands.waitForPage(`${stage.brief.issuer}/`);
    await rowSaying('brief', /waiting for your browser/);
    await cancelFromRow('brief', /^needs sign-in/);
    await hands.pageClose();
  });

  it('runs out when the token does, and is offered again', async () => {
    await openConsentPage('brief');
    await allowAs('grace');
    await rowSaying('brief', /^connected as grace/);
    await hands.pageClose();
    const row = await rowSaying('brief', /^sign-in expired/, 40_000);
    assert.deepEqual(row.actions, ['Sign In…']);
  });

  it('follows the settings: a server that is added appears, one that is taken out goes', async () => {
    const restore = await configureServers({ added: { url: 'https://mcp.example/mcp' } });
    await rowSaying('added', /needs sign-in/);
    await restore();
    await rowSaying('sandbox', /needs sign-in/);

    assert.ok(!(await hands.treeRows('MCP servers')).some(({ label }) => label === 'added'));
  });
});
