import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { providerId } from '../../src/vscode/authenticationProviders.ts';
import { World } from '../engine/world.ts';
import { eventually } from '../support/deadline.ts';
import { connectHands } from '../support/handsClient.ts';
import {
  allowAs,
  configureServers,
  hands,
  openConsentPage,
  rowSaying,
  signInAs,
  silentSession,
  stage,
} from './extension.ts';
import { callTool, startMcpServer, toolNamed } from './mcpTools.ts';
import { quickInputWith } from './quickInput.ts';

describe('Several accounts on one server', () => {
  let restore: () => Promise<void>;
  before(async () => {
    restore = await configureServers({
      sandbox: { url: stage.sandbox.mcpUrl },
      shared: { url: stage.sandbox.mcpUrl },
    });
    await rowSaying('shared', /needs sign-in|signed out/);
    await signInAs('shared', 'ada');
    await startMcpServer('shared');
    assert.match(await callTool(await toolNamed('sandbox', 'whoami'), {}), /ada/);
  });
  after(() => restore());

  it('are signed in beside each other, and the newest is used', async () => {
    await hands.runCommand('MCP OAuth: Switch Account…');
    await hands.pickQuickItem('shared');
    assert.deepEqual((await hands.quickInputText()).items, ['ada', 'Sign In With Another Account…']);
    await hands.pickQuickItem('Sign In With Another Account…');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await allowAs('grace');
    await rowSaying('shared', /^connected as grace/);
    await hands.pageClose();
    const accounts = await vscode.authentication.getAccounts(providerId('shared'));
    assert.deepEqual(accounts.map(({ label }) => label).sort(), ['ada', 'grace']);
    const menu = await hands.accountsMenu();
    for (const entry of ['ada (shared)', 'grace (shared)']) assert.ok(menu.includes(entry), menu.join(', '));
  });

  it('are chosen for the workspace, and a running server goes on with the other one', async () => {
    const whoami = await toolNamed('sandbox', 'whoami');
    assert.match(await callTool(whoami, {}), /grace/);
    await hands.treeMenuClick('shared', ['Switch Account…']);
    await hands.pickQuickItem('ada');
    await rowSaying('shared', /^connected as ada/);
    assert.match(await callTool(whoami, {}), /ada/);
  });

  it('are given by name to extensions that the person allows it', async () => {
    const accounts = await vscode.authentication.getAccounts(providerId('shared'));
    const grace = accounts.find(({ label }) => label === 'grace');
    assert.ok(grace);
    const asked = vscode.authentication.getSession(providerId('shared'), ['mcp'], {
      account: grace,
      createIfNone: true,
    });
    await hands.clickDialog('Allow');
    const session = await asked;
    assert.equal(session.account.label, 'grace');
    const again = await vscode.authentication.getSession(providerId('shared'), ['mcp'], {
      account: grace,
      silent: true,
    });
    assert.equal(again?.accessToken, session.accessToken);
  });

  it('are signed out of one by one', async () => {
    await hands.runCommand('MCP OAuth: Sign Out…');
    await hands.pickQuickItem('shared');
    assert.deepEqual((await hands.quickInputText()).items, ['ada', 'grace', 'All Accounts']);
    await hands.pickQuickItem('ada');
    await rowSaying('shared', /^connected as grace/);
    const accounts = await vscode.authentication.getAccounts(providerId('shared'));
    assert.deepEqual(
      accounts.map(({ label }) => label),
      ['grace'],
    );
  });

  it('are all signed out of at once, after a question that names the servers', async () => {
    await hands.clearNotifications();
    await hands.runCommand('MCP OAuth: Sign Out of All Servers');
    const { message, detail, buttons } = await hands.dialog();
    assert.match(message, /^Sign out of one MCP server\?$/);
    assert.match(detail, /^shared\./);
    assert.ok(buttons.includes('Sign Out'), buttons.join());
    await hands.clickDialog('Sign Out');
    await rowSaying('shared', /^signed out/);
    await hands.waitForNotification('Signed out of one MCP server.');
    assert.equal(await silentSession('shared'), undefined);
  });

  it('leave nothing behind when the server is forgotten, which registers the editor anew the next time', async () => {
    await signInAs('shared', 'ada');
    await hands.treeMenuClick('shared', ['Forget Server…']);
    assert.match((await hands.dialog()).message, /^Forget all that is kept of “shared”\?$/);
    await hands.clickDialog('Forget');
    await rowSaying('shared', /^needs sign-in/);
    await hands.waitForNotification('Nothing is kept of “shared” any more but its entry in the settings.');
    await openConsentPage('shared');
    await allowAs('ada');
    await rowSaying('shared', /^connected as ada/);
    await hands.pageClose();
  });
});

