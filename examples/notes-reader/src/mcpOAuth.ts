/**
 * What the extension “MCP OAuth” (`mcp-oauth.mcp-oauth`) gives to other extensions, version 1. Types alone, and all of
 * them: copy this file into your extension. `docs/extension-api.md` tells how to use it.
 */
import type { Event, Extension, Uri } from 'vscode';

/** What `activate` of the extension returns, and `Extension.exports` holds. */
export interface McpOAuthApi {
  /** A later version that breaks something has another number. */
  readonly version: 1;

  /** The servers that are listed, as they are now: a frozen copy. */
  readonly servers: readonly McpOAuthServer[];

  /** There are other servers, or one of them has another state, account, set of scopes or end of its token. */
  readonly onDidChangeServers: Event<void>;

  /**
   * An access token for a server, once the person has allowed your extension to use their sign-in. A token that is about
   * to end is replaced first; where nobody is signed in, the person is asked to. Ask again for each use rather than
   * keeping the token.
   * @param serverUrl the address of the server, exactly as it is configured.
   * @returns undefined where `silent` is set and it would take a person.
   * @throws McpOAuthError; `vscode.CancellationError` where the person closed a dialog or cancelled the sign-in.
   */
  getToken(
    serverUrl: string,
    options: McpOAuthTokenOptions & { readonly silent?: false },
  ): Promise<McpOAuthToken>;
  getToken(serverUrl: string, options: McpOAuthTokenOptions): Promise<McpOAuthToken | undefined>;

  /**
   * Where your extension can speak MCP with a server without ever seeing a token: VS Code's own MCP client does the same.
   * Each request is given the token of the moment. Opens no browser; signed out, a request is answered with an MCP error
   * that says so. The address is your extension's own, holds until the window closes or the person takes it back, and
   * answers 404 after that.
   * @param serverUrl the address of the server, exactly as it is configured.
   * @returns undefined where `silent` is set and the person has not allowed it yet.
   * @throws McpOAuthError; `vscode.CancellationError` where the person closed the dialog.
   */
  getGatewayAddress(
    serverUrl: string,
    options: McpOAuthAccessOptions & { readonly silent?: false },
  ): Promise<McpOAuthGatewayAddress>;
  getGatewayAddress(
    serverUrl: string,
    options: McpOAuthAccessOptions,
  ): Promise<McpOAuthGatewayAddress | undefined>;
}

export interface McpOAuthServer {
  /** Unique among the servers; what the person calls it. */
  readonly name: string;
  /** As it is configured, with `${input:…}` and `${env:…}` as they are written: what stands for them may be a secret. */
  readonly url: string;
  readonly state: McpOAuthServerState;
  /** Who is signed in, or was until the sign-in ended. */
  readonly account?: McpOAuthAccount;
  /** What was granted; only while somebody is signed in. */
  readonly scopes?: readonly string[];
  /** When the token ends, milliseconds since the epoch, where the server says so. Most are replaced without a person. */
  readonly expiresAtMs?: number;
  /** For `vscode.authentication`. */
  readonly providerId: string;
}

export type McpOAuthServerState =
  /** Nobody is signed in. */
  | 'needs_auth'
  /** The authorization server registers nobody: the person has to configure a client. */
  | 'needs_client_registration'
  /** A browser is open. */
  | 'authorizing'
  | 'connected'
  /** The sign-in is over and cannot be renewed. */
  | 'expired'
  /** Signed in, but the server cannot be reached at the moment. */
  | 'offline'
  /** Something that a person has to mend. */
  | 'error'
  /** The server needs no sign-in, or has a header of its own configured. */
  | 'no_auth';

export interface McpOAuthAccount {
  readonly id: string;
  readonly label: string;
}

export interface McpOAuthAccessOptions {
  /** Yours: `context.extension`. The person is asked on its behalf. */
  readonly extension: Extension<unknown>;
  /** Asks the person nothing and opens nothing. */
  readonly silent?: boolean;
  /** The name of the server, where several have the same address; the first of them by default. */
  readonly server?: string;
}

export interface McpOAuthTokenOptions extends McpOAuthAccessOptions {
  /** What the token has to allow; what else the server asks for is there, too. */
  readonly scopes?: readonly string[];
  /** Whose token it has to be; by default that of the account which the person uses in this workspace. */
  readonly account?: Pick<McpOAuthAccount, 'id'>;
  /**
   * The header `WWW-Authenticate` that the server answered your request with: a token that was refused is replaced, and
   * the person is asked for the scopes or the stronger sign-in that the server wants.
   */
  readonly wwwAuthenticate?: string;
}

export interface McpOAuthToken {
  readonly accessToken: string;
  /** How it is sent: `Authorization: Bearer …`. */
  readonly tokenType: 'Bearer';
  readonly account: McpOAuthAccount;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch; missing where the server does not say. */
  readonly expiresAtMs?: number;
}

/** Where the MCP endpoint of a server is to be reached over HTTP. */
export interface McpOAuthGatewayAddress {
  /** `pipe` on Windows. */
  readonly kind: 'unix' | 'pipe';
  /** For `socketPath` of `node:http`. */
  readonly socketPath: string;
  /** The path of each request. Whoever knows it uses the sign-in: log it nowhere. */
  readonly path: string;
  /** All of that, as `vscode.McpHttpServerDefinition` takes it. */
  readonly uri: Uri;
}

/** What promises are rejected with: an `Error` of this shape. `message` is a sentence for the person. */
export interface McpOAuthError extends Error {
  readonly name: 'McpOAuthError';
  readonly code: McpOAuthErrorCode;
}

export type McpOAuthErrorCode =
  // Of this interface.
  /** No server has exactly this address. */
  | 'unknown_server'
  /** `extension` is not an installed extension. */
  | 'unknown_extension'
  /** The person does not want your extension to use the sign-in. They can change that; asking again does not. */
  | 'not_allowed'
  /** The server needs no sign-in, so there is no token. */
  | 'not_needed'
  /** The server gave less than the scopes that were asked for. */
  | 'scopes_missing'
  /** The token works only together with a proof for each request: use the gateway's address. */
  | 'token_bound'
  | 'gateway_unavailable'
  // Of the sign-in and its renewal.
  | 'insecure_url'
  | 'unreachable'
  | 'timed_out'
  | 'response_too_large'
  | 'server_failed'
  | 'server_busy'
  | 'resource_metadata_missing'
  | 'resource_metadata_invalid'
  | 'resource_mismatch'
  | 'issuer_metadata_missing'
  | 'issuer_metadata_invalid'
  | 'issuer_mismatch'
  | 'pkce_unsupported'
  | 'token_use_unsupported'
  | 'registration_closed'
  | 'registration_refused'
  | 'registration_invalid'
  | 'client_issuer_mismatch'
  | 'client_refused'
  | 'client_secret_missing'
  | 'client_secret_invalid'
  | 'redirect_refused'
  | 'redirect_unavailable'
  | 'grant_not_configured'
  | 'assertion_missing'
  | 'device_code_expired'
  | 'browser_not_opened'
  | 'sign_in_timed_out'
  | 'state_mismatch'
  | 'redirect_mismatch'
  | 'redirect_invalid'
  | 'iss_mismatch'
  | 'access_denied'
  | 'interaction_required'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'authorization_failed'
  | 'token_refused'
  | 'token_invalid'
  | 'storage_failed'
  | 'unexpected';
