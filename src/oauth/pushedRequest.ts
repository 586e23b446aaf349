/** An authorization request that the server is given before the browser comes (RFC 9126, checklist 7.11). */
import * as oauth from 'oauth4webapi';
import { AuthError } from './authError.ts';
import { askEndpoint, refusalOf } from './endpointRequest.ts';
import type { TokenContext } from './tokenRequest.ts';
import type { Transport } from './transport.ts';
import { readPushedAnswer, stateOfRequest } from './wire/authorization.ts';

/**
 * The name under which the server keeps the request.
 * @throws AuthError of the transport, `server_busy`, `client_refused`, `issuer_metadata_invalid` where the server has no
 * place to push to, `authorization_failed` with the server's words or where its answer names nothing.
 */
export async function pushAuthorization(
  transport: Transport,
  { issuer, client, proofs }: Pick<TokenContext, 'issuer' | 'client' | 'proofs'>,
  parameters: Record<string, string>,
  signal: AbortSignal,
): Promise<string> {
  const endpoint = issuer.pushedRequestEndpoint;
  if (endpoint === undefined)
    throw new AuthError('issuer_metadata_invalid', { host: new URL(issuer.issuer).host });
  const answer = await askEndpoint(
    { transport, purpose: 'pushed_request', endpoint, issuer, client, proofs, signal },
    (server, named, authentication, options) =>
      oauth.pushedAuthorizationRequest(server, named, authentication, parameters, options),
  );
  const { host, status, ok, body, error } = answer;
  if (error !== undefined) {
    throw refusalOf(answer, error, {
      client,
      secrets: stateOfRequest(parameters),
      clientCodes: ['invalid_client'],
      otherwise: 'authorization_failed',
    });
  }
  const requestUri = ok ? readPushedAnswer(body) : undefined;
  if (requestUri === undefined) throw new AuthError('authorization_failed', { host, status });
  return requestUri;
}
