import assert from 'node:assert/strict';
import { eventually } from '../support/deadline.ts';
import { allowAs, configureServers, hands, rowSaying, signOut } from './extension.ts';
import { callTool, failToStartQuietly, startMcpServer, toolNamed } from './mcpTools.ts';
import { SandboxProgram } from './sandboxProgram.ts';

describe('Servers that need a person when VS Code’s MCP client uses them', () => {
  let sandbox: SandboxProgram;
  let restore: () => Promise<void>;

  before(async () => {
    sandbox = await SandboxProgram.start();
    const entry = { url: sandbox.mcpUrl };
    restore = await configureServers({ first: entry, second: entry, third: entry });
    await rowSaying('second', /^needs sign-in/);
    // What other tests left would be counted: the centre keeps invitations that nobody has answered.
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
  });
  after(async () => {
    await restore();
    await sandbox.close();
  });

  it('open nothing when they are started quietly, and are brought up in one notification (field case 24)', async () => {
    await Promise.all([failToStartQuietly('first'), failToStartQuietly('second')]);
    const { message, buttons, severity } = await hands.waitForNotification('MCP servers need you to sign in');
    assert.match(message, /^2 MCP servers need you to sign in: (first, second|second, first)\.$/);
    assert.deepEqual([buttons, severity], [['Sign In…', 'Not Now'], 'warning']);
    assert.deepEqual(await asked(), []);
    assert.equal((await invitations()).length, 1);
  });

  it('are not brought up again after “Not Now”, with another one neither', async () => {
    await hands.clickNotification('Not Now');
    await failToStartQuietly('first');
    await startMcpServer('second');
    await failToStartQuietly('third');
    await hands.waitForNotification('“third” needs you to sign in.');
    assert.equal((await invitations()).length, 1);
    await hands.clickNotification('Not Now');
    assert.deepEqual(await asked(), []);
  });

  it('are started when somebody has signed in, and only they', async () => {
    await hands.clickTreeAction('first', 'Sign In…');
    await hands.waitForPage(`${sandbox.pagesOrigin}/`);
    await allowAs('ada');
    await rowSaying('first', /^connected as ada/);
    await hands.pageClose();
    assert.match(await callTool(await toolNamed('sandbox', 'whoami'), {}), /ada/);
    assert.equal(await starts(), 1);
    await rowSaying('second', /^needs sign-in/);
  });

  it('are brought up with the button that signs in, and go on from there', async () => {
    const whoami = await toolNamed('sandbox', 'whoami');
    await signOut('first');
    await hands.clearNotifications();
    await assert.rejects(callTool(whoami, {}), /“first”: signed out\. Run the command “MCP OAuth: Sign In…”/);
    const { buttons } = await hands.waitForNotification('“first” needs you to sign in.');
    assert.deepEqual(buttons, ['Sign In', 'Not Now']);
    await hands.clickNotification('Sign In');
    await hands.waitForPage(`${sandbox.pagesOrigin}/`);
    await allowAs('ada');
    await rowSaying('first', /^connected as ada/);
    await hands.pageClose();
    assert.match(await callTool(whoami, {}), /ada/);
    assert.equal(await starts(), 1);
  });

  it('do no harm with a button that is pressed too late', async () => {
    const whoami = await toolNamed('sandbox', 'whoami');
    await signOut('first');
    await hands.clearNotifications();
    await assert.rejects(callTool(whoami, {}), /signed out/);
    await hands.waitForNotification('“first” needs you to sign in.');
    await hands.clickTreeAction('first', 'Sign In…');
    await hands.waitForPage(`${sandbox.pagesOrigin}/`);
    await allowAs('ada');
    await rowSaying('first', /^connected as ada/);
    await hands.pageClose();
    const before = (await asked()).length;
    await hands.clickNotification('Sign In');
    assert.match(await callTool(whoami, {}), /ada/);
    await rowSaying('first', /^connected as ada/);
    assert.equal((await asked()).length, before);
  });

  it('are brought up once in a window that is loaded again, which opens nothing (field case 24)', async () => {
    await signOut('first');
    const before = (await asked()).length;
    await hands.openWindow();
    await startInThisWindow();
    await hands.reloadWindow();
    await startInThisWindow();
    assert.equal((await invitations()).length, 1);
    assert.equal((await asked()).length, before);
    await hands.closeWindow();
  });

  /** Until VS Code has heard of the servers it starts none. */
  async function startInThisWindow(): Promise<void> {
    await rowSaying('second', /^needs sign-in/);
    await eventually(
      30_000,
      async () => {
        await hands.runCommand('Tests: Start MCP Servers');
        const shown = await hands.notifications();
        return shown.some(({ message }) => message === 'Some MCP servers did not start.') || undefined;
      },
      () => 'VS Code did not fail to start the servers.',
    );
    await hands.waitForNotification('3 MCP servers need you to sign in');
  }

  async function invitations(): Promise<readonly string[]> {
    const shown = await hands.notifications();
    return shown.map(({ message }) => message).filter((message) => / needs? you to sign in/.test(message));
  }

  /** Requests that a person was asked with. */
  function asked(): Promise<readonly string[]> {
    return sandbox.requests('authorization GET /authorize');
  }

  /** How often VS Code has started a server: each time it says once that it is ready. */
  async function starts(): Promise<number> {
    return (await sandbox.requests('mcp POST /mcp 202')).length;
  }
});
