/** What a 401 or 403 to a request with or without our token means (checklist 12, RFC 6750 §3.1). */
import type { Challenge } from './wire/challenge.ts';

export interface ServerRefusal {
  readonly status: number;
  readonly challenge: Challenge | undefined;
  /** The nonce that the next proof has to carry (RFC 9449 §9). */
  readonly nonce: string | undefined;
  /** What the request carried. */
  readonly accessToken: string | undefined;
}

export type RefusalMeaning =
  /** The same again with a proof that carries the nonce. */
  | 'nonce_wanted'
  /** The token is good, but not for this (checklist 12.2). */
  | 'more_scopes_wanted'
  /** The person has to prove better who they are (RFC 9470, checklist 12.8). */
  | 'stronger_sign_in_wanted'
  /** The token is not good (any more). */
  | 'token_rejected'
  | 'sign_in_wanted'
  /** The server knows who asks and says no (checklist 12.6). */
  | 'denied';

export function judgeRefusal({ status, challenge, nonce, accessToken }: ServerRefusal): RefusalMeaning {
  const error = challenge?.error;
  // Some servers answer whoever is nobody with 403; the challenge tells (as in the first contact).
  if (accessToken === undefined)
    return status === 401 || (challenge !== undefined && error === undefined) ? 'sign_in_wanted' : 'denied';
  if (status === 401 && error === 'use_dpop_nonce' && nonce !== undefined) return 'nonce_wanted';
  if (error === 'insufficient_user_authentication') return 'stronger_sign_in_wanted';
  // Also with 401, as some servers say it: a new token of the same scopes would not help.
  if (error === 'insufficient_scope') return 'more_scopes_wanted';
  return status === 403 ? 'denied' : 'token_rejected';
}
