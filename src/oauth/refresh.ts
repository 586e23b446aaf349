/** New tokens for a refresh token (RFC 6749 §6, checklist 11.9). */
import { requestTokens, type TokenContext, type Tokens } from './tokenRequest.ts';
import type { Transport } from './transport.ts';
import { toScopeParameter } from './wire/members.ts';
import { grantTypes, toRefreshParameters } from './wire/token.ts';

/**
 * The refresh token that comes back, or the old one where none does. `context.requestedScopes` are those that were
 * granted: a refresh cannot widen them, and some servers want to hear them again (Entra ID, field case 22).
 * @throws AuthError as `requestTokens` does.
 */
export async function refreshTokens(
  transport: Transport,
  context: TokenContext,
  refreshToken: string,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<Tokens> {
  const parameters = { ...toRefreshParameters(refreshToken), ...toScopeParameter(context.requestedScopes) };
  const secrets = [refreshToken];
  const { refreshToken: type } = grantTypes;
  const tokens = await requestTokens(transport, context, type, parameters, secrets, nowMs, signal);
  return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
}
