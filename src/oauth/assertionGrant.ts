/** Tokens for what somebody else says of a person or a workload (RFC 7523 §2.1, checklist 17.2, 17.4). */
import { requestTokens, type TokenContext, type Tokens } from './tokenRequest.ts';
import type { Transport } from './transport.ts';
import { toScopeParameter } from './wire/members.ts';
import { grantTypes, toAssertionParameters } from './wire/token.ts';

/**
 * Asked once: an assertion that was refused is not shown again. A client without a name goes unnamed.
 * @throws AuthError as `requestTokens` does.
 */
export async function redeemAssertion(
  transport: Transport,
  context: TokenContext,
  assertion: string,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<Tokens> {
  const parameters = { ...toAssertionParameters(assertion), ...toScopeParameter(context.requestedScopes) };
  return requestTokens(transport, context, grantTypes.jwtBearer, parameters, [assertion], nowMs, signal);
}
