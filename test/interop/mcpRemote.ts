// mcp-remote as an editor runs it: a program of its own that speaks MCP over its standard input and output, and signs
// in beside it.
import type { Readable } from 'node:stream';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import * as z from 'zod';

const deadlineMs = 120_000;
const program = fileURLToPath(import.meta.resolve('mcp-remote/dist/proxy.js'));
const KeptTokens = z.object({ access_token: z.string() });

/** The folder in which it keeps what it registered and was given. */
export interface RemoteFolder {
  readonly path: string;
  /** The access token that is in it now. */
  accessToken(): Promise<string>;
  remove(): Promise<void>;
}

/** A run of mcp-remote. */
export interface RemoteProcess {
  /** Waits for the address that the person is asked to open; never, if nobody is asked. */
  readonly signInAddress: Promise<string>;
  /** Everything that was said on the way, for a message when it fails. */
  said(): string;
  toolNames(): Promise<readonly string[]>;
  /** The structured result of a tool without arguments. */
  call(tool: string): Promise<unknown>;
  close(): Promise<void>;
}

/** An empty temporary folder, for one run or several after each other. */
export async function makeRemoteFolder(): Promise<RemoteFolder> {
  // Permissions are judged by the real path, and a temporary folder may be behind a link.
  const folder = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-remote-')));
  return {
    path: folder,
    accessToken: async () => {
      const files = await fs.readdir(folder, { recursive: true });
      // Before this name stands one for the server.
      const file = files.find((name) => name.endsWith('tokens.json'));
      if (file === undefined) throw new Error(`There are no tokens among ${files.join(', ')}.`);
      return KeptTokens.parse(JSON.parse(await fs.readFile(path.join(folder, file), 'utf8'))).access_token;
    },
    remove: () => fs.rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/**
 * Starts mcp-remote; it answers the client that is connected to it once the person signed in.
 *
 * @param flags - flags of its own, behind those that it is always given.
 */
export function startRemote(
  mcpUrl: string,
  folder: RemoteFolder,
  flags: readonly string[] = [],
): RemoteProcess {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [
      // Without leave to start programs it opens no browser on any system, and says where the person should go.
      ...['--permission', '--allow-fs-read=*', `--allow-fs-write=${folder.path}`],
      ...[program, mcpUrl, '--host', '127.0.0.1', '--auth-timeout', String(deadlineMs / 1000), ...flags],
    ],
    env: { MCP_REMOTE_CONFIG_DIR: folder.path, HOME: folder.path, USERPROFILE: folder.path },
    stderr: 'pipe',
    cwd: folder.path,
  });
  const client = new Client({ name: 'interop', version: '1' });
  let output = '';
  const stderr = transport.stderr as Readable;
  stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const connected = client.connect(transport, { timeout: deadlineMs });
  const signInAddress = new Promise<string>((resolve, reject) => {
    stderr.on('data', () => {
      const [, address] = /^Please authorize this client by visiting:\s+(\S+)\s/m.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    });
    connected.catch(reject);
  });
  // Both are heard of by whoever waits for them; until then nobody may.
  connected.catch(ignore);
  signInAddress.catch(ignore);
  return {
    signInAddress,
    said: () => output,
    toolNames: async () => {
      await connected;
      return (await client.listTools()).tools.map(({ name }) => name);
    },
    call: async (tool) => {
      await connected;
      return (await client.callTool({ name: tool })).structuredContent;
    },
    close: () => client.close(),
  };
}

function ignore(): void {
  // Said elsewhere.
}
