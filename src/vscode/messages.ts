/** Every sentence that a person reads. Texts of a server are quoted, as the server's. */
import { l10n } from 'vscode';
import type { AuthError, AuthErrorCode, AuthErrorFacts, Remedy } from '../oauth/authError.ts';
import type { SettingsProblem } from '../servers/settings.ts';
import type { SessionState } from '../session/state.ts';

const { t } = l10n;

const host = ({ host = t('the server') }: AuthErrorFacts): string => host;
const said = ({ serverWords, serverCode }: AuthErrorFacts): string => {
  const words = serverWords ?? serverCode;
  return words === undefined ? '' : ` ${t('The server said: “{0}”', words)}`;
};

const failures: Record<AuthErrorCode, (facts: AuthErrorFacts) => string> = {
  insecure_url: ({ received = '' }) =>
    t(
      'The server leads to the address “{0}”, which is not safe to use: only https is, and nothing in your own network that the server is not part of.',
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
      '{0} asks for sign-in but does not say where: it publishes no protected resource document.',
      host(facts),
    ),
  resource_metadata_invalid: (facts) =>
    t('{0} points to a protected resource document that is missing or unusable.', host(facts)),
  resource_mismatch: ({ expected = '', received = '' }) =>
    t(
      'The server’s protected resource document is about “{0}”, not about “{1}”. Signing in there could hand your access to somebody else.',
      received,
      expected,
    ),
  issuer_metadata_missing: (facts) =>
    t('The authorization server {0} publishes no usable metadata document.', host(facts)),
  issuer_metadata_invalid: (facts) =>
    t('The authorization server {0} publishes a metadata document that cannot be used.', host(facts)),
  issuer_mismatch: ({ expected = '', received = '' }) =>
    t(
      'The authorization server calls itself “{0}”, but the MCP server named “{1}”. They have to be the same.',
      received,
      expected,
    ),
  pkce_unsupported: (facts) =>
    t(
      'The authorization server {0} does not promise PKCE with S256, without which a sign-in could be stolen.',
      host(facts),
    ),
  registration_closed: (facts) =>
    t(
      'The authorization server {0} registers no clients by itself. Register one with it and enter its client id.',
      host(facts),
    ) + said(facts),
  registration_refused: (facts) =>
    t(
      'The authorization server {0} refused to register this editor. Register a client with it by hand and enter its client id.',
      host(facts),
    ) + said(facts),
  registration_invalid: (facts) =>
    t('The authorization server {0} answered the registration with something unusable.', host(facts)),
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
  authorization_failed: (facts) => t('{0} could not complete the sign-in.', host(facts)) + said(facts),
  token_refused: (facts) => t('{0} gave no token for the sign-in.', host(facts)) + said(facts),
  token_invalid: (facts) => t('{0} answered the token request with something unusable.', host(facts)),
  storage_failed: () => t('The sign-in could not be kept in the secret storage of this computer.'),
  unexpected: () => t('Something went wrong that should not happen. The log tells more.'),
};

/** One sentence on what failed, and in the server's own words why. */
export function failureSentence(error: AuthError): string {
  return failures[error.code](error.facts);
}

const remedyLabels: Record<Remedy, () => string> = {
  sign_in: () => t('Sign In Again'),
  retry: () => t('Try Again'),
  configure_client: () => t('Configure Client'),
  open_settings: () => t('Open Settings'),
  show_log: () => t('Show Log'),
};

export function remedyLabel(remedy: Remedy): string {
  return remedyLabels[remedy]();
}

/** The state in a few words, for the tree and for screen readers. */
export function stateWords(state: SessionState): string {
  switch (state.kind) {
    case 'no_auth':
      return {
        configured_header: t('uses its own header'),
        oauth_off: t('sign-in is off'),
        not_asked: t('needs no sign-in'),
      }[state.reason];
    case 'needs_auth':
      return state.reason === 'signed_out' ? t('signed out') : t('needs sign-in');
    case 'needs_client_registration':
      return t('needs a client id');
    case 'authorizing':
      return state.host === undefined ? t('signing in') : t('waiting for your browser');
    case 'connected':
      return state.expiresAtMs === undefined
        ? t('connected as {0}', state.account.label)
        : t('connected as {0}, until {1}', state.account.label, timeOfDay(state.expiresAtMs));
    case 'expired':
      return state.reason === 'rejected' ? t('sign-in no longer accepted') : t('sign-in expired');
    case 'error':
      return t('sign-in failed');
  }
}

/** The state with its reason, for tooltips. */
export function stateSentence(state: SessionState): string {
  switch (state.kind) {
    case 'needs_client_registration':
    case 'error':
      return failureSentence(state.error);
    case 'expired':
      return state.reason === 'rejected'
        ? t('The server no longer accepts the sign-in of {0}.', state.account.label)
        : t('The sign-in of {0} has run out.', state.account.label);
    case 'authorizing':
      return state.host === undefined
        ? t('Asking the server how to sign in.')
        : t('Waiting for you to finish the sign-in at {0} in your browser.', state.host);
    case 'no_auth':
    case 'needs_auth':
    case 'connected':
      return stateWords(state);
  }
}

