import assert from 'node:assert/strict';
import { connectHands } from '../support/handsClient.ts';
import { configureServers, hands, rowSaying, stage } from './extension.ts';

describe('A person without servers', () => {
  let restore: () => Promise<void>;
  before(async () => {
    restore = await configureServers({});
  });
  after(() => restore());

  it('is told what to do by the empty view, and sees nothing in the status bar', async () => {
    await hands.openView('MCP OAuth');
    assert.match(await hands.viewWelcome('MCP servers'), /There are no MCP servers yet/);
    await assert.rejects(connectedStatus(), /mcpOAuth.status/);
  });

  it('adds one by its address and a name, and signs in to it', async () => {
    await hands.clearNotifications();
    await hands.clickViewWelcome('MCP servers', 'Add Server');
    await hands.quickInput('http://mcp.example/mcp');
    assert.match(
      (await hands.quickInputText()).message,
      /Enter an https address, or an http address on this computer\./,
    );
    await hands.quickInput(stage.sandbox.mcpUrl);
    await hands.quickInput('mine');
    await rowSaying('mine', /needs sign-in/);
    await hands.clickNotification('Sign In');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await hands.pageFill('#account', 'lin');
    await hands.pageClick('#allow');
    await rowSaying('mine', /^connected as lin/);
    await hands.pageClose();
  });

  function connectedStatus() {
    return connectHands({ deadlineMs: 1_000 }).statusBarItem('mcpOAuth.status');
  }
});
