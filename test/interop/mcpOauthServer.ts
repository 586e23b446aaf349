// mcp-oauth-server in one application with the MCP server that it guards, as its documentation begins.
import type { OAuthTokenVerifier } from '@modelcontextprotocol/sdk/server/auth/provider.js';
import express, { type RequestHandler } from 'express';
import * as library from 'mcp-oauth-server';

import { askPage, type InteropServer, Listener, tellClient, toolScope } from './servers.ts';

/** Its types are written for bundlers: Node's way of reading modules finds no file behind most of them. */
const {
  authenticateHandler,
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthRouter,
  OAuthServer,
  requireBearerAuth,
} = library as unknown as {
  readonly OAuthServer: new (options: object) => OAuthTokenVerifier;
  readonly mcpAuthRouter: (options: object) => RequestHandler;
  readonly authenticateHandler: (options: object) => RequestHandler;
  readonly requireBearerAuth: (options: object) => RequestHandler;
  readonly getOAuthProtectedResourceMetadataUrl: (serverUrl: URL) => string;
};

export async function openMcpOauthServer(): Promise<InteropServer> {
  const listener = await Listener.open();
  const mcpUrl = new URL(`${listener.origin}/mcp`);
  const provider = new OAuthServer({
    issuerUrl: new URL(listener.origin),
    resourceServerUrl: mcpUrl,
    authorizationUrl: new URL(`${listener.origin}/consent`),
    scopesSupported: [toolScope],
  });
  const unhurried = { rateLimit: false } as const;
  const app = express();
  app.use(
    mcpAuthRouter({
      provider,
      resourceServerUrl: mcpUrl,
      authorizationOptions: unhurried,
      clientRegistrationOptions: unhurried,
      revocationOptions: unhurried,
      tokenOptions: unhurried,
    }),
  );
  app.get('/consent', (request, response) => {
    const { searchParams } = new URL(request.url, listener.origin);
    response.send(askPage('/confirm', Object.fromEntries(searchParams)));
  });
  app.use('/confirm', authenticateHandler({ provider, getUser: () => 'ada', ...unhurried }));
  const guard = requireBearerAuth({
    verifier: provider,
    requiredScopes: [toolScope],
    resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(mcpUrl),
    resource: mcpUrl,
  });
  app.post('/mcp', guard, express.json(), tellClient());
  listener.serve(app);
  return {
    mcpUrl: mcpUrl.href,
    issuer: new URL(listener.origin).href,
    answered: listener.answered,
    close: () => listener.close(),
  };
}
