/** What a server's sign-in is like just now, as a person and an MCP client read it. */
import { l10n } from 'vscode';
import type { Remedy } from '../../oauth/authError.ts';
import type { NeedsAuthReason, SessionState } from '../../session/state.ts';
import { failureSentence, saidBy } from './failures.ts';

const { t } = l10n;

type StateOf<Kind extends SessionState['kind']> = Extract<SessionState, { kind: Kind }>;

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
      return {
        never_signed_in: t('needs sign-in'),
        signed_out: t('signed out'),
        settings_changed: t('needs sign-in, settings changed'),
        address_changed: t('needs sign-in, address changed'),
      }[state.reason];
    case 'needs_client_registration':
      return state.error.code === 'registration_closed' || state.error.code === 'registration_refused'
        ? t('needs a client id')
        : t('client is not accepted');
    case 'authorizing':
      return attemptWords(state);
    case 'connected':
      // A token that is renewed by itself ends for nobody.
      return state.expiresAtMs === undefined || state.renewable
        ? t('connected as {0}', state.account.label)
        : t('connected as {0}, until {1}', state.account.label, timeOfDay(state.expiresAtMs));
    case 'offline':
      return t('offline, signed in as {0}', state.account.label);
    case 'expired':
      return {
        ran_out: t('sign-in expired'),
        rejected: t('sign-in no longer accepted'),
        refused:
          state.serverWords === undefined
            ? t('sign-in expired, the server does not renew it')
            : t('sign-in expired: “{0}”', state.serverWords),
        client_lost: t('sign-in expired, the server forgot this editor'),
      }[state.reason];
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
    case 'offline':
      return `${failureSentence(state.error)} ${t('The sign-in of {0} is kept; the next try is at {1}.', state.account.label, timeOfDay(state.retryAtMs))}`;
    case 'expired':
      return expiredSentence(state);
    case 'authorizing':
      return attemptSentence(state);
    case 'needs_auth':
      return needSentence(state.reason) ?? stateWords(state);
    case 'no_auth':
    case 'connected':
      return stateWords(state);
  }
}

function attemptWords({ step, host, isUnopened }: StateOf<'authorizing'>): string {
  if (step?.kind === 'registering') return t('registering this editor');
  if (step?.kind === 'finishing') return t('finishing the sign-in');
  if (isUnopened === true) return t('browser not opened');
  return host === undefined ? t('signing in') : t('waiting for your browser');
}

function attemptSentence({ step, host, previousHost, isUnopened }: StateOf<'authorizing'>): string {
  if (step?.kind === 'registering') return t('Registering this editor at {0}.', step.host);
  if (step?.kind === 'finishing') return t('Finishing the sign-in with {0}.', step.host);
  if (host === undefined) return t('Asking the server how to sign in.');
  const sentence =
    isUnopened === true
      ? t('Your browser did not open. Copy the link and open it in a browser to sign in at {0}.', host)
      : t('Waiting for you to finish the sign-in at {0} in your browser.', host);
  return sentence + movedFrom(previousHost);
}

function needSentence(reason: NeedsAuthReason): string | undefined {
  if (reason === 'settings_changed')
    return t(
      'You are signed in, but for another issuer, resource or client than the settings name now. That sign-in is not used; sign in again, or put the settings back.',
    );
  if (reason === 'address_changed')
    return t(
      'You are signed in to another address of a server of this name. That sign-in is not used here; sign in again.',
    );
  return undefined;
}

function expiredSentence({ reason, account, host, serverWords }: StateOf<'expired'>): string {
  const place = host ?? t('the server');
  const said = saidBy(serverWords);
  const sentence = {
    ran_out: t('The sign-in of {0} has run out.', account.label),
    rejected: t('{0} no longer accepts the sign-in of {1}.', place, account.label),
    refused: t('{0} no longer renews the sign-in of {1}.', place, account.label),
    client_lost: t(
      '{0} no longer knows this editor, and with it not the sign-in of {1}. Signing in again registers it anew.',
      place,
      account.label,
    ),
  }[reason];
  return sentence + said;
}

/** A server that leads to somebody else than before says so before anybody signs in there (checklist 5.3). */
export function movedFrom(previousHost: string | undefined): string {
  return previousHost === undefined
    ? ''
    : ` ${t('Until now this server led to {0}. Go on only if you expected that.', previousHost)}`;
}

export function timeOfDay(timeMs: number): string {
  const date = new Date(timeMs);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday
    ? date.toLocaleTimeString(undefined, { timeStyle: 'short' })
    : date.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
}

/** The command that helps, by its name in the command palette. */
const remedyCommands: Record<Remedy, () => string> = {
  sign_in: () => t('MCP OAuth: Sign In…'),
  retry: () => t('MCP OAuth: Sign In…'),
  configure_client: () => t('MCP OAuth: Open Settings'),
  set_client_secret: () => t('MCP OAuth: Set Client Secret…'),
  open_settings: () => t('MCP OAuth: Open Settings'),
  open_keyring_help: () => t('MCP OAuth: Open Keyring Help'),
  show_log: () => t('MCP OAuth: Show Log'),
};

function runCommand(remedy: Remedy): string {
  return t('Run the command “{0}” in VS Code.', remedyCommands[remedy]());
}

function blockedSentence(server: string, state: SessionState): string {
  switch (state.kind) {
    case 'authorizing':
      return t('“{0}” waits for you to finish the sign-in in your browser.', server);
    case 'offline':
      return unreachableSentence(server, state);
    case 'needs_client_registration':
    case 'error':
      return `${t('“{0}” cannot be used as it is. {1}', server, failureSentence(state.error))} ${runCommand(state.error.remedy)}`;
    case 'expired':
      return `${t('“{0}” needs you to sign in again.', server)} ${expiredSentence(state)} ${runCommand('sign_in')}`;
    case 'needs_auth':
    case 'no_auth':
    case 'connected':
      return `${t('“{0}”: {1}.', server, stateWords(state))} ${runCommand('sign_in')}`;
  }
}

function unreachableSentence(server: string, state?: SessionState): string {
  if (state?.kind !== 'offline') return t('The server “{0}” cannot be reached.', server);
  return `${t('The server “{0}” cannot be used right now.', server)} ${stateSentence(state)}`;
}

/** What an MCP client is told in place of an answer. */
export const refusalSentences = {
  blocked: blockedSentence,
  unauthorized: (server: string) =>
    t(
      'The server “{0}” does not accept the sign-in or header that it was sent. Run the command “MCP OAuth: Sign In…” in VS Code, or correct the header in the settings.',
      server,
    ),
  forbidden: (server: string, _?: SessionState, words?: string) =>
    `${t('The server “{0}” does not allow this with the access that was granted.', server)}${saidBy(words)}`,
  more_access_wanted: (server: string) =>
    t(
      'The server “{0}” wants more access for this than was granted. Allow it when VS Code asks, or run the command “MCP OAuth: Sign In…” there.',
      server,
    ),
  renewed: (server: string) =>
    t('The sign-in to “{0}” was renewed while this was on its way. Send it again.', server),
  unreachable: unreachableSentence,
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
