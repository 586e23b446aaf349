import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { fetchOver } from '../../src/node/socketFetch.ts';

describe('A fetch over a socket', () => {
  let folder: string;
  let server: Server;
  let answer: string;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'mcp-oauth-socket-'));
    server = createServer((socket) => socket.once('data', () => socket.end(answer)));
    await new Promise<void>((listening) => server.listen(path.join(folder, 's'), listening));
  });
  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const status = async (line: string) => {
    answer = `HTTP/1.1 ${line}\r\ncontent-length: 0\r\n\r\n`;
    return (await fetchOver(path.join(folder, 's'))('http://localhost/mcp')).status;
  };

  it('has the status of the answer', async () => {
    assert.equal(await status('202 Accepted'), 202);
  });

  it('fails, and nothing else does, where fetch knows no such status', async () => {
    for (const line of ['999 Odd', '600 Odd', '000 Odd']) await assert.rejects(status(line));
  });
});
