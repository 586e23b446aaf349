import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { providerId } from '../../src/vscode/authenticationProviders.ts';
import { eventually } from '../support/deadline.ts';
import { allowAs, configureServers, hands, rowSaying, silentSession } from './extension.ts';
import { SandboxProgram } from './sandboxProgram.ts';

/** A quarter of it before the end a token is replaced. */
const lifeSeconds = 20;

describe('A sign-in that two windows share', () => {
  let sandbox: SandboxProgram;
  let restoreServers: () => Promise<void>;
  let signedInAtMs: number;

  before(async () => {
    // Refresh tokens are good for once, and one that is used again costs the whole sign-in.
    sandbox = await SandboxProgram.start('--access-token-seconds', String(lifeSeconds));
    restoreServers = await configureServers({ shared: { url: sandbox.mcpUrl } });
    await hands.clearNotifications();
    await rowSaying('shared', /^needs sign-in/);
    await hands.openWindow();
    await rowSaying('shared', /^needs sign-in/);
  });
  after(async () => {
    await hands.useWindow(2);
    await hands.closeWindow();
    await restoreServers();
    await sandbox.close();
  });

  it('is seen in both as soon as it is there, also where each has a secret storage of its own', async () => {
    await signInHere();
    await hands.useWindow(1);
    await rowSaying('shared', /^connected as ada/);
  });

  it('is renewed once when both need it at the same moment, and connected in both, also after a reload (field case 1)', async () => {
    await nearEnd();
    await hands.useWindow(2);
    await Promise.all([silentSession('shared'), askHere()]);
    assert.equal(await renewals(), 1);
    signedInAtMs = Date.now();
    await rowSaying('shared', /^connected as ada/);
    await hands.reloadWindow();
    await rowSaying('shared', /^connected as ada/);
    await hands.useWindow(1);
    await rowSaying('shared', /^connected as ada/);
    // The record that the second window has is the one that still renews.
    await hands.useWindow(2);
    await nearEnd();
    await askHere();
    await rowSaying('shared', /^connected as ada/);
    assert.deepEqual(await refused(), []);
  });

  it('is signed out of in both', async () => {
    await hands.useWindow(2);
    await hands.runCommand('MCP OAuth: Sign Out…');
    await hands.pickQuickItem('shared');
    await rowSaying('shared', /^signed out/);
    await hands.useWindow(1);
    await rowSaying('shared', /^signed out/);
    assert.equal(await silentSession('shared'), undefined);
  });

  it('is finished though the window that asked was loaded anew in the middle (field case 23)', async () => {
    await hands.useWindow(2);
    await hands.clickTreeAction('shared', 'Sign In…');
    await hands.waitForPage(`${sandbox.pagesOrigin}/`);
    await hands.reloadWindow();
    await rowSaying('shared', /^signed out|^needs sign-in/);
    await allowAs('ada');
    await rowSaying('shared', /^connected as ada/);
    signedInAtMs = Date.now();
    await hands.pageClose();
    await hands.useWindow(1);
    await rowSaying('shared', /^connected as ada/);
  });

  it('is offline in words while its servers are gone, and connected without a person when they are back (field case 3)', async () => {
    await nearEnd();
    await sandbox.stop();
    await eventually(
      30_000,
      async () => {
        await silentSession('shared');
        const rows = await hands.treeRows('MCP servers');
        return rows.find(({ description }) => /^offline, next try at \d/.test(description));
      },
      () => 'The tree does not say “offline”.',
    );
    const row = await rowSaying('shared', /^offline/);
    assert.deepEqual(row.actions, ['Try Now']);
    await sandbox.startAgain();
    await rowSaying('shared', /^connected as ada/, 40_000);
    signedInAtMs = Date.now();
    assert.deepEqual(await refused(), []);
  });

  it('that the server has ended says so in the server’s words, in both (field case 27)', async () => {
    await sandbox.chooseFaults('refresh-dead-invalid-request');
    await nearEnd();
    await silentSession('shared');
    for (const window of [1, 2] as const) {
      await hands.useWindow(window);
      const row = await rowSaying('shared', /^sign-in expired: “refresh_token is invalid”$/);
      assert.deepEqual(row.actions, ['Sign In…']);
    }
    await hands.useWindow(1);
  });

  async function signInHere(): Promise<void> {
    await hands.clickTreeAction('shared', 'Sign In…');
    await hands.waitForPage(`${sandbox.pagesOrigin}/`);
    await allowAs('ada');
    await rowSaying('shared', /^connected as ada/);
    signedInAtMs = Date.now();
    await hands.pageClose();
  }

  /** Somebody asks for a token in the window that the hands are in. */
  async function askHere(): Promise<void> {
    await hands.runCommand('Tests: Ask for a Session');
    await hands.quickInput(providerId('shared'));
    await hands.waitForNotification(`Asked ${providerId('shared')}.`);
    await hands.clearNotifications();
  }

  /** Waits until the token is about to end. */
  async function nearEnd(): Promise<void> {
    const atMs = signedInAtMs + lifeSeconds * 1_000;
    await eventually(
      lifeSeconds * 1_000 + 5_000,
      () => Promise.resolve(Date.now() >= atMs || undefined),
      () => 'Time stands still.',
    );
  }

  async function renewals(): Promise<number> {
    return (await sandbox.requests('authorization POST /token 200')).length - 1;
  }

  /** Token requests that were answered with an error, such as for a refresh token that is shown twice. */
  function refused(): Promise<readonly string[]> {
    return sandbox.requests('authorization POST /token 400');
  }
});

describe('Start-up with twenty servers that need a sign-in', () => {
  let server: Server;
  let requests: string[];
  let restoreServers: () => Promise<void>;

  before(async () => {
    requests = [];
    server = createServer((request, response) => {
      requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.writeHead(401).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const names = Array.from({ length: 20 }, (_, number) => `server ${number + 1}`);
    restoreServers = await configureServers(
      Object.fromEntries(
        names.map((name, number) => [name, { url: `http://127.0.0.1:${port}/${number}/mcp` }]),
      ),
    );
  });
  after(async () => {
    await hands.useWindow(2);
    await hands.closeWindow();
    await restoreServers();
    server.close();
  });

  it('asks nobody anything, registers nothing and opens no browser, in two windows (field case 24)', async () => {
    await rowSaying('server 20', /^needs sign-in/);
    await hands.openWindow();
    await rowSaying('server 20', /^needs sign-in/);
    assert.match((await hands.statusBarItem('mcpOAuth.status')).text, /MCP 0\/20/);
    const asked = (await hands.notifications()).filter(({ source }) => source.includes('MCP OAuth'));
    assert.deepEqual(asked, []);
    assert.deepEqual(requests, []);
  });
});
