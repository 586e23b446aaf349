// What the clients of the official SDKs want of an application: who it is, where it keeps its tokens, and what opens
// the browser. Both generations of the SDK take the same object.
import { randomBytes } from 'node:crypto';

import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';

const redirectUrl = 'http://127.0.0.1:1/callback';

/** Keeps one sign-in in memory; nobody listens at its redirect address, the test hands the answer over itself. */
export class SignInMemory implements OAuthClientProvider {
  readonly redirectUrl = redirectUrl;
  readonly clientMetadata: OAuthClientMetadata;
  readonly clientMetadataUrl?: string;
  readonly #state = randomBytes(16).toString('base64url');
  #client: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #discovery: OAuthDiscoveryState | undefined;
  #verifier = '';
  readonly #opened: URL[] = [];

  /** `clientMetadataUrl` is where the client's metadata document is, if it has one. */
  constructor(clientMetadataUrl?: string) {
    this.clientMetadata = describeClient();
    if (clientMetadataUrl !== undefined) this.clientMetadataUrl = clientMetadataUrl;
  }

  /** The addresses that the browser was to open, in order. */
  get opened(): readonly URL[] {
    return this.#opened;
  }

  state(): string {
    return this.#state;
  }

  clientInformation(): StoredOAuthClientInformation | undefined {
    return this.#client;
  }

  saveClientInformation(client: StoredOAuthClientInformation): void {
    this.#client = client;
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovery;
  }

  saveDiscoveryState(discovery: OAuthDiscoveryState): void {
    this.#discovery = discovery;
  }

  redirectToAuthorization(address: URL): void {
    this.#opened.push(address);
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }
}

/** The client as it registers itself, and as its metadata document describes it (RFC 7591 §2). */
export function describeClient(): OAuthClientMetadata {
  return {
    client_name: 'Interop',
    application_type: 'native',
    redirect_uris: [redirectUrl],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  };
}
