/** A free path for a socket, or a pipe on Windows. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface SocketPath {
  readonly path: string;
  remove(): void;
}

export function newSocketPath(): SocketPath {
  if (process.platform === 'win32')
    return {
      path: `\\\\.\\pipe\\mcp-oauth-bench-${randomBytes(12).toString('hex')}`,
      remove: () => undefined,
    };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mcp-oauth-bench-'));
  return {
    path: path.join(folder, 's'),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
