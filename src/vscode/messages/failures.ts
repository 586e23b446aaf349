/** What failed, as a person reads it. Texts of a server are quoted, as the server's. */
import { l10n } from 'vscode';
import type { AuthError, AuthErrorCode, AuthErrorFacts, Remedy } from '../../oauth/authError.ts';

const { t } = l10n;

const host = ({ host = t('the server') }: AuthErrorFacts): string => host;
const said = ({ serverWords, serverCode }: AuthErrorFacts): string => saidBy(serverWords ?? serverCode);

/** Follows a sentence; empty where the server said nothing. */
export function saidBy(words: string | undefined): string {
  return words === undefined ? '' : ` ${t('The server said: “{0}”', words)}`;
}

/** What has to be registered by hand; at the end of a sentence, so that no full stop is copied along. */
const toRegister = ({ redirectUris = [] }: AuthErrorFacts): string =>
  redirectUris.length === 0
    ? ''
    : ` ${t('Redirect URI to register, exactly as it stands: {0}', redirectUris.map((uri) => `“${uri}”`).join(', '))}`;

/** The setting that answers what the server did not like (RFC 6749 §5.2, RFC 8707 §2). */
const toSet = ({ setting }: AuthErrorFacts): string => {
  if (setting === 'resource')
    return ` ${t('If it knows this server by another name, set “oauth.resource” to that, or to false to give none.')}`;
  if (setting === 'authorizationParameters')
    return ` ${t('If it does not want to be asked for consent, set “oauth.authorizationParameters” to { "prompt": "" }; if it does not want to be told the resource, set “oauth.resource” to false.')}`;
  return setting === 'scopes' ? ` ${t('Set “oauth.scopes” to the scopes that it grants.')}` : '';
};

const setSecret = () => t('Run the command “MCP OAuth: Set Client Secret…”.');
const setSecretToo = () =>
  t('If a secret comes with it, enter that with the command “MCP OAuth: Set Client Secret…”.');

