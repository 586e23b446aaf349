// What the app is told when a sign-in ends without a grant: who or what ended it, and never that a person declined
// who did not. In characters that RFC 6749 §4.1.2.1 allows in a description.
import { noPassphrasePath } from './paths.ts';
import { triesInSignIn } from './tries.ts';

/** An error as oidc-provider takes it for the result of an interaction. */
export interface Refusal {
  readonly error: 'access_denied' | 'interaction_required' | 'server_error';
  readonly error_description: string;
}

export const refusals = {
  declined: { error: 'access_denied', error_description: 'The person declined access.' },
  left: { error: 'interaction_required', error_description: 'The person left without answering.' },
  late: { error: 'interaction_required', error_description: 'Nobody answered in time.' },
  wrong: {
    error: 'interaction_required',
    error_description: `Nobody proved to be there: ${triesInSignIn} wrong tries.`,
  },
  fault: { error: 'server_error', error_description: 'The consent page failed inside.' },
} as const satisfies Record<string, Refusal>;

/** There is neither a passphrase nor a passkey with which anybody could answer. */
export function buildNoSurfaceRefusal(issuer: string): Refusal {
  return {
    error: 'interaction_required',
    error_description: `Nobody can be asked, because no passphrase is set. See ${issuer}${noPassphrasePath}`,
  };
}
