// The sandbox: an authorization server and an MCP server that trusts it, to try and test a client against. Two
// separate HTTP servers on this computer, as in the field; everything they know is gone when they close.
import { randomBytes } from 'node:crypto';

import { routes } from './authorization/routes.ts';
import { createAuthorizationServer } from './authorization/authorizationServer.ts';
import type { Listener } from './http/listener.ts';
import { FaultSwitches } from './faults/faultSwitches.ts';
import { openListener } from './http/listener.ts';
import { createMcpServer } from './mcp/mcpServer.ts';
import { resourceName } from './mcp/protectedResource.ts';
import { notesScopes } from './authorization/scopes.ts';

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
  /** The file that keeps clients, grants and proofs; without one they are kept in memory. */
  readonly dataFile?: string;
  /** What a person proves with that they are there. Without one the stored one holds, else one is made up. */
  readonly passphrase?: string;
  /** Makes up no passphrase: until one is set up, nobody can be asked, and every sign-in says so. */
  readonly withoutPassphrase?: boolean;
  /** The host name of the pages that a person sees, where it is another than the authorization server's: passkeys need a name. */
  readonly pagesHost?: string;
  /** How long a person has to answer. Ten minutes by default. */
  readonly answerSeconds?: number;
  /** Names of faults to begin with; see `faults/faults.ts`. */
  readonly faults?: readonly string[];
}

/** A running sandbox: the authorization server's issuer identifier and the MCP server's address. */
export interface Sandbox {
  readonly issuer: string;
  readonly mcpUrl: string;
  /** The passphrase of the consent page, where it is known: one that is only stored is known as a hash. */
  readonly passphrase: string | undefined;
  /** The faults that are on; may be changed at any time. */
  readonly faults: FaultSwitches;
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
      passphrase: options.passphrase,
      faults: new FaultSwitches(options.faults),
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