const failures: Record<AuthErrorCode, (facts: AuthErrorFacts) => string> = {
  insecure_url: ({ received = '' }) =>
    t(
      'The server leads to the address “{0}”, which is not safe to use. It has to be https, and must not be in your own network where the server is not.',
      received,
    ),
  unreachable: (facts) => t('{0} cannot be reached. Check the address and your connection.', host(facts)),
  timed_out: (facts) => t('{0} did not answer in time.', host(facts)),
  response_too_large: (facts) =>
    t('{0} sent an answer that is far too large to be what was asked for.', host(facts)),
  server_failed: (facts) =>
    t(
      '{0} answered like no MCP server does (HTTP {1}). Check that the address is that of the MCP endpoint.',
      host(facts),
      facts.status ?? 0,
    ),
  server_busy: (facts) =>
    t('{0} is in trouble right now (HTTP {1}). Try again in a while.', host(facts), facts.status ?? 0),
  resource_metadata_missing: (facts) =>
    t(
      '{0} asks for sign-in but does not say where: it publishes no protected resource document. If you know its authorization server, set “oauth.issuer” to that; if it is an old server that you trust, set “oauth.legacyEndpoints” to true for it. If it wants a key and no sign-in, set that as “Authorization” under “headers”.',
      host(facts),
    ),
  resource_metadata_invalid: (facts) =>
    t('{0} points to a protected resource document that is missing or unusable.', host(facts)),
  resource_mismatch: ({ expected = '', received = '' }) =>
    t(
      'The server’s protected resource document is about “{0}”, not about “{1}”. Signing in there could hand your access to somebody else. If you trust it, set “oauth.resource” to “{0}” for this server.',
      received,
      expected,
    ),
  issuer_metadata_missing: (facts) => {
    if (facts.setting === 'identityProvider')
      return t(
        'The identity provider {0} publishes no usable metadata document. Correct “oauth.identityProvider”.',
        host(facts),
      );
    return t(
      'The authorization server {0} publishes no usable metadata document. If you know and trust another one for this server, set “oauth.issuer” to it.',
      host(facts),
    );
  },
  issuer_metadata_invalid: (facts) =>
    t('The authorization server {0} publishes a metadata document that cannot be used.', host(facts)),
  issuer_mismatch: ({ expected = '', received = '', setting }) => {
    if (setting === 'identityProvider')
      return t(
        'The identity provider calls itself “{0}”, but “oauth.identityProvider” names “{1}”. They have to be the same.',
        received,
        expected,
      );
    return t(
      'The authorization server calls itself “{0}”, but the MCP server named “{1}”. They have to be the same. If you trust “{0}”, set “oauth.issuer” to it for this server.',
      received,
      expected,
    );
  },
  pkce_unsupported: (facts) =>
    facts.received === undefined
      ? t(
          'The authorization server {0} does not promise PKCE with S256, without which a sign-in could be stolen. If you know that it only does not say so, set “oauth.requirePkceMetadata” to false for this server.',
          host(facts),
        )
      : t(
          'The authorization server {0} lists {1} as its PKCE methods and not S256, without which a sign-in could be stolen. No setting lifts that: whoever runs it has to add S256.',
          host(facts),
          facts.received,
        ),
  token_use_unsupported: (facts) =>
    facts.setting === 'dpop'
      ? t(
          '{0} gives no tokens that are bound to a key as “oauth.dpop” has them asked for. Take that away for this server.',
          host(facts),
        )
      : t(
          '{0} wants tokens that are sent or bound in a way that this extension does not know.',
          host(facts),
        ) + said(facts),
  registration_closed: (facts) =>
    t(
      'The authorization server {0} registers no clients by itself. Register one with it by hand and set “oauth.clientId” to its client id for this server.',
      host(facts),
    ) +
    ` ${setSecretToo()}` +
    said(facts) +
    toRegister(facts),
  registration_refused: (facts) =>
    facts.setting === 'scopes'
      ? t('The authorization server {0} refused to register this editor with these scopes.', host(facts)) +
        said(facts) +
        toSet(facts)
      : t(
          'The authorization server {0} refused to register this editor. Register a client with it by hand and set “oauth.clientId” to its client id for this server.',
          host(facts),
        ) +
        ` ${setSecretToo()}` +
        said(facts) +
        toRegister(facts),
  registration_invalid: (facts) =>
    t('The authorization server {0} answered the registration with something unusable.', host(facts)),
  client_issuer_mismatch: ({ expected = '', received = '' }) =>
    t(
      'Your client id belongs to “{0}”, but the server leads to “{1}” now, where it was not used. If you trust that one and it knows your client, set “oauth.issuer” to “{1}” for this server; otherwise correct “oauth.clientId”.',
      expected,
      received,
    ),
  client_refused: (facts) =>
    t(
      'The authorization server {0} does not take the client id or the proof that belongs to it. Check “oauth.clientId”, “oauth.tokenEndpointAuthMethod” and the secret, which the command “MCP OAuth: Set Client Secret…” takes.',
      host(facts),
    ) +
    said(facts) +
    toRegister(facts),
  client_secret_missing: (facts) =>
    `${t('The client needs a secret or a private key at {0}, and none was entered.', host(facts))} ${setSecret()}`,
  client_secret_invalid: () =>
    `${t('What was entered for the client is not a private key that can be used: it has to be PKCS #8, as PEM.')} ${setSecret()}`,
  redirect_refused: (facts) =>
    t(
      'The authorization server {0} does not send the browser back to the address that this editor has. Add that to the client that you registered there, or to your client metadata document. If “oauth.redirect” is set for this server, another way may be taken.',
      host(facts),
    ) + toRegister(facts),
  redirect_unavailable: ({ setting, host }) => {
    if (setting === 'redirectPort')
      return t(
        'The port for the answer from your browser is in use or not allowed: {0}. Close what uses it, or set “oauth.redirectPort” to another one.',
        host ?? '',
      );
    if (setting === 'relayUrl')
      return t('The way “relay” for the answer from your browser needs “oauth.relayUrl” to be set.');
    return t(
      'No way is left to bring the answer back from your browser. Choose one that the authorization server takes with “oauth.redirect” for this server.',
    );
  },
  grant_not_configured: ({ setting = 'grant' }) =>
    t('The way to get access that is set with “oauth.grant” needs “oauth.{0}” to be set, too.', setting),
  assertion_missing: () =>
    t('The file that “oauth.assertionFile” names cannot be read, or holds no token (JWT).'),
  device_code_expired: (facts) =>
    t('Nobody entered the code at {0} before it ran out. A new sign-in gives a new one.', host(facts)),
  browser_not_opened: (facts) => t('The browser could not be opened for {0}.', host(facts)),
  sign_in_timed_out: (facts) => t('Nobody finished the sign-in at {0} within ten minutes.', host(facts)),
  state_mismatch: (facts) =>
    t('The answer from {0} belongs to another sign-in and was ignored.', host(facts)),
  redirect_mismatch: ({ expected = '', received = '' }) =>
    t('The answer arrived at “{0}” instead of “{1}” and was ignored.', received, expected),
  redirect_invalid: (facts) => t('The answer from {0} is incomplete or contradicts itself.', host(facts)),
  iss_mismatch: ({ expected = '', received }) =>
    received === undefined
      ? t('The answer does not say that it comes from “{0}”, as it must. It was not used.', expected)
      : t('The answer comes from “{0}” instead of “{1}”. It was not used.', received, expected),
  access_denied: (facts) => t('{0} refused access.', host(facts)) + said(facts),
  interaction_required: (facts) =>
    t('The sign-in at {0} ended without an answer. Sign in again and answer in the browser.', host(facts)) +
    said(facts),
  server_error: (facts) =>
    t('{0} met a fault of its own during the sign-in. Nobody refused you.', host(facts)) + said(facts),
  temporarily_unavailable: (facts) =>
    t('{0} cannot sign anybody in right now. Try again in a while.', host(facts)) + said(facts),
  authorization_failed: (facts) =>
    t('{0} could not complete the sign-in.', host(facts)) + said(facts) + toSet(facts) + toRegister(facts),
  token_refused: (facts) => t('{0} gave no token for the sign-in.', host(facts)) + said(facts) + toSet(facts),
  token_invalid: (facts) => t('{0} answered the token request with something unusable.', host(facts)),
  storage_failed: () =>
    t(
      'The secret storage of VS Code did not keep the sign-in, or did not give it back. It needs the keyring of this computer, which may be locked or missing.',
    ),
  unexpected: () => t('Something went wrong that should not happen. The log tells more.'),
};

/** One sentence on what failed, and in the server's own words why. */
export function failureSentence(error: AuthError): string {
  return failures[error.code](error.facts);
}

const notices: Partial<Record<AuthErrorCode, (facts: AuthErrorFacts) => string>> = {
  registration_closed: (facts) =>
    t('{0} registers no clients by itself. Register one there by hand, once.', host(facts)),
  registration_refused: (facts) =>
    t('{0} refused to register this editor. Register it there by hand, once.', host(facts)),
};

/** The same for who gets a button to the page that has the rest: what the server said, and what is to be registered. */
export function failureNotice(error: AuthError): string {
  const short = error.remedy === 'configure_client' ? notices[error.code] : undefined;
  return short?.(error.facts) ?? failureSentence(error);
}

const remedyLabels: Record<Remedy, () => string> = {
  sign_in: () => t('Sign In Again'),
  retry: () => t('Try Again'),
  configure_client: () => t('Configure Client'),
  set_client_secret: () => t('Set Client Secret'),
  open_settings: () => t('Open Settings'),
  open_keyring_help: () => t('Open Keyring Help'),
  show_log: () => t('Show Log'),
};

export function remedyLabel(remedy: Remedy): string {
  return remedyLabels[remedy]();
}
