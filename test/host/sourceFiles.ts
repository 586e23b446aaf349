/** Files in which servers stand, as a person has them: the settings and mcp.json of the profile, and a folder to open. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stage } from './extension.ts';

export function profileFile(name: 'settings.json' | 'mcp.json'): string {
  return path.join(stage.userDataDir, 'User', name);
}

/** A folder of its own for a test that writes, with these files in it. */
export class Folder {
  readonly path = mkdtempSync(path.join(tmpdir(), 'mcp-oauth-folder-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  read(name: string): string {
    return readFileSync(path.join(this.path, name), 'utf8');
  }

  write(name: string, text: string | Buffer): void {
    const file = path.join(this.path, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** An address at which nobody is, but somebody counts who comes. */
export class Witness {
  readonly seen: IncomingHttpHeaders[] = [];
  private readonly server = createServer((request, response) => {
    this.seen.push(request.headers);
    response.writeHead(404).end();
  });

  static async open(): Promise<Witness> {
    const witness = new Witness();
    await new Promise<void>((listening) => witness.server.listen(0, '127.0.0.1', listening));
    return witness;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/mcp`;
  }

  close(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((closed) => this.server.close(closed));
  }
}
