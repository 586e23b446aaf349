// A real OAuth 2.1 authorization server on oidc-provider: open registration, PKCE, `iss` in every answer, tokens
// bound to one resource. A person answers on the consent page; nothing is kept beyond the process.
import { randomBytes } from 'node:crypto';

import type { ClientAuthMethod, Configuration, JWK } from 'oidc-provider';
import { errors, interactionPolicy, Provider } from 'oidc-provider';

import { routes, sessionCookie } from './routes.ts';
import { createConsentMiddleware, interactionUrl } from '../consent/consentDesk.ts';
import { createFrontDoor } from './frontDoor.ts';
import type { Handler } from '../http/listener.ts';
import { buildErrorPage, sendPage } from '../pages/page.ts';
import { createRecordStores } from '../data/recordStore.ts';
import { identityScopes, offlineScope, splitScopes } from './scopes.ts';
import { generateSigningKey } from './signingKey.ts';

const daySeconds = 24 * 60 * 60;
const clientAuthMethods: ClientAuthMethod[] = ['none', 'client_secret_basic', 'client_secret_post'];

/** What an authorization server is for. `scopes` are those of the resource, without `openid` and its like. */
export interface AuthorizationServerOptions {
  readonly issuer: string;
  readonly resource: string;
  readonly resourceName: string;
  readonly scopes: readonly string[];
  readonly accessTokenSeconds: number;
  readonly refreshTokens: boolean;
  /** The one client that may introspect. */
  readonly resourceServer: ResourceServerCredential;
}

/** With what the MCP server proves at the introspection endpoint who it is (RFC 7662 §2.1). */
interface ResourceServerCredential {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Builds the server; the handler answers every request below the issuer. */
export async function createAuthorizationServer(options: AuthorizationServerOptions): Promise<Handler> {
  const scopes = [...identityScopes, ...(options.refreshTokens ? [offlineScope] : []), ...options.scopes];
  const signingKey = await generateSigningKey();
  const provider = new Provider(options.issuer, configure(options, scopes, signingKey));
  provider.on('server_error', (_ctx, error) => {
    process.stderr.write(`Sandbox: ${error.stack ?? error.message}\n`);
  });
  provider.use(createFrontDoor({ defaultScopes: options.scopes, refreshTokens: options.refreshTokens }));
  provider.use(
    createConsentMiddleware(provider, {
      resource: options.resource,
      resourceName: options.resourceName,
      scopes,
    }),
  );
  return provider.callback();
}

function configure(
  options: AuthorizationServerOptions,
  scopes: readonly string[],
  signingKey: JWK,
): Configuration {
  const { accessTokenSeconds, refreshTokens, resource, resourceServer } = options;
  return {
    adapter: createRecordStores(),
    jwks: { keys: [signingKey] },
    cookies: { keys: [randomBytes(32).toString('base64url')], names: { session: sessionCookie } },
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
    responseTypes: ['code'],
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
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      Grant: Math.max(14 * daySeconds, accessTokenSeconds),
      IdToken: 3600,
      Interaction: 600,
      RefreshToken: 14 * daySeconds,
      // Only until the redirect that follows consent; see forgetLogin.
      Session: 60,
    },
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client) => refreshTokens && client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
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
      policy: buildPolicy(scopes),
      url: (_ctx, interaction) => interactionUrl(interaction.uid),
    },
    renderError: (ctx, out) =>
      sendPage(ctx, buildErrorPage(ctx.status, out.error_description ?? 'The server failed.', out.error)),
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true, initialAccessToken: false },
      registrationManagement: { enabled: true },
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
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, indicator) => {
          if (indicator !== resource)
            throw new errors.InvalidTarget('The resource is not one of this server.');
          return { scope: scopes.join(' '), accessTokenFormat: 'opaque' };
        },
      },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
  };
}

/** oidc-provider's policy, with account choice on request, and refusal of scopes of which none is known. */
function buildPolicy(scopes: readonly string[]): interactionPolicy.DefaultPolicy {
  const { Check, Prompt, base } = interactionPolicy;
  const known = new Check('known_scope', 'none of the scopes is known', (ctx) => {
    const asked = ctx.oidc.params?.['scope'];
    const list = typeof asked === 'string' ? asked : '';
    if (!splitScopes(list).some((scope) => scopes.includes(scope))) {
      throw new errors.InvalidScope('None of the scopes is one of this server.', list);
    }
    return Check.NO_NEED_TO_PROMPT;
  });
  const policy = base();
  policy.add(new Prompt({ name: 'select_account', requestable: true }, known), 0);
  return policy;
}
