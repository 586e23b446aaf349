import assert from 'node:assert/strict';
import { allowAs, configureServers, hands, rowSaying } from './extension.ts';
import { callTool, failToStartQuietly, toolNamed } from './mcpTools.ts';
import { SandboxProgram } from './sandboxProgram.ts';

describe('A server that speaks the older HTTP+SSE transport', () => {
  let sandbox: SandboxProgram;
  let restore: () => Promise<void>;

  before(async () => {
    sandbox = await SandboxProgram.start();
    restore = await configureServers({ older: { url: new URL('/sse', sandbox.mcpUrl).href } });
  });
  after(async () => {
    await restore();
    await sandbox.close();
  });

  it('is not started before somebody has signed in, and is then', async () => {
    await rowSaying('older', /^needs sign-in/);
    await failToStartQuietly('older');
    await hands.waitForNotification('“older” needs you to sign in.');
    await hands.clickNotification('Sign In');
    await hands.waitForPage(`${sandbox.pagesOrigin}/`);
    await allowAs('ada');
    await rowSaying('older', /^connected as ada/);
    await hands.pageClose();
    assert.match(await callTool(await toolNamed('sandbox', 'whoami'), {}), /ada/);
  });

  it('has its tools called through the stream that it began with', async () => {
    assert.match(await callTool(await toolNamed('sandbox', 'list_notes'), {}), /./);
    const sent = await sandbox.requests('mcp POST /messages');
    assert.ok(sent.length > 0 && sent.every((line) => line.includes(' 202 ')), sent.join('\n'));
    // A stream is told of when it has ended.
    assert.deepEqual(await sandbox.requests('mcp GET /sse 200'), []);
  });
});