describe('Accounts of a server that does not say whose they are', () => {
  let world: World;
  /** Where the person allows it, at a name that VS Code opens as it is and without a question. */
  let page: Server;
  let origin: string;
  let host: string;
  let restore: () => Promise<void>;

  before(async () => {
    world = await World.start();
    world.tellsAccount = false;
    host = new URL(world.mcpUrl).host;
    page = createServer(({ url = '' }, response) => {
      const { searchParams } = new URL(url, world.origin);
      const back = searchParams.has('state') ? world.visit(`${world.origin}${url}`) : '';
      response.setHeader('content-type', 'text/html');
      response.end(
        `<!doctype html><title>Allow</title><a id="allow" href="${back.replaceAll('&', '&amp;')}">Allow</a>`,
      );
    });
    await new Promise<void>((listening) => page.listen(0, '127.0.0.1', listening));
    origin = `http://page.localhost:${(page.address() as AddressInfo).port}/`;
    world.alter('/.well-known/oauth-authorization-server/as', {
      authorization_endpoint: `${origin}authorize`,
    });
    restore = await configureServers({ nameless: { url: world.mcpUrl } });
    await rowSaying('nameless', /needs sign-in/);
    await hands.clickTreeAction('nameless', 'Sign In…');
    await allow();
    await connectedAs(host);
  });
  after(async () => {
    await restore();
    page.close();
    await world.close();
  });

  it('are asked about when there are several, as long as somebody waits for the name', async () => {
    await signInWithAnother();
    const impatient = connectHands({ deadlineMs: 1_000 });
    await eventually(
      15_000,
      async () => {
        // Right after a sign-in has begun it would count as the second click of a double click.
        await impatient.clickTreeAction('nameless', 'Cancel Sign-In').catch(() => undefined);
        return impatient.quickInputText().then(
          () => undefined,
          () => true,
        );
      },
      () => 'A name is still asked for.',
    );
    await connectedAs(host);
    await signInWithAnother();
    await hands.quickInput('work');
    await connectedAs('work');
  });

  it('are called from their row what the person wants', async () => {
    await hands.setTreeRowOpen('nameless', true);
    await rowSaying('work', /^account in use$/);
    await hands.treeMenuClick('work', ['Rename Account…']);
    await quickInputWith(({ title }) => title === 'Rename “work” of “nameless”');
    await hands.quickInput('office');
    await connectedAs('office');
    await rowSaying('office', /^account in use$/);
    const accounts = await vscode.authentication.getAccounts(providerId('nameless'));
    assert.deepEqual(accounts.map(({ label }) => label).sort(), [host, 'office']);
  });

  it('are chosen from their row, by its menu and by its button', async () => {
    await hands.treeMenuClick(host, ['Use This Account']);
    await connectedAs(host);
    const { actions } = await rowSaying(host, /^account in use$/);
    assert.deepEqual(actions, [], 'What is done already is not offered.');
    await rowSaying('office', /^also signed in$/);
    await hands.clickTreeAction('office', 'Use This Account');
    await connectedAs('office');
    await hands.setTreeRowOpen('nameless', false);
  });

  async function connectedAs(account: string): Promise<void> {
    await rowSaying('nameless', new RegExp(`^connected as ${account}(,|$)`));
  }

  async function signInWithAnother(): Promise<void> {
    await hands.treeMenuClick('nameless', ['Switch Account…']);
    await hands.pickQuickItem('Sign In With Another Account…');
    await allow();
    await quickInputWith(({ title }) => title === 'Another Account on “nameless”');
  }

  async function allow(): Promise<void> {
    await hands.waitForPage(origin);
    await hands.pageClick('#allow');
    await hands.pageClose();
  }
});
