/** New tokens for a refresh token (RFC 6749 §6, checklist 11.9). */
import { AuthError } from './authError.ts';
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
  const own = toRefreshParameters(refreshToken);
  const scope = toScopeParameter(context.requestedScopes);
  const { refreshToken: type } = grantTypes;
  const ask = (parameters: Record<string, string>) =>
    requestTokens(transport, context, type, parameters, [refreshToken], nowMs, signal);
  const tokens = await ask({ ...own, ...scope }).catch((thrown: unknown) => {
    // RFC 6749 §6: without them it is the same request. Nothing was spent: it was refused as it stood (Salesforce).
    if (scope['scope'] === undefined || !isAboutScopes(thrown)) throw thrown;
    return ask(own);
  });
  return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
}

function isAboutScopes(thrown: unknown): boolean {
  if (!(thrown instanceof AuthError) || thrown.code !== 'token_refused') return false;
  const { serverCode, serverWords = '' } = thrown.facts;
  return (
    serverCode === 'invalid_scope' || (serverCode === 'invalid_request' && /\bscopes?\b/i.test(serverWords))
  );
}
