// The authorization router of the MCP SDK with the provider that the SDK shows it with: every request is allowed at
// once, there are no refresh tokens and nothing is revoked.
import { DemoInMemoryAuthProvider } from '@modelcontextprotocol/sdk/examples/server/demoInMemoryOAuthProvider.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js';
import express from 'express';

import { type InteropServer, Listener, tellClient, toolScope } from './servers.ts';

export async function openSdkRouterServer(): Promise<InteropServer> {
  const listener = await Listener.open();
  const mcpUrl = new URL(`${listener.origin}/mcp`);
  const provider = new DemoInMemoryAuthProvider();
  const unhurried = { rateLimit: false } as const;
  const app = express();
  app.use(
    mcpAuthRouter({
      provider,
      issuerUrl: new URL(listener.origin),
      resourceServerUrl: mcpUrl,
      scopesSupported: [toolScope],
      authorizationOptions: unhurried,
      clientRegistrationOptions: unhurried,
      tokenOptions: unhurried,
    }),
  );
  const verifier = {
    // The provider's own error is one that the guard answers with 500.
    verifyAccessToken: (token: string) =>
      provider.verifyAccessToken(token).catch(() => Promise.reject(new InvalidTokenError('Unknown token.'))),
  };
  const guard = requireBearerAuth({
    verifier,
    requiredScopes: [toolScope],
    resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(mcpUrl),
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
