/** mcp-remote as one that signs in: a process, and a folder that outlives it. */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeRemoteFolder, startRemote, type RemoteProcess } from '../../interop/mcpRemote.ts';
import { within } from '../../support/deadline.ts';
import type { CountedKind } from './countedClient.ts';

const patienceMs = 60_000;

export const remote: CountedKind = {
  name: 'mcp-remote',
  async open(server) {
    const folder = await makeRemoteFolder();
    let running: RemoteProcess | undefined;
    return {
      async signIn() {
        const started = (running = startRemote(server.mcpUrl, folder));
        const address = await within(patienceMs, () => started.said(), started.signInAddress);
        await (await fetch(server.visit(address))).text();
        await started.toolNames();
      },
      async forgetTokens() {
        await running?.close();
        const files = await readdir(folder.path, { recursive: true });
        for (const file of files.filter((name) => name.endsWith('tokens.json')))
          await rm(path.join(folder.path, file));
      },
      async call() {
        await running?.call('whoami');
      },
      passTokenTime: () => undefined,
      async close() {
        await running?.close();
        await folder.remove();
      },
    };
  },
};
