/** What a renewal that failed means for the grant, as a table, and when it is tried again (design 6, checklist 11.12). */
import type { AuthError, AuthErrorCode } from '../oauth/authError.ts';

/**
 * `passing`: the same again will do after a while (field case 3). `final`: the grant is over. `stuck`: somebody has to
 * mend something, and then the grant serves again.
 */
export type RenewalFault = 'passing' | 'final' | 'stuck';

const faults: Record<AuthErrorCode, RenewalFault> = {
  unreachable: 'passing',
  timed_out: 'passing',
  response_too_large: 'passing',
  server_failed: 'passing',
  server_busy: 'passing',
  server_error: 'passing',
  temporarily_unavailable: 'passing',
  token_invalid: 'passing',
  registration_invalid: 'passing',
  unexpected: 'passing',

  token_refused: 'final',
  access_denied: 'final',
  interaction_required: 'final',
  authorization_failed: 'final',
  device_code_expired: 'final',
  sign_in_timed_out: 'final',
  state_mismatch: 'final',
  redirect_mismatch: 'final',
  redirect_invalid: 'final',
  iss_mismatch: 'final',

  insecure_url: 'stuck',
  resource_metadata_missing: 'stuck',
  resource_metadata_invalid: 'stuck',
  resource_mismatch: 'stuck',
  issuer_metadata_missing: 'stuck',
  issuer_metadata_invalid: 'stuck',
  issuer_mismatch: 'stuck',
  pkce_unsupported: 'stuck',
  token_use_unsupported: 'stuck',
  registration_closed: 'stuck',
  registration_refused: 'stuck',
  client_issuer_mismatch: 'stuck',
  client_refused: 'stuck',
  client_secret_missing: 'stuck',
  client_secret_invalid: 'stuck',
  redirect_refused: 'stuck',
  redirect_unavailable: 'stuck',
  grant_not_configured: 'stuck',
  assertion_missing: 'stuck',
  browser_not_opened: 'stuck',
  storage_failed: 'stuck',
};

/** Codes of the server's own with which a grant is over, by whatever name (field case 27), or a person is needed. */
const ending = new Set([
  'invalid_grant',
  'invalid_client',
  'unauthorized_client',
  'invalid_request',
  'bad_refresh_token',
  'invalid_refresh_token',
  'access_denied',
  'interaction_required',
  'login_required',
  'consent_required',
]);
/** Codes with which it says that it is in trouble. */
const troubled = new Set(['server_error', 'temporarily_unavailable', 'slow_down']);

export function judgeFault({ code, facts }: AuthError): RenewalFault {
  if (code !== 'token_refused') return faults[code];
  const said = facts.serverCode?.toLowerCase() ?? '';
  if (troubled.has(said)) return 'passing';
  // Field case 3: no other code ends a grant; whoever else refuses (a proxy, a limit, a moved endpoint) may be mended.
  return ending.has(said) ? 'final' : 'stuck';
}

const firstWaitMs = 2_000;
const longestWaitMs = 300_000;

/**
 * How long to wait before the next try: twice as long each time, never shorter than the server asks for, and not for
 * everybody the same.
 * @param failures how many tries have failed in a row, from 1.
 * @param random from 0 up to 1.
 */
export function waitAfter(failures: number, error: AuthError, random: number): number {
  const backoffMs = Math.min(firstWaitMs * 2 ** Math.min(failures - 1, 20), longestWaitMs);
  const askedMs = (error.facts.retryAfterSeconds ?? 0) * 1_000;
  return Math.max(askedMs, backoffMs) * (1 + random / 4);
}
