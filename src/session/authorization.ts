/** What a request to the server may carry. */
import type { AuthError } from '../oauth/authError.ts';
import type { Proofs } from '../oauth/dpop.ts';
import type { GrantRecord } from './records.ts';
import type { SessionState } from './state.ts';

export type Authorization =
  | {
      readonly kind: 'token';
      readonly accessToken: string;
      /** Headers that present the token with one request; made anew for each, since a proof is good for one. */
      headersFor(method: string, address: URL): Promise<Readonly<Record<string, string>>>;
    }
  /** Nothing of ours: the server asks for none, or has not said yet, or its configured headers say all. */
  | { readonly kind: 'none' }
  /** A person has to act first. */
  | { readonly kind: 'blocked'; readonly state: SessionState }
  /** The token ran out and a new one cannot be had right now. */
  | {
      readonly kind: 'unavailable';
      readonly error: AuthError;
      /** When another try is due, milliseconds since the epoch; absent where none is. */
      readonly retryAtMs?: number;
    };

/** The token of a grant, with a proof for each request where it is bound to a key (checklist 11.1, 14.10). */
export function present({ accessToken }: GrantRecord, proofs: Proofs | undefined): Authorization {
  const bearer = Promise.resolve({ authorization: `Bearer ${accessToken}` });
  return {
    kind: 'token',
    accessToken,
    headersFor: (method, address) => proofs?.headersFor(accessToken, method, address) ?? bearer,
  };
}

/** While nobody knows whether the server asks for a sign-in, its answer to a request of a caller tells. */
export function withoutGrant(state: SessionState): Authorization {
  const isUnknown =
    state.kind === 'needs_auth' && (state.reason === 'never_signed_in' || state.reason === 'address_changed');
  return isUnknown ? { kind: 'none' } : { kind: 'blocked', state };
}

export function unavailable(error: AuthError, retryAtMs: number | undefined): Authorization {
  return { kind: 'unavailable', error, ...(retryAtMs !== undefined && { retryAtMs }) };
}
