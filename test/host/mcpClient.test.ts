import assert from 'node:assert/strict';
import { hands, rowSaying, signInAs, signOut } from './extension.ts';
import { callTool, startMcpServer, toolNamed } from './mcpTools.ts';

describe('VS Code’s MCP client', () => {
  it('calls a tool of the server with the token, which it never sees', async () => {
    await signInAs('sandbox', 'ada');
    await startMcpServer('sandbox');
    assert.match(await callTool(await toolNamed('sandbox', 'whoami'), {}), /ada/);
  });

  it('is told in a sentence that a person has to sign in, and goes on once they did', async () => {
    const whoami = await toolNamed('sandbox', 'whoami');
    await signOut('sandbox');
    await assert.rejects(callTool(whoami, {}), /signed out.*Sign In/s);
    await signInAs('sandbox', 'ada');
    assert.match(await callTool(whoami, {}), /ada/);
  });

  it('never started a sign-in of its own', async () => {
    const entries = await hands.accountsMenu();
    assert.deepEqual(
      entries.filter((entry) => entry.includes('127.0.0.2')),
      [],
    );
    await rowSaying('sandbox', /^connected as ada/);
  });
});
