/** One MCP server as a person configured it. */

/** How an authorization answer gets back to the editor, in the words of the settings. */
export const redirectKinds = ['uriHandler', 'relay', 'loopback', 'device', 'paste'] as const;
export type RedirectKind = (typeof redirectKinds)[number];

/** How access is obtained, in the words of the settings. */
export const grantKinds = [
  'authorizationCode',
  'clientCredentials',
  'enterprise',
  'workloadIdentity',
] as const;
export type GrantKind = (typeof grantKinds)[number];

/** How a client proves who it is at the token endpoint, as RFC 7591 §2 spells it. */
export const tokenEndpointAuthMethods = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
] as const;

/** Where a person signs in to get at servers of their organization (checklist 17.2). */
export interface IdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
}

/** What a person chose about signing in; all of it optional. */
export interface OAuthSettings {
  /** A client registered by hand with the authorization server, or the address of a client metadata document. */
  readonly clientId?: string;
  readonly tokenEndpointAuthMethod?: (typeof tokenEndpointAuthMethods)[number];
  /** Scopes to ask for, in place of those that the server names. */
  readonly scopes?: readonly string[];
  /** The resource identifier to ask a token for, in place of the server's own; false to name none. */
  readonly resource?: string | false;
  /** Added to the authorization request, such as `audience` or `prompt`. */
  readonly authorizationParameters?: Readonly<Record<string, string>>;
  /** The authorization server to use, in place of the one that the server names. */
  readonly issuer?: string;
  /** False to sign in although the authorization server does not promise PKCE. */
  readonly requirePkceMetadata?: boolean;
  /** False to do nothing otherwise because the authorization server is known to want it so. */
  readonly knownHabits?: boolean;
  /** True to use the endpoints of the revision 2025-03-26 where the server publishes nothing. */
  readonly legacyEndpoints?: boolean;
  /** True to ask for tokens bound to a key although the server does not insist. */
  readonly dpop?: boolean;
  readonly grant?: GrantKind;
  readonly identityProvider?: IdentityProvider;
  /** File that holds the JSON Web Token of a workload, read anew for each token. */
  readonly assertionFile?: string;
  /** The one way to bring the answer back, in place of trying one after another. */
  readonly redirect?: RedirectKind;
  /** Port of the loopback address; a free one where absent. */
  readonly redirectPort?: number;
  /** Host of the loopback address as the authorization server knows it. */
  readonly redirectHost?: '127.0.0.1' | 'localhost';
  /** A page that sends the browser on to the editor. */
  readonly relayUrl?: string;
}

/** A setting of a server, by its name under `oauth`. */
export type OAuthSetting = keyof OAuthSettings;

export interface Server {
  /** Unique among the servers; what people call it. */
  readonly name: string;
  /** Address of the MCP endpoint, https or loopback http, byte for byte as it was typed. */
  readonly url: string;
  /** Sent with every request to the server's origin. */
  readonly headers: Readonly<Record<string, string>>;
  /** False where the server must not be signed in to. */
  readonly oauth: OAuthSettings | false;
  /**
   * What stands in address and headers for a variable, by the variable as it is written; absent where there is none. What
   * was entered there may be a secret: where it would be shown, the variable is.
   */
  readonly filledIn?: Readonly<Record<string, string>>;
  /** The address as it is written, where a variable stands in it. */
  readonly writtenUrl?: string;
}

/** The address to be shown to a person, or to another program. */
export function shownUrl({ url, writtenUrl = url }: Pick<Server, 'url' | 'writtenUrl'>): string {
  return writtenUrl;
}

/** Why a server is never signed in to, or undefined where it is: a configured header always wins (field case 17). */
export function signInBarrier(server: Server): 'oauth_off' | 'configured_header' | undefined {
  if (server.oauth === false) return 'oauth_off';
  const names = Object.keys(server.headers);
  return names.some((name) => name.toLowerCase() === 'authorization') ? 'configured_header' : undefined;
}

/** The same text for entries that lead to the same sign-in, so that a session may outlive a change of settings. */
export function identityOf(server: Server): string {
  return JSON.stringify(server);
}

export function isSameServer(one: Server, other: Server): boolean {
  return identityOf(one) === identityOf(other);
}
