/** An identity provider's word for a person, meant for another authorization server (RFC 8693, checklist 17.2). */
import * as oauth from 'oauth4webapi';
import { AuthError } from './authError.ts';
import type { Send } from './endpointRequest.ts';
import { askTokenEndpoint } from './tokenRequest.ts';
import type { Transport } from './transport.ts';
import { toResourceParameter } from './wire/authorization.ts';
import type { ClientIdentity } from './wire/client.ts';
import type { IssuerDocument } from './wire/issuerDocument.ts';
import { toScopeParameter } from './wire/members.ts';
import { grantTypes, readIdentityAssertion, toIdentityAssertionParameters } from './wire/token.ts';

export interface IdentityExchange {
  readonly identityProvider: IssuerDocument;
  /** Who we are at the identity provider. */
  readonly client: ClientIdentity;
  readonly idToken: string;
  /** The issuer of the MCP server's authorization server. */
  readonly audience: string;
  /** The MCP server. */
  readonly resource: string | undefined;
  readonly scopes: readonly string[];
}

/**
 * The assertion, a secret: never logged, never in an address.
 * @throws AuthError as `requestTokens` does; `token_invalid` also for a token of another kind.
 */
export async function obtainIdentityAssertion(
  transport: Transport,
  exchange: IdentityExchange,
  signal: AbortSignal,
): Promise<string> {
  const { identityProvider: issuer, client, idToken, audience, resource, scopes } = exchange;
  const form = {
    ...toIdentityAssertionParameters({ idToken, audience }),
    ...toResourceParameter(resource),
    ...toScopeParameter(scopes),
  };
  const { tokenExchange: type } = grantTypes;
  const send: Send = (server, named, authentication, options) =>
    oauth.genericTokenEndpointRequest(server, named, authentication, type, form, options);
  const context = { issuer, client, proofs: undefined };
  const answer = await askTokenEndpoint(transport, 'token_exchange', context, type, send, [idToken], signal);
  const { host, status, ok, body } = answer;
  const assertion = ok ? readIdentityAssertion(body) : undefined;
  // Another kind of token would be one to use at the identity provider, which is nothing to hand on.
  if (assertion === undefined) throw new AuthError('token_invalid', { host, status });
  return assertion;
}
