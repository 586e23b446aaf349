/**
 * Every way in which signing in can fail, as one class with a stable code. Each code has a remedy here and a
 * sentence in the shell; a new code does not compile without both.
 */

/** What helps against a failure: the one thing the person can do next. */
export type Remedy =
  | 'sign_in'
  | 'retry'
  | 'configure_client'
  | 'set_client_secret'
  | 'open_settings'
  | 'open_keyring_help'
  | 'show_log';

const remedies = {
  insecure_url: 'show_log',
  unreachable: 'retry',
  timed_out: 'retry',
  response_too_large: 'show_log',
  server_failed: 'retry',
  server_busy: 'retry',
  resource_metadata_missing: 'open_settings',
  resource_metadata_invalid: 'show_log',
  resource_mismatch: 'open_settings',
  issuer_metadata_missing: 'open_settings',
  issuer_metadata_invalid: 'show_log',
  issuer_mismatch: 'open_settings',
  pkce_unsupported: 'open_settings',
  token_use_unsupported: 'show_log',
  registration_closed: 'configure_client',
  registration_refused: 'configure_client',
  registration_invalid: 'show_log',
  client_issuer_mismatch: 'configure_client',
  client_refused: 'configure_client',
  client_secret_missing: 'set_client_secret',
  client_secret_invalid: 'set_client_secret',
  redirect_refused: 'configure_client',
  redirect_unavailable: 'open_settings',
  grant_not_configured: 'open_settings',
  assertion_missing: 'open_settings',
  device_code_expired: 'sign_in',
  browser_not_opened: 'retry',
  sign_in_timed_out: 'sign_in',
  state_mismatch: 'sign_in',
  redirect_mismatch: 'sign_in',
  redirect_invalid: 'sign_in',
  iss_mismatch: 'sign_in',
  access_denied: 'sign_in',
  interaction_required: 'sign_in',
  server_error: 'retry',
  temporarily_unavailable: 'retry',
  authorization_failed: 'sign_in',
  token_refused: 'sign_in',
  token_invalid: 'sign_in',
  storage_failed: 'open_keyring_help',
  unexpected: 'show_log',
} as const satisfies Record<string, Remedy>;

export type AuthErrorCode = keyof typeof remedies;

/**
 * The setting under `oauth` that lifts a refusal, where the person knows better than the documents do; every sentence
 * about such a refusal names it.
 */
export const liftingSettings = {
  resource_metadata_missing: 'legacyEndpoints',
  resource_mismatch: 'resource',
  issuer_mismatch: 'issuer',
  issuer_metadata_missing: 'issuer',
  pkce_unsupported: 'requirePkceMetadata',
  registration_closed: 'clientId',
  registration_refused: 'clientId',
  client_issuer_mismatch: 'issuer',
  redirect_unavailable: 'redirect',
  assertion_missing: 'assertionFile',
} as const satisfies Partial<Record<AuthErrorCode, string>>;

/** What a sentence about the failure may need. Everything in it is safe to show; nothing in it is a secret. */
export interface AuthErrorFacts {
  /** Host (and port) that answered or should have answered. */
  readonly host?: string;
  /** The authorization server with which a client is to be registered by hand, exactly as it names itself; never shown. */
  readonly issuer?: string;
  /** HTTP status of the answer. */
  readonly status?: number;
  /** How long the server asks us to wait. */
  readonly retryAfterSeconds?: number;
  /** For a comparison that failed: what was expected. */
  readonly expected?: string;
  /** For a comparison that failed: what came instead. Chosen by the other side, cleaned by {@link quotable}. */
  readonly received?: string;
  /** The error code of the server's own (RFC 6749 §5.2), cleaned by {@link quotable}. */
  readonly serverCode?: string;
  /** The setting under `oauth` that is missing or wrong. */
  readonly setting?: string;
  /** What has to be registered by hand with the authorization server, exactly so. */
  readonly redirectUris?: readonly string[];
  /** The server's own words, cleaned by {@link quotable}; shown in quotes, as the server's. */
  readonly serverWords?: string;
}

/** The setting under `oauth` that answers an error code of the server's, where there is one (RFC 6749 §5.2, RFC 8707 §2). */
export function settingFor(serverCode: string | undefined): 'resource' | 'scopes' | undefined {
  if (serverCode === 'invalid_target') return 'resource';
  return serverCode === 'invalid_scope' ? 'scopes' : undefined;
}

export class AuthError extends Error {
  readonly code: AuthErrorCode;
  readonly facts: AuthErrorFacts;

  constructor(code: AuthErrorCode, facts: AuthErrorFacts = {}, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = 'AuthError';
    this.code = code;
    this.facts = facts;
  }

  get remedy(): Remedy {
    // A document that spells the refusal out is no missing promise, which alone a setting lifts (field case 18).
    if (this.code === 'pkce_unsupported' && this.facts.received !== undefined) return 'show_log';
    // Where a setting answers the server, the same again would end the same way.
    return this.facts.setting === undefined ? remedies[this.code] : 'open_settings';
  }
}

/** Anything thrown, as an {@link AuthError}; what nobody foresaw becomes `unexpected` with its cause kept. */
export function toAuthError(thrown: unknown): AuthError {
  return thrown instanceof AuthError ? thrown : new AuthError('unexpected', {}, thrown);
}

const quotableLength = 300;

/**
 * Text of a foreign server made fit to be quoted: one line, no control or bidirectional-override characters that could
 * forge a sentence of ours, no link that the editor would make of `[text](command:…)`, none of the given secrets, at
 * most 300 characters. Undefined when nothing is left.
 */
export function quotable(text: unknown, secrets: readonly string[] = []): string | undefined {
  if (typeof text !== 'string') return undefined;
  const line = secrets
    .reduce((words, secret) => words.replaceAll(secret, '[hidden]'), text)
    .slice(0, 4 * quotableLength)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\s]+/gu, ' ')
    .replaceAll('](', '] (')
    .trim();
  if (line === '') return undefined;
  if (line.length <= quotableLength) return line;
  // Of a character that was cut through nothing is left.
  return `${line.slice(0, quotableLength - 1).replace(/\p{Cs}$/u, '')}…`;
}

/** {@link AuthErrorFacts} of what the server said, without the members that it left out and without `secrets`. */
export function serverSaid(
  code: unknown,
  words: unknown,
  secrets: readonly string[] = [],
): Pick<AuthErrorFacts, 'serverCode' | 'serverWords'> {
  const serverCode = quotable(code, secrets);
  const serverWords = quotable(words, secrets);
  return {
    ...(serverCode !== undefined && { serverCode }),
    ...(serverWords !== undefined && { serverWords }),
  };
}

/**
 * Two values that had to be the same, as {@link AuthErrorFacts}, without `secrets`; addresses lose their query, which may
 * hold a key.
 */
export function mismatch(
  expected: string,
  received: string,
  secrets: readonly string[] = [],
): Pick<AuthErrorFacts, 'expected' | 'received'> {
  const [wanted, came] = [expected, received].map((text) =>
    quotable(text.replace(/^([a-z][\w+.-]*:[^?#]*)[?#].*$/is, '$1'), secrets),
  );
  return { ...(wanted !== undefined && { expected: wanted }), ...(came !== undefined && { received: came }) };
}