function timeOfDay(timeMs: number): string {
  const date = new Date(timeMs);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday
    ? date.toLocaleTimeString(undefined, { timeStyle: 'short' })
    : date.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
}

/** What an MCP client is told in place of an answer. */
export const refusalSentences = {
  blocked: (server: string, state: SessionState) =>
    state.kind === 'authorizing'
      ? t('“{0}” waits for you to finish the sign-in in your browser.', server)
      : t('“{0}”: {1}. Run the command “MCP OAuth: Sign In…” in VS Code.', server, stateWords(state)),
  unauthorized: (server: string) =>
    t(
      'The server “{0}” does not accept the sign-in or header that it was sent. Run the command “MCP OAuth: Sign In…” in VS Code, or correct the header in the settings.',
      server,
    ),
  forbidden: (server: string) =>
    t('The server “{0}” does not allow this with the access that was granted.', server),
  unreachable: (server: string) => t('The server “{0}” cannot be reached.', server),
  redirected: (server: string) =>
    t('The server “{0}” sends requests to another place, where the sign-in must not go.', server),
};

export const gatewayMessages = {
  notOpened: (server: string) =>
    t(
      '“{0}” cannot be used: the local endpoint for MCP clients could not be opened. The log tells more.',
      server,
    ),
};

export const signInMessages = {
  progress: (server: string) => t('Signing in to “{0}”', server),
  continueAt: (host: string) => t('continue in your browser, at {0}', host),
  done: (server: string, account: string) => t('Signed in to “{0}” as {1}.', server, account),
  scopesMissing: (server: string, scopes: string) =>
    t('The sign-in to “{0}” does not cover the scopes that were asked for: {1}.', server, scopes),
  notNeeded: (server: string) => t('“{0}” needs no sign-in.', server),
  failed: (server: string, sentence: string) => t('Signing in to “{0}” failed. {1}', server, sentence),
  signedOut: (server: string) => t('Signed out of “{0}”.', server),
  pickToSignIn: () => t('Choose a server to sign in to'),
  pickToSignOut: () => t('Choose a server to sign out of'),
  noneToSignIn: () => t('No MCP server needs sign-in.'),
  noneToSignOut: () => t('You are signed in to no MCP server.'),
  noServers: () => t('There are no MCP servers yet.'),
  addServer: () => t('Add Server…'),
};

export const addServerMessages = {
  title: () => t('Add MCP Server'),
  urlPrompt: () => t('Address of the MCP endpoint'),
  urlInvalid: () => t('Enter an https address, or an http address on this computer.'),
  namePrompt: () => t('A name for the server'),
  nameInvalid: () => t('Enter a name of up to 100 characters.'),
  nameTaken: (name: string) => t('There is a server named “{0}” already.', name),
  added: (name: string) => t('“{0}” was added.', name),
  signIn: () => t('Sign In'),
};

export const sandboxMessages = {
  starting: () => t('Starting the sandbox'),
  notStarted: () => t('The sandbox did not start. The log tells more.'),
  ended: () => t('The sandbox ended, though nobody stopped it. The log tells more.'),
  stopped: () => t('The sandbox was stopped. What it knows is kept for the next start.'),
  notRunning: () => t('The sandbox is not running.'),
  running: () =>
    t('The sandbox is running. Its consent page asks for a passphrase, to prove that a person is there.'),
  runningAt: (url: string) => t('The sandbox is running at {0}. It is not among your servers.', url),
  askToAdd: (url: string) => t('Add the sandbox at {0} to your servers?', url),
  askToUpdate: (before: string, now: string) =>
    t('Your server “sandbox” leads to {0}, but the sandbox runs at {1}. Change the address?', before, now),
  settingsDetail: () => t('It is listed as “sandbox” in your user settings.'),
  add: () => t('Add Server'),
  update: () => t('Change Address'),
  addServer: () => t('Add Server…'),
  signIn: () => t('Sign In'),
  start: () => t('Start Sandbox'),
  showLog: () => t('Show Log'),
  copyPassphrase: () => t('Copy Passphrase'),
  passphraseUse: () =>
    t('The consent page asks for the passphrase of the sandbox, to prove that a person is there.'),
  passphraseCopied: () => t('The passphrase is on the clipboard. Paste it into the consent page.'),
  faultsTitle: () => t('Faults of the Sandbox'),
  pickFaults: () => t('Choose what goes wrong'),
  faultsChosen: (names: readonly string[]) =>
    names.length === 0
      ? t('The sandbox has no faults now.')
      : t('Faults that the sandbox has now: {0}.', names.join(', ')),
  faultsUnreachable: () => t('The sandbox does not tell or change its faults. The log tells more.'),
};

export const statusMessages = {
  name: () => t('MCP sign-in'),
  text: (connected: number, all: number) =>
    t({ message: 'MCP {0}/{1}', args: [connected, all], comment: ['Servers that work of all servers'] }),
  label: (connected: number, all: number, waiting: number) =>
    waiting === 0
      ? t('MCP servers: {0} of {1} ready', connected, all)
      : t('MCP servers: {0} of {1} ready, {2} need you', connected, all, waiting),
};

export function problemWords(problem: SettingsProblem): string {
  return t('“{0}” in the settings is not usable', problem.member);
}
