import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { World } from '../engine/world.ts';
import { eventually } from '../support/deadline.ts';
import { allowAs, configureServers, hands, rowSaying, signOut, stage } from './extension.ts';
import { pasted } from './pasted.ts';
import { quickInputWith } from './quickInput.ts';

describe('A sign-in that goes on', () => {
  /** Somebody else's, who does nothing with what the browser brings. */
  let elsewhere: Server;
  let world: World;
  let restore: () => Promise<void>;

  before(async () => {
    elsewhere = createServer((_, response) => response.writeHead(404).end('Nothing here.'));
    await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
    const { port } = elsewhere.address() as AddressInfo;
    const oauth = { redirect: 'paste', redirectPort: port };
    world = await World.start();
    // VS Code asks before it opens a site that is not of this computer.
    world.alter('/.well-known/oauth-authorization-server/as', {
      authorization_endpoint: 'https://login.example/authorize',
    });
    restore = await configureServers({
      first: { url: stage.sandbox.mcpUrl, oauth },
      second: { url: stage.brief.mcpUrl },
      distant: { url: world.mcpUrl },
    });
    await rowSaying('distant', /needs sign-in/);
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
  });
  after(async () => {
    await restore();
    elsewhere.close();
    await world.close();
  });

  it('has one notification, which names the server and the host; of two each link acts on its own', async () => {
    await hands.clickTreeAction('first', 'Sign In…');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await hands.pageClose();
    await hands.clickTreeAction('second', 'Sign In…');
    await hands.waitForPage(`${stage.brief.issuer}/`);
    await hands.pageClose();
    await rowSaying('second', /waiting for your browser/);

    const [first, second] = [await progressOf('first'), await progressOf('second')];
    assert.ok(first.includes(`at ${new URL(stage.sandbox.issuer).host}, within ten minutes.`), first);
    assert.ok(second.includes(`at ${new URL(stage.brief.issuer).host}, within ten minutes.`), second);

    await hands.clickInNotification('“second”', 'Copy Link');
    await progressOf('second', /Link Copied/);
    assert.ok((await pasted()).startsWith(`${stage.brief.issuer}/`));
    await hands.treeMenuClick('first', ['Copy Sign-In Link']);
    await hands.waitForNotification('The link to sign in to “first” is on the clipboard.');
    const address = await pasted();
    assert.ok(address.startsWith(`${stage.sandbox.issuer}/`));
    const state = new URL(address).searchParams.get('state') ?? '';
    assert.ok(state.length > 20);
    const all = (await hands.notifications()).map(({ message }) => message).join(' ');
    assert.ok(!all.includes(state), 'What belongs to an attempt is shown nowhere.');
  });

  it('takes the link to another tab, and from its notification the address that comes back', async () => {
    await hands.treeMenuClick('first', ['Copy Sign-In Link']);
    await vscode.env.openExternal((await pasted()) as unknown as vscode.Uri);
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await allowAs('ada');
    const arrived = await hands.waitForPage('http://127.0.0.1:');
    await hands.pageClose();

    await hands.clickInNotification('“second”', 'Paste Callback…');
    await quickInputWith(({ title }) => title.includes('“second”'));
    await hands.quickInput(arrived);
    await quickInputWith(({ message }) => message.includes('answers the sign-in to “first”'));
    await hands.press('Escape');
    await hands.clickInNotification('Signing in to “first”', 'Paste Callback…');
    await quickInputWith(({ title }) => title.includes('“first”'));
    await hands.quickInput(arrived);
    await rowSaying('first', /^connected as ada/);
    await hands.waitForNotification('Signed in to “first” as ada.');
    await gone('first');
  });

  it('ends with Cancel, and without a word of failure', async () => {
    await hands.clickInNotification('Signing in to “second”', 'Cancel');
    await rowSaying('second', /^needs sign-in/);
    await gone('second');
    assert.deepEqual(await errors(), []);
    await signOut('first');
  });

  it('whose page a person does not want opened waits without a word of failure, and can go on', async () => {
    await hands.clearNotifications();
    await hands.clickTreeAction('distant', 'Sign In…');
    assert.match((await hands.dialog()).message, /open the external website/);
    await hands.clickDialog('Cancel');
    const message = await progressOf('distant', /your browser did not open/);
    assert.match(message, /to sign in at login\.example\. Open Browser · Copy Link · Paste Callback…$/);
    await rowSaying('distant', /^browser not opened/);
    await hands.clickInNotification('“distant”', 'Open Browser');
    assert.match((await hands.dialog()).detail, /https:\/\/login\.example\/authorize/);
    await hands.clickDialog('Copy');
    assert.ok((await pasted()).startsWith('https://login.example/authorize?'));
    await hands.clickInNotification('“distant”', 'Cancel');
    await rowSaying('distant', /^needs sign-in/);
    await gone('distant');
    assert.deepEqual(await errors(), []);
  });

  async function progressOf(server: string, words = /./): Promise<string> {
    let all: readonly string[] = [];
    return eventually(
      15_000,
      async () => {
        all = await progresses(server);
        assert.ok(all.length < 2, `There are several: ${all.join(' | ')}`);
        return all.find((message) => words.test(message));
      },
      () => `The notification of “${server}” does not say ${String(words)}: ${all.join(' | ')}`,
    );
  }

  async function gone(server: string): Promise<void> {
    await eventually(
      10_000,
      async () => (await progresses(server)).length === 0 || undefined,
      () => `The notification of “${server}” stays.`,
    );
  }

  async function progresses(server: string): Promise<readonly string[]> {
    const all = await hands.notifications();
    return all.map(({ message }) => message).filter((text) => text.startsWith(`Signing in to “${server}”`));
  }

  async function errors(): Promise<readonly string[]> {
    const all = await hands.notifications();
    return all.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  }
});
