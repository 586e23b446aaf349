/** One MCP server as a person configured it. */

/** What a person chose about signing in; all of it optional. */
export interface OAuthSettings {
  /** A client registered by hand with the authorization server; none is registered then. */
  readonly clientId?: string;
  /** Scopes to ask for, in place of those that the server names. */
  readonly scopes?: readonly string[];
}

export interface Server {
  /** Unique among the servers; what people call it. */
  readonly name: string;
  /** Address of the MCP endpoint, https or loopback http, byte for byte as it was typed. */
  readonly url: string;
  /** Sent with every request to the server's origin. */
  readonly headers: Readonly<Record<string, string>>;
  /** False where the server must not be signed in to. */
  readonly oauth: OAuthSettings | false;
}

/** Why a server is never signed in to, or undefined where it is: a configured header always wins (field case 17). */
export function signInBarrier(server: Server): 'oauth_off' | 'configured_header' | undefined {
  if (server.oauth === false) return 'oauth_off';
  const names = Object.keys(server.headers);
  return names.some((name) => name.toLowerCase() === 'authorization') ? 'configured_header' : undefined;
}

/** Whether two entries lead to the same sign-in, so that a session may outlive a change of settings. */
export function isSameServer(one: Server, other: Server): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
