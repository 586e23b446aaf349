/** What was tried to sign in or to stay signed in, step by step, as a person reads it. */
import { l10n } from 'vscode';
import type { AuthError, Remedy } from '../../oauth/authError.ts';
import type { Purpose } from '../../oauth/transport.ts';
import type { AttemptKind, AttemptOutcome } from '../../session/trace.ts';

const { t } = l10n;

export const traceMessages = {
  pickServer: () => t('Choose a server whose trace you want to see'),
  title: (server: string) => t('Trace of “{0}”', server),
  server: () => t('Server'),
  state: () => t('State'),
  made: () => t('Made'),
  about: () =>
    t(
      'What was tried since this window was opened, the newest first. It is kept in memory alone, and without tokens, codes, secrets, queries and contents of requests.',
    ),
  numbers: (address: string) =>
    t('The numbers are those of the rules of MCP authorization that are listed at {0}', address),
  nothing: (server: string) =>
    t(
      'Nothing was tried since this window was opened. Run the command “MCP OAuth: Sign In…” or “MCP OAuth: Refresh Now…” for “{0}”; what happens then is shown here.',
      server,
    ),
  gone: () => t('There is no server of this name any more.'),
  running: () => t('still running'),
  after: (outcome: string, duration: string) =>
    t({
      message: '{0}, after {1}',
      args: [outcome, duration],
      comment: ['{0} tells how it ended, {1} how long it took, such as “2.4 s”'],
    }),
  omitted: (count: number) => t('({0} steps in between were not kept)', count),
  times: (count: number) =>
    t({ message: '{0} times', args: [count], comment: ['The same request was made so often'] }),
  stopped: (code: string) => t('It stopped here: {0}', code),
  whatToTry: (advice: string) => t('What to try: {0}', advice),
  serverSaid: (words: string) => t('The server said: “{0}”', words),
  answer: (host: string, status: number) => t('{0} answered with HTTP {1}.', host, status),
};

export const attemptNames: Record<AttemptKind, () => string> = {
  sign_in: () => t('Sign-in'),
  renewal: () => t('Renewal'),
  refused_request: () => t('Refused request'),
  contact: () => t('Try to reach the server'),
};

export const outcomeWords: Record<AttemptOutcome, () => string> = {
  granted: () => t('signed in'),
  not_needed: () => t('no sign-in is needed'),
  cancelled: () => t('cancelled'),
  answered_elsewhere: () => t('finished by another window'),
  renewed: () => t('renewed'),
  adopted: () => t('taken over from another window'),
  gone: () => t('given up, because somebody signed out or the settings changed meanwhile'),
  sent_again: () => t('the request was sent again'),
  not_sent_again: () => t('the request was not sent again'),
  reached: () => t('reached'),
  failed: () => t('failed'),
};

/** Why a request was made. */
export const purposeWords: Record<Purpose, () => string> = {
  first_contact: () => t('asks the server without a token'),
  resource_document: () => t('protected resource document'),
  issuer_document: () => t('document of the authorization server'),
  registration: () => t('registers this editor'),
  registration_read: () => t('reads the registration again'),
  registration_removal: () => t('ends the registration'),
  authorization_check: () => t('checks that the client is known'),
  pushed_request: () => t('pushes the authorization request'),
  device_code: () => t('asks for a code'),
  token: () => t('token request'),
  token_exchange: () => t('exchanges a token'),
  revocation: () => t('takes a token back'),
  userinfo: () => t('asks whose the token is'),
  introspection: () => t('asks about the token'),
};

const advice: Record<Remedy, () => string> = {
  sign_in: () => t('Sign in again, with the command “MCP OAuth: Sign In…”.'),
  retry: () => t('Try again in a while, with the command “MCP OAuth: Sign In…”.'),
  configure_client: () =>
    t(
      'Register a client with the authorization server, and enter its client id with “MCP OAuth: Configure Client…”.',
    ),
  set_client_secret: () => t('Enter the secret with the command “MCP OAuth: Set Client Secret…”.'),
  open_settings: () => t('Change the settings of this server, with the command “MCP OAuth: Open Settings”.'),
  open_keyring_help: () =>
    t(
      'Let VS Code reach the secret storage of this computer; its page on keyrings tells how. Then sign in again.',
    ),
  show_log: () =>
    t(
      'Tell whoever runs the server, or report it with “MCP OAuth: Copy Diagnostics”. “MCP OAuth: Show Log” tells more.',
    ),
};

/** What a person can do about a failure, with the setting that bears on it, by its name. */
export function adviceFor(error: AuthError, setting: string | undefined): string {
  const sentence = advice[error.remedy]();
  return setting === undefined ? sentence : `${sentence} ${t('The setting is “oauth.{0}”.', setting)}`;
}
