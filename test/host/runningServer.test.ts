import assert from 'node:assert/strict';
import { eventually } from '../support/deadline.ts';
import { allowAs, configureServers, hands, rowSaying, signOut } from './extension.ts';
import { callTool, startMcpServer, toolNamed } from './mcpTools.ts';
import { SandboxProgram } from './sandboxProgram.ts';

const lifeSeconds = 20;

describe('A server that runs in VS Code’s MCP client', () => {
  let sandbox: SandboxProgram;
  let restore: () => Promise<void>;
  let whoami: string;

  before(async () => {
    sandbox = await SandboxProgram.start('--access-token-seconds', String(lifeSeconds));
    const scopes = ['openid', 'profile', 'offline_access', 'notes:read'];
    const entry = { url: sandbox.mcpUrl, oauth: { redirect: 'uriHandler', scopes } };
    restore = await configureServers({ running: entry });
    await signInHere('ada');
    await startMcpServer('running');
    whoami = await toolNamed('sandbox', 'whoami');
  });
  after(async () => {
    await restore();
    await sandbox.close();
  });

  it('is called with the token of the moment, before and after one has ended, and never started again (field case 1)', async () => {
    assert.match(await callTool(whoami, {}), /ada/);
    const refused = await sandbox.requests('mcp POST /mcp 401');
    const sinceMs = Date.now();
    await eventually(
      lifeSeconds * 1_000 + 5_000,
      () => Promise.resolve(Date.now() - sinceMs >= lifeSeconds * 1_000 || undefined),
      () => 'Time stands still.',
    );
    assert.match(await callTool(whoami, {}), /ada/);
    assert.equal((await sandbox.requests('authorization POST /token 200')).length, 2);
    assert.deepEqual(await sandbox.requests('mcp POST /mcp 401'), refused);
    assert.equal(await starts(), 1);
  });

  it('gets more access without being started again (checklist 12.2)', async () => {
    const call = callTool(await toolNamed('sandbox', 'add_note'), { text: 'one' });
    const outcome = Promise.allSettled([call]);
    await hands.clickDialog('Yes');
    await hands.clickNotification('Allow in Browser');
    await hands.waitForPage(`${sandbox.pagesOrigin}/`);
    await allowAs('ada');
    await outcome;
    assert.match(await call, /./);
    await hands.pageClose();
    assert.match(await callTool(await toolNamed('sandbox', 'list_notes'), {}), /one/);
    assert.equal(await starts(), 1);
  });

  it('says what to do while nobody is signed in, and goes on where it was once somebody is', async () => {
    await signOut('running');
    await assert.rejects(
      callTool(whoami, {}),
      /“running”: signed out\. Run the command “MCP OAuth: Sign In…”/,
    );
    await signInHere('ada');
    assert.match(await callTool(whoami, {}), /ada/);
    assert.equal(await starts(), 1);
  });

  it('is started anew by the next call for another person’s account, whose tools may be others', async () => {
    await hands.runCommand('MCP OAuth: Switch Account…');
    await hands.pickQuickItem('running');
    await hands.pickQuickItem('Sign In With Another Account…');
    await hands.waitForPage(`${sandbox.pagesOrigin}/`);
    await allowAs('grace');
    await rowSaying('running', /^connected as grace/);
    await hands.pageClose();
    await eventually(
      20_000,
      async () => ((await stops()) > 0 ? true : undefined),
      () => 'VS Code did not stop the server.',
    );
    assert.match(await callTool(whoami, {}), /grace/);
    assert.equal(await starts(), 2);
  });

  async function signInHere(account: string): Promise<void> {
    await rowSaying('running', /^needs sign-in|^signed out/);
    await hands.clickTreeAction('running', 'Sign In…');
    await hands.waitForPage(`${sandbox.pagesOrigin}/`);
    await allowAs(account);
    await rowSaying('running', new RegExp(`^connected as ${account}`));
    await hands.pageClose();
  }

  /** How often VS Code has started the server: each time it says once that it is ready. */
  async function starts(): Promise<number> {
    return (await sandbox.requests('mcp POST /mcp 202')).length;
  }

  /** How often VS Code has ended its session there. */
  async function stops(): Promise<number> {
    return (await sandbox.requests('mcp DELETE /mcp')).length;
  }
});
