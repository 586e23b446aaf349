import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import { configureServers, rowSaying } from './extension.ts';
import { startMcpServer } from './mcpTools.ts';

describe('The proxy that the editor is set to', () => {
  /** A name of this computer that the editor does not take for it, and where nobody listens. */
  const server = 'http://behind.localhost:9/mcp';
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.writeHead(404).end();
  });
  const settings = vscode.workspace.getConfiguration('http');
  let restore: () => Promise<void>;

  before(async () => {
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
    const { port } = proxy.address() as AddressInfo;
    await settings.update('proxy', `http://127.0.0.1:${port}`, vscode.ConfigurationTarget.Global);
    restore = await configureServers({ behind: { url: server } });
    await rowSaying('behind', /needs sign-in/);
    await eventually(
      20_000,
      // The output of a server that is gone comes to the front, and closes any menu.
      () => Promise.resolve(vscode.lm.tools.some(({ name }) => name.startsWith('mcp_')) ? undefined : true),
      () => 'The tools of servers that are gone are still there.',
    );
  });

  after(async () => {
    await settings.update('proxy', undefined, vscode.ConfigurationTarget.Global);
    await restore();
    proxy.close();
  });

  it('is what the requests of the local endpoint go through', async () => {
    await startMcpServer('behind');
    await eventually(
      20_000,
      () => Promise.resolve(asked.includes(`POST ${server}`) ? true : undefined),
      () => `The proxy was asked for: ${asked.join(', ')}.`,
    );
    assert.ok(asked.every((line) => line.endsWith(server)));
  });
});
