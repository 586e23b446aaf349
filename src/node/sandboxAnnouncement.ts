/** The first line that the sandbox prints: where it is, and how to steer it. */
import { isLoopbackHttp, parseUrl } from '../oauth/secureUrl.ts';

export interface SandboxAnnouncement {
  /** What its authorization server calls itself. */
  readonly issuer: string;
  /** Address of the MCP server. */
  readonly mcpUrl: string;
  /** Address of the page on which a person registers a client by hand. */
  readonly clientsUrl: string;
  /** Address below which faults are read and chosen. */
  readonly controlUrl: string;
  /** Secret that opens the control address. */
  readonly controlKey: string;
}

/** Undefined for text that is no announcement, or one that leads away from this computer. */
export function readAnnouncement(line: string): SandboxAnnouncement | undefined {
  const { issuer, mcpUrl, clientsUrl, controlUrl, controlKey } = readObject(line);
  if (typeof issuer !== 'string' || typeof mcpUrl !== 'string') return undefined;
  if (typeof clientsUrl !== 'string' || typeof controlUrl !== 'string') return undefined;
  if (typeof controlKey !== 'string') return undefined;
  // The key becomes part of a header.
  const isKey = /^[\x21-\x7e]+$/.test(controlKey);
  const isUsable = [issuer, mcpUrl, clientsUrl, controlUrl].every(isHere) && isKey;
  return isUsable ? { issuer, mcpUrl, clientsUrl, controlUrl, controlKey } : undefined;
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
