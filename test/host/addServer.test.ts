import assert from 'node:assert/strict';
import { eventually } from '../support/deadline.ts';
import { connectHands } from '../support/handsClient.ts';
import { allowAs, configureServers, hands, rowSaying, stage } from './extension.ts';

describe('A person without servers', () => {
  let restore: () => Promise<void>;
  before(async () => {
    restore = await configureServers({});
  });
  after(() => restore());

  it('is told what to do by the empty view, and sees nothing in the status bar', async () => {
    await hands.openView('MCP OAuth');
    assert.match(await hands.viewWelcome('MCP servers'), /Add an MCP server by its address/);
    await assert.rejects(connectedStatus(), /mcpOAuth.status/);
  });

  it('adds one by its address and a name, and signs in to it', async () => {
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
    await hands.clickViewWelcome('MCP servers', 'Add Server');
    await quickInputSaying(/Address of the MCP endpoint/);
    await hands.quickInput('http://mcp.example/mcp');
    await quickInputSaying(/Enter an https address, or an http address on this computer\./);
    await hands.quickInput(stage.sandbox.mcpUrl);
    await quickInputSaying(/A name for the server/);
    await hands.quickInput('mine');
    await rowSaying('mine', /needs sign-in/);
    await hands.clickInNotification('“mine” was added.', 'Sign In');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await allowAs('lin');
    await rowSaying('mine', /^connected as lin/);
    await hands.pageClose();
  });

  /** The boxes follow each other in one place: what is typed has to be typed into the right one. */
  async function quickInputSaying(words: RegExp): Promise<void> {
    let message = '';
    await eventually(
      20_000,
      async () => {
        ({ message } = await hands.quickInputText());
        return words.test(message) || undefined;
      },
      () => `The quick input does not say ${String(words)} but “${message}”.`,
    );
  }

  function connectedStatus() {
    return connectHands({ deadlineMs: 1_000 }).statusBarItem('mcpOAuth.status');
  }
});
