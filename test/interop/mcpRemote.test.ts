// mcp-remote signs in to the sandbox, passes tool calls on, and stays signed in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { within } from '../support/deadline.ts';
import { makeRemoteFolder, type RemoteFolder, type RemoteProcess, startRemote } from './mcpRemote.ts';
import { allowAndReturn } from './person.ts';
import { briefSeconds, untilEnded } from './tokenEnd.ts';

const deadlineMs = 90_000;

let folder: RemoteFolder;
let sandbox: Sandbox;
const closers: (() => Promise<void>)[] = [];
before(async () => {
  folder = await makeRemoteFolder();
  closers.push(() => folder.remove());
  sandbox = await startSandbox({ accessTokenSeconds: briefSeconds });
  closers.push(() => sandbox.close());
});
after(async () => {
  for (const close of closers.reverse()) await close();
});

test('mcp-remote registers, signs in and passes on what the tool says of who signed in', async () => {
  await withRemote(async (remote) => {
    await allowAndReturn(sandbox, await remote.signInAddress);
    assert.ok((await remote.toolNames()).includes('whoami'));
    assert.equal(await accountOf(remote), 'ada');
  });
});

test('mcp-remote started again asks nobody, and gets a new token by itself when the one it has ends', async () => {
  await withRemote(async (remote) => {
    assert.equal(await accountOf(remote), 'ada');
    const ended = await folder.accessToken();
    await untilEnded(sandbox, ended);
    assert.equal(await accountOf(remote), 'ada');
    assert.notEqual(await folder.accessToken(), ended);
    assert.doesNotMatch(remote.said(), /authorize this client/);
  });
});

test('mcp-remote carries a client of the revision before over to the current one', async () => {
  await withRemote(
    async (remote) => {
      assert.equal(await accountOf(remote), 'ada');
      assert.match(remote.said(), /Remote server speaks MCP 2026-07-28/);
    },
    ['--protocol', 'auto'],
  );
});

async function withRemote(
  use: (remote: RemoteProcess) => Promise<void>,
  flags: readonly string[] = [],
): Promise<void> {
  const remote = startRemote(sandbox.mcpUrl, folder, flags);
  try {
    await within(deadlineMs, () => `mcp-remote did not get there:\n${remote.said()}`, use(remote));
  } finally {
    await remote.close();
  }
}

async function accountOf(remote: RemoteProcess): Promise<unknown> {
  return ((await remote.call('whoami')) as { account?: unknown } | undefined)?.account;
}
