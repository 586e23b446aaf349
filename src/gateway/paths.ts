/** The paths that servers are given out under: knowing one is the leave to use its server. */
import { randomBytes } from 'node:crypto';

export class Paths {
  private readonly keys = new Map<string, string>();
  private readonly paths = new Map<string, string>();

  /** The path of a server, unguessable and new at every start; a server under another key gets another. */
  pathOf(key: string): string {
    const known = this.paths.get(key);
    if (known !== undefined) return known;
    const path = `/${unguessable()}/mcp`;
    this.paths.set(key, path);
    this.keys.set(path, key);
    return path;
  }

  /** The key of the server that was given out under this path. */
  keyOf(path: string): string | undefined {
    return this.keys.get(path);
  }
}

/** A segment of a path, of 256 random bits. */
export function unguessable(): string {
  return randomBytes(32).toString('base64url');
}
