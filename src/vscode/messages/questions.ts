/** What a person is asked while servers are used or signed in to. */
import { l10n } from 'vscode';
import type { WaitingState } from '../../session/state.ts';
import { failureNotice, remedyLabel } from './failures.ts';
import { stateSentence } from './states.ts';

const { t } = l10n;

export const accessMessages = {
  question: (server: string, scopes: string) =>
    scopes === ''
      ? t('“{0}” wants you to sign in once more for what you are doing with it.', server)
      : t(
          '“{0}” wants you to sign in once more for what you are doing with it. You would allow: {1}',
          server,
          scopes,
        ),
  allow: () => t('Allow in Browser'),
  notNow: () => t('Not Now'),
  /** Where the request is gone that it was asked for. */
  tooLate: (server: string) =>
    t(
      'Nobody waits for “{0}” any more, and nothing was allowed. Try again what you did: you are asked then.',
      server,
    ),
};

/** So many names of servers fit into a notification. */
const namesShown = 5;

export const invitationMessages = {
  one: (server: string, state: WaitingState) => {
    switch (state.kind) {
      case 'needs_auth': {
        const isPlain = state.reason === 'never_signed_in' || state.reason === 'signed_out';
        return t('“{0}” needs you to sign in.', server) + (isPlain ? '' : ` ${stateSentence(state)}`);
      }
      case 'expired':
        return `${t('“{0}” needs you to sign in again.', server)} ${stateSentence(state)}`;
      case 'needs_client_registration':
      case 'error':
        return t('“{0}” cannot be used as it is. {1}', server, failureNotice(state.error));
    }
  },
  act: (state: WaitingState) => {
    switch (state.kind) {
      case 'needs_auth':
        return t('Sign In');
      case 'expired':
        return remedyLabel('sign_in');
      case 'needs_client_registration':
      case 'error':
        return remedyLabel(state.error.remedy);
    }
  },
  many: (servers: readonly string[]) => {
    const names = servers.slice(0, namesShown).join(', ');
    return servers.length > namesShown
      ? t(
          '{0} MCP servers need you to sign in: {1} and {2} more.',
          servers.length,
          names,
          servers.length - namesShown,
        )
      : t('{0} MCP servers need you to sign in: {1}.', servers.length, names);
  },
  choose: () => t('Sign In…'),
  notNow: () => accessMessages.notNow(),
};

/** Where a server does not say whose sign-in it is. */
export const namingMessages = {
  title: (server: string) => t('Another Account on “{0}”', server),
  prompt: () => t('The server does not say whose sign-in it is. Enter a name to tell the accounts apart.'),
  invalid: () => t('Enter a name of up to 100 characters.'),
};
