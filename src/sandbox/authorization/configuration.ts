// What oidc-provider is told to be: an OAuth 2.1 authorization server for one resource, open to any client.
import { randomBytes } from 'node:crypto';

import type { AdapterFactory, ClientAuthMethod, Configuration, JWK } from 'oidc-provider';
import { errors } from 'oidc-provider';

import { devicePages } from '../consent/devicePages.ts';
import { interactionPath } from '../consent/paths.ts';
import type { FaultSwitches } from '../faults/faultSwitches.ts';
import { innerFaults } from '../faults/innerFaults.ts';
import { buildErrorPage, sendPage } from '../pages/page.ts';
import { describeAuthentication, strongAcr } from './authentication.ts';
import type { ClientDocumentTrust } from './clientDocument.ts';
import { createDocumentFetch, documentLimitBytes } from './clientDocument.ts';
import { buildPolicy } from './policy.ts';
import { requireSafeRedirects } from './redirectRules.ts';
import { routes, sessionCookie } from './routes.ts';
import { offlineScope } from './scopes.ts';

const daySeconds = 24 * 60 * 60;
const clientAuthMethods: ClientAuthMethod[] = ['none', 'client_secret_basic', 'client_secret_post'];
/** How long after its deadline a sign-in can still be told that it came too late. */
const latenessSeconds = 300;

/** What an authorization server is for. `scopes` are those of the resource, without `openid` and its like. */
export interface AuthorizationServerTerms {
  readonly issuer: string;
  readonly resource: string;
  /** Whether a resource indicator means the resource. */
  readonly isResource: (indicator: string) => boolean;
  readonly resourceName: string;
  readonly scopes: readonly string[];
  readonly accessTokenSeconds: number;
  readonly refreshTokens: boolean;
  /** How long a person has to answer. */
  readonly answerSeconds: number;
  /** The one client that may introspect. */
  readonly resourceServer: ResourceServerCredential;
  readonly clientDocuments: ClientDocumentTrust;
}

/** With what the MCP server proves at the introspection endpoint who it is (RFC 7662 §2.1). */
export interface ResourceServerCredential {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The keys that outlive a restart. */
export interface ServerKeys {
  readonly signing: JWK;
  readonly cookie: string;
  /** 32 bytes in base64url. */
  readonly dpopNonce: string;
}

/** oidc-provider's configuration; `scopes` are all that the server knows. */
export function configure(
  terms: AuthorizationServerTerms,
  scopes: readonly string[],
  keys: ServerKeys,
  adapter: AdapterFactory,
  faults: FaultSwitches,
): Configuration {
  const { accessTokenSeconds, refreshTokens, resourceServer } = terms;
  const mountPath = new URL(terms.issuer).pathname.replace(/\/$/, '');
  return {
    adapter,
    jwks: { keys: [keys.signing] },
    cookies: { keys: [keys.cookie], names: { session: sessionCookie } },
    clients: [
      {
        client_id: resourceServer.clientId,
        client_secret: resourceServer.clientSecret,
        redirect_uris: [],
        response_types: [],
        grant_types: [],
      },
    ],
    routes,
    scopes,
    // The one hook that sees every client before it is taken in; the name is never sent.
    extraClientMetadata: {
      properties: ['redirect_rules'],
      validator: (_ctx, _name, _value, metadata) => requireSafeRedirects(metadata.redirect_uris),
    },
    responseTypes: ['code'],
    acrValues: [strongAcr],
    extraTokenClaims: (ctx) => describeAuthentication(ctx),
    clientAuthMethods,
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    pkce: { required: () => true },
    // RFC 8414 §2: left out, both would be read as client_secret_basic alone.
    discovery: {
      revocation_endpoint_auth_methods_supported: clientAuthMethods,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
    },
    clientBasedCORS: () => false,
    // A token that lives for seconds has to end on time, so that expiry can be tried.
    clockTolerance: 0,
    fetch: createDocumentFetch(terms.clientDocuments) as typeof fetch,
    fetchResponseBodyLimits: { default: documentLimitBytes },
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      DeviceCode: terms.answerSeconds,
      Grant: Math.max(14 * daySeconds, accessTokenSeconds),
      IdToken: 3600,
      Interaction: terms.answerSeconds + latenessSeconds,
      RefreshToken: 14 * daySeconds,
      // Carries a sign-in from page to page and nothing beyond it; see policy.ts.
      Session: terms.answerSeconds + latenessSeconds,
    },
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client, { scopes: granted }) =>
      refreshTokens &&
      client.grantTypeAllowed('refresh_token') &&
      (!faults.isOn(innerFaults.refreshForOffline) || granted.has(offlineScope)),
    rotateRefreshToken: () => !faults.isOn(innerFaults.refreshKept),
    claims: {
      openid: ['sub', 'name', 'preferred_username'],
      profile: ['name', 'preferred_username'],
    },
    // There is no userinfo endpoint to ask: every token is for the MCP server alone.
    conformIdTokenClaims: false,
    findAccount: (_ctx, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, name: accountId, preferred_username: accountId }),
    }),
    interactions: {
      policy: buildPolicy(scopes, terms.scopes),
      url: (_ctx, interaction) => mountPath + interactionPath(interaction.uid),
    },
    renderError: (ctx, out) =>
      sendPage(ctx, buildErrorPage(ctx.status, out.error_description ?? 'The server failed.', out.error)),
    features: {
      devInteractions: { enabled: false },
      registration: {
        enabled: true,
        initialAccessToken: false,
        secretFactory: () => (faults.isOn(innerFaults.oddSecret) ? `a:b%c+d e/${makeKey()}` : makeKey()),
      },
      registrationManagement: { enabled: true },
      clientIdMetadataDocument: { enabled: true, ack: 'draft-02' },
      deviceFlow: { enabled: true, charset: 'base-20', mask: '****-****', ...devicePages },
      dPoP: {
        enabled: true,
        nonceSecret: Buffer.from(keys.dpopNonce, 'base64url'),
        requireNonce: () => faults.isOn(innerFaults.dpopNonce),
      },
      pushedAuthorizationRequests: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client) => client.clientId === resourceServer.clientId,
      },
      resourceIndicators: {
        enabled: true,
        // RFC 8707 leaves a missing resource to the server; there is only one it can be.
        defaultResource: () => terms.resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, indicator) => {
          if (!terms.isResource(indicator))
            throw new errors.InvalidTarget('The resource is not one of this server.');
          return { scope: scopes.join(' '), accessTokenFormat: 'opaque' };
        },
      },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
  };
}

/** A random value as a key is kept: 32 bytes in base64url. */
export function makeKey(): string {
  return randomBytes(32).toString('base64url');
}
