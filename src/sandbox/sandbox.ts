// The sandbox: an authorization server and an MCP server that trusts it, to try and test a client against. Two
// separate HTTP servers on this computer, as in the field; everything they know is gone when they close.
import { randomBytes } from 'node:crypto';

import { routes } from './authorizationRoutes.ts';
import { createAuthorizationServer } from './authorizationServer.ts';
import type { Listener } from './listener.ts';
import { openListener } from './listener.ts';
import { createMcpServer } from './mcpServer.ts';
import { resourceName } from './protectedResource.ts';
import { notesScopes } from './scopes.ts';

/** How a sandbox runs. Hosts must be loopback addresses; port 0 takes a free one. */
export interface SandboxOptions {
  readonly authorizationHost?: string;
  readonly authorizationPort?: number;
  readonly mcpHost?: string;
  readonly mcpPort?: number;
  /** How long an access token lives. An hour by default. */
  readonly accessTokenSeconds?: number;
  /** Whether refresh tokens are issued to clients that registered for them. On by default. */
  readonly refreshTokens?: boolean;
  /** The scopes of the MCP server, beside `openid`, `profile` and `offline_access`. */
  readonly scopes?: readonly string[];
}

/** A running sandbox: the authorization server's issuer identifier and the MCP server's address. */
export interface Sandbox {
  readonly issuer: string;
  readonly mcpUrl: string;
  close(): Promise<void>;
}

/**
 * Starts both servers and returns when they answer.
 *
 * @throws Error with a sentence for people if a host is not loopback or a port is taken.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const listeners: Listener[] = [];
  try {
    const authorization = await openListener(
      options.authorizationHost ?? '127.0.0.1',
      options.authorizationPort ?? 0,
    );
    listeners.push(authorization);
    const mcp = await openListener(options.mcpHost ?? '127.0.0.1', options.mcpPort ?? 0);
    listeners.push(mcp);

    const issuer = authorization.origin;
    const mcpUrl = `${mcp.origin}/mcp`;
    const scopes = options.scopes ?? Object.values(notesScopes);
    const resourceServer = {
      clientId: 'sandbox-mcp-server',
      clientSecret: randomBytes(32).toString('base64url'),
    };
    const authorizationServer = await createAuthorizationServer({
      issuer,
      resource: mcpUrl,
      resourceName,
      scopes,
      accessTokenSeconds: options.accessTokenSeconds ?? 3600,
      refreshTokens: options.refreshTokens ?? true,
      resourceServer,
    });
    const introspectionEndpoint = issuer + routes.introspection;
    const mcpServer = createMcpServer(
      { url: mcpUrl, issuer, scopes },
      { introspectionEndpoint, ...resourceServer },
    );
    authorization.serve(authorizationServer);
    mcp.serve(mcpServer.handler);
    return {
      issuer,
      mcpUrl,
      close: async () => {
        await mcpServer.close();
        await closeAll(listeners);
      },
    };
  } catch (error) {
    await closeAll(listeners);
    throw error;
  }
}

async function closeAll(listeners: readonly Listener[]): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close()));
}
