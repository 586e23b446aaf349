// oidc-provider as its own documentation sets it up for public clients that register themselves; the MCP server asks it
// about each token (RFC 7662).
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import express from 'express';
import { errors, Provider } from 'oidc-provider';
import * as z from 'zod';

import { askPage, type InteropServer, Listener, tellClient, toolScope } from './servers.ts';

const resourceServer = { client_id: 'mcp-server', client_secret: 'for-introspection-alone' };
const account = 'ada';

const Introspection = z.object({
  active: z.boolean(),
  client_id: z.string().optional(),
  scope: z.string().optional(),
  exp: z.number().optional(),
  aud: z.string().optional(),
});

export async function openOidcProviderServer(): Promise<InteropServer> {
  const [authorization, mcp] = await Promise.all([Listener.open(), Listener.open()]);
  const issuer = authorization.origin;
  const mcpUrl = `${mcp.origin}/mcp`;
  authorization.serve(buildAuthorization(issuer, mcpUrl));
  mcp.serve(buildMcp(issuer, mcp.origin, mcpUrl));
  return {
    mcpUrl,
    issuer,
    answered: authorization.answered,
    close: async () => {
      await Promise.all([authorization.close(), mcp.close()]);
    },
  };
}

function buildAuthorization(issuer: string, mcpUrl: string): express.Express {
  const provider = new Provider(issuer, {
    clients: [{ ...resourceServer, redirect_uris: [], response_types: [], grant_types: [] }],
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    scopes: [toolScope, 'offline_access'],
    pkce: { required: () => true },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true, initialAccessToken: false },
      revocation: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => mcpUrl,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => {
          if (resource !== mcpUrl) throw new errors.InvalidTarget('There is no such resource here.');
          return { scope: toolScope, accessTokenFormat: 'opaque' };
        },
      },
    },
  });
  const app = express();
  app.get('/interaction/:uid', (request, response) => void response.send(askPage(request.path)));
  app.post('/interaction/:uid', async (request, response) => {
    const { params } = await provider.interactionDetails(request, response);
    const grant = new provider.Grant({ accountId: account, clientId: String(params['client_id']) });
    grant.addOIDCScope(`${toolScope} offline_access`);
    grant.addResourceScope(mcpUrl, toolScope);
    const result = { login: { accountId: account }, consent: { grantId: await grant.save() } };
    await provider.interactionFinished(request, response, result);
  });
  app.use(provider.callback());
  return app;
}

function buildMcp(issuer: string, origin: string, mcpUrl: string): express.Express {
  const document = '/.well-known/oauth-protected-resource/mcp';
  const app = express();
  app.get(
    document,
    (_request, response) =>
      void response.json({
        resource: mcpUrl,
        authorization_servers: [issuer],
        scopes_supported: [toolScope],
      }),
  );
  const guard = requireBearerAuth({
    verifier: { verifyAccessToken: (token) => introspect(issuer, mcpUrl, token) },
    requiredScopes: [toolScope],
    resourceMetadataUrl: origin + document,
  });
  app.post('/mcp', guard, express.json(), tellClient());
  return app;
}

/** Throws what the guard answers 401 to. */
async function introspect(issuer: string, mcpUrl: string, token: string): Promise<AuthInfo> {
  const response = await fetch(`${issuer}/token/introspection`, {
    method: 'POST',
    body: new URLSearchParams({ ...resourceServer, token }),
  });
  const about = Introspection.parse(await response.json());
  if (!about.active || about.aud !== mcpUrl)
    throw new InvalidTokenError('The token is not one for this server.');
  const { client_id: clientId = '', scope = '', exp } = about;
  return { token, clientId, scopes: scope.split(' '), ...(exp !== undefined && { expiresAt: exp }) };
}
