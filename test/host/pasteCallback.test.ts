import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { allowAs, configureServers, hands, rowSaying, signOut, stage } from './extension.ts';
import { quickInputSaying } from './quickInput.ts';

describe('A browser that cannot come back by itself', () => {
  /** Somebody else's, who does nothing with what the browser brings. */
  let elsewhere: Server;
  let origin: string;
  let restore: () => Promise<void>;

  before(async () => {
    elsewhere = createServer((_, response) => response.writeHead(404).end('Nothing here.'));
    await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
    const { port } = elsewhere.address() as AddressInfo;
    origin = `http://127.0.0.1:${port}`;
    const oauth = { redirect: 'paste', redirectPort: port };
    restore = await configureServers({ pasted: { url: stage.sandbox.mcpUrl, oauth } });
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
  });
  after(async () => {
    await restore();
    elsewhere.close();
  });

  it('has nothing to bring while no sign-in waits', async () => {
    await hands.runCommand('MCP OAuth: Paste Callback Address…');
    await hands.waitForNotification('No sign-in waits for an answer from your browser.');
  });

  it('leaves an address that a person pastes, which finishes the sign-in (field case 25)', async () => {
    await rowSaying('pasted', /needs sign-in/);
    await hands.clickTreeAction('pasted', 'Sign In…');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await allowAs('ada');
    const arrived = await hands.waitForPage(`${origin}/callback`);
    await hands.pageClose();
    await rowSaying('pasted', /waiting for your browser/);
    const [row] = await hands.treeRows('MCP servers');
    assert.deepEqual(row?.actions, ['Cancel Sign-In']);

    await hands.treeMenuClick('pasted', ['Paste Callback Address…']);
    await quickInputSaying(/The whole address/);
    await refused('callback?code=1', /This is no address/);
    await refused(`${origin}/callback?code=1`, /carries no answer to a sign-in/);
    const foreign = new URL(arrived);
    foreign.searchParams.set('state', 'somebody-else');
    await refused(foreign.href, /answers a sign-in that does not wait here/);
    await rowSaying('pasted', /waiting for your browser/);
    await hands.quickInput(`  ${arrived} `);
    await rowSaying('pasted', /^connected as ada/);
  });

  it('is not answered twice', async () => {
    await signOut('pasted');
    await hands.clearNotifications();
    await hands.runCommand('MCP OAuth: Paste Callback Address…');
    await hands.waitForNotification('No sign-in waits for an answer from your browser.');
  });

  async function refused(text: string, words: RegExp): Promise<void> {
    await hands.quickInput(text);
    await quickInputSaying(words);
  }
});
