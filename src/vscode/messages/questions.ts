/** What is asked and told while a sign-in or a request goes on. */
import { l10n } from 'vscode';
import type { WaitingState } from '../../session/state.ts';
import { failureSentence, remedyLabel } from './failures.ts';
import { stateSentence } from './states.ts';

const { t } = l10n;

export const deviceMessages = {
  enter: (server: string, code: string, host: string) =>
    t('To sign in to “{0}”, enter the code {1} at {2}.', server, code, host),
  copy: () => t('Copy Code'),
  open: () => t('Open'),
};

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
        return t('“{0}” cannot be used as it is. {1}', server, failureSentence(state.error));
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

export const accountMessages = {
  pickServer: () => t('Choose the server whose account you want to switch'),
  noServer: () => t('No MCP server can be signed in to.'),
  pickAccount: (server: string) => t('Choose the account of “{0}” to use in this workspace', server),
  another: () => t('Sign In With Another Account…'),
  inUse: () => t('in use here'),
  expired: () => t('sign-in expired'),
  nameTitle: (server: string) => t('Another Account on “{0}”', server),
  namePrompt: () =>
    t('The server does not say whose sign-in it is. Enter a name to tell the accounts apart.'),
  nameInvalid: () => t('Enter a name of up to 100 characters.'),
};

/** The page that a browser shows after it came back to a listener on this computer. */
export const callbackPageTexts = () => ({
  language: t({ message: 'en', comment: ['The language of the translation, as browsers spell it'] }),
  title: t('MCP OAuth'),
  done: t('The sign-in has reached the editor. You can close this tab and go back there.'),
  failed: t('The server did not complete the sign-in. The editor tells you more.'),
  unknown: t(
    'No sign-in waits for this answer. It may be over, or have been answered before. If you are not signed in, sign in again from the editor.',
  ),
});
