/** The first line that the sandbox prints: where it is, and how to steer it. */
import { isLoopbackHttp, parseUrl } from '../oauth/secureUrl.ts';

export interface SandboxAnnouncement {
  /** Address of the MCP server. */
  readonly mcpUrl: string;
  /** Address below which faults are read and chosen. */
  readonly controlUrl: string;
  /** Secret that opens the control address. */
  readonly controlKey: string;
}

/** Undefined for text that is no announcement, or one that leads away from this computer. */
export function readAnnouncement(line: string): SandboxAnnouncement | undefined {
  const { mcpUrl, controlUrl, controlKey } = readObject(line);
  if (typeof mcpUrl !== 'string' || typeof controlUrl !== 'string' || typeof controlKey !== 'string')
    return undefined;
  // The key becomes part of a header.
  const isUsable = isHere(mcpUrl) && isHere(controlUrl) && /^[\x21-\x7e]+$/.test(controlKey);
  return isUsable ? { mcpUrl, controlUrl, controlKey } : undefined;
}

function readObject(line: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(line)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function isHere(address: string): boolean {
  const url = parseUrl(address);
  return url !== undefined && isLoopbackHttp(url);
}
