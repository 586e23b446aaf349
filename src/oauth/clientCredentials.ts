/** Tokens for the client itself, without a person (RFC 6749 §4.4, checklist 17.1). */
import { requestTokens, type TokenContext, type Tokens } from './tokenRequest.ts';
import type { Transport } from './transport.ts';
import { toScopeParameter } from './wire/members.ts';
import { grantTypes } from './wire/token.ts';

/** @throws AuthError as `requestTokens` does. */
export async function requestClientCredentials(
  transport: Transport,
  context: TokenContext,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<Tokens> {
  const parameters = toScopeParameter(context.requestedScopes);
  return requestTokens(transport, context, grantTypes.clientCredentials, parameters, [], nowMs, signal);
}
