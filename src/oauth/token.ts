/** Redeems a checked redirect at the token endpoint (checklist 10). */
import * as oauth from 'oauth4webapi';
import { secretsOf, type PendingAuthorization } from './pendingAuthorization.ts';
import { Proofs } from './dpop.ts';
import type { CheckedRedirect } from './redirect.ts';
import { obtainTokens, type Tokens } from './tokenRequest.ts';
import type { Transport } from './transport.ts';
import { toResourceParameter } from './wire/authorization.ts';
import { grantTypes } from './wire/token.ts';

/** @throws AuthError as `requestTokens` does. */
export async function exchangeCode(
  transport: Transport,
  pending: PendingAuthorization,
  redirect: CheckedRedirect,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<Tokens> {
  const { issuer, client, resource, scopes, redirectUri, codeVerifier, proofKey } = pending;
  const proofs = proofKey && (await Proofs.of(proofKey));
  const context = { issuer, client, resource, requestedScopes: scopes, proofs };
  const secrets = [...secretsOf(pending), ...redirect.parameters.getAll('code')];
  const additionalParameters = toResourceParameter(resource);
  return obtainTokens(
    transport,
    context,
    grantTypes.authorizationCode,
    (server, named, authentication, options) =>
      // The library takes parameters only that it has checked itself.
      oauth.authorizationCodeGrantRequest(
        server,
        named,
        authentication,
        redirect.parameters,
        redirectUri,
        codeVerifier,
        { ...options, additionalParameters },
      ),
    secrets,
    nowMs,
    signal,
  );
}
