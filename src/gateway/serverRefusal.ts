/** What an answer of the server says about access. */
import { parseChallenge } from '../oauth/challenge.ts';
import type { RefusalMeaning, ServerRefusal } from '../oauth/refusal.ts';
import type { Authorization } from '../session/authorization.ts';
import type { Answer } from './forward.ts';
import type { Refusal, Route } from './route.ts';

/** A 401 or 403 as the protocol reads it; undefined for any other answer. */
export function refusalIn(answer: Answer, authorization: Authorization): ServerRefusal | undefined {
  const { statusCode: status } = answer;
  if (status !== 401 && status !== 403) return undefined;
  return {
    status,
    challenge: parseChallenge(answer.headers['www-authenticate'] ?? null),
    nonce: nonceIn(answer),
    accessToken: authorization.kind === 'token' ? authorization.accessToken : undefined,
  };
}

/** What the next proof to the server has to carry (RFC 9449 §9), whether it took this one or not. */
export function nonceIn({ headers }: Answer): string | undefined {
  const nonce = headers['dpop-nonce'];
  return typeof nonce === 'string' ? nonce : undefined;
}

/**
 * Why a request was given up that the server refused.
 * @param words the server's own, cleaned.
 */
export function explanationOf(meaning: RefusalMeaning, { state }: Route, words: string | undefined): Refusal {
  const forbidden: Refusal = { kind: 'forbidden', ...(words !== undefined && { words }) };
  switch (meaning) {
    case 'sign_in_wanted':
      return state.kind === 'no_auth' ? { kind: 'unauthorized' } : { kind: 'blocked', state };
    case 'more_scopes_wanted':
    case 'stronger_sign_in_wanted':
      return { kind: 'more_access_wanted' };
    case 'denied':
      return forbidden;
    case 'nonce_wanted':
    case 'token_rejected':
      if (state.kind === 'offline') return { kind: 'unreachable', cause: state.error };
      // What is still good is refused for this request alone.
      return state.kind === 'connected' ? forbidden : { kind: 'unauthorized' };
  }
}
