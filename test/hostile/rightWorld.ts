/** What right answers look like: a server of the world, its authorization server, and an attempt to sign in there. */
import type { PendingAuthorization } from '../../src/oauth/pendingAuthorization.ts';
import type { IssuerDocument } from '../../src/oauth/wire/issuerDocument.ts';

export const serverUrl = 'https://mcp.example/mcp';
export const issuerAs = 'https://as.example/as';
export const resourceDocumentUrl = 'https://mcp.example/.well-known/oauth-protected-resource/mcp';

export const resourceMembers = {
  resource: serverUrl,
  authorization_servers: [issuerAs],
  scopes_supported: ['notes:read'],
  bearer_methods_supported: undefined as unknown,
  dpop_bound_access_tokens_required: undefined as unknown,
  tls_client_certificate_bound_access_tokens: undefined as unknown,
};

export const issuerMembers = {
  issuer: issuerAs,
  authorization_endpoint: `${issuerAs}/authorize`,
  token_endpoint: `${issuerAs}/token`,
  registration_endpoint: `${issuerAs}/register`,
  revocation_endpoint: `${issuerAs}/revoke`,
  userinfo_endpoint: `${issuerAs}/userinfo`,
  introspection_endpoint: `${issuerAs}/introspect`,
  device_authorization_endpoint: undefined as unknown,
  pushed_authorization_request_endpoint: undefined as unknown,
  require_pushed_authorization_requests: undefined as unknown,
  response_types_supported: ['code'],
  scopes_supported: ['notes:read', 'openid', 'offline_access'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
  client_id_metadata_document_supported: undefined as unknown,
  token_endpoint_auth_methods_supported: undefined as unknown,
  grant_types_supported: undefined as unknown,
  dpop_signing_alg_values_supported: undefined as unknown,
  prompt_values_supported: undefined as unknown,
  protected_resources: undefined as unknown,
};

export const tokenMembers = {
  access_token: 'access-given-7f3a',
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: 'refresh-given-7f3a',
  scope: undefined as unknown,
  id_token: undefined as unknown,
  error: undefined as unknown,
  error_description: undefined as unknown,
};

export const issuerDocument: IssuerDocument = {
  issuer: issuerAs,
  authorizationEndpoint: issuerMembers.authorization_endpoint,
  tokenEndpoint: issuerMembers.token_endpoint,
  registrationEndpoint: issuerMembers.registration_endpoint,
  revocationEndpoint: issuerMembers.revocation_endpoint,
  userinfoEndpoint: issuerMembers.userinfo_endpoint,
  introspectionEndpoint: issuerMembers.introspection_endpoint,
  pushedRequestEndpoint: `${issuerAs}/par`,
  deviceAuthorizationEndpoint: `${issuerAs}/device`,
  requiresPushedRequests: false,
  takesClientDocuments: false,
  sendsIss: true,
};

export function pendingFor({
  sendsIss = true,
  isRelayed = false,
  arrival = 'vscode://mcp-oauth.mcp-oauth/callback',
}): PendingAuthorization {
  const state = 'state-of-this-attempt-4c1d9';
  return {
    state,
    wireState: isRelayed ? `https://editor.example/callback?nonce=${state}` : state,
    codeVerifier: 'verifier-of-this-attempt-4c1d9-verifier-of-it',
    issuer: { ...issuerDocument, sendsIss },
    client: {
      kind: 'configured',
      clientId: 'client-1',
      clientSecret: 'client+secret/4c1d9',
      authMethod: 'client_secret_post',
    },
    redirectUri: arrival,
    arrivalUri: arrival,
    resource: serverUrl,
    scopes: ['notes:read', 'openid'],
    parameters: {},
  };
}

export function secretsOfPending({ state, codeVerifier, client }: PendingAuthorization): readonly string[] {
  return [state, codeVerifier, client.clientSecret ?? ''].filter((secret) => secret !== '');
}

/** Another authorization server, right in all that it says of itself. */
export function rightElsewhere({ origin, pathname }: URL): object {
  const [, path] = /^\/\.well-known\/oauth-authorization-server(.*)$/.exec(pathname) ?? [];
  if (path === undefined)
    return pathname.endsWith('/token') ? tokenMembers : { client_id: 'client-elsewhere' };
  return JSON.parse(JSON.stringify(issuerMembers).replaceAll(issuerAs, origin + path)) as object;
}
