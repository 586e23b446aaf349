/** What is told while somebody signs in, and how it ends. */
import { l10n } from 'vscode';

const { t } = l10n;

export const signInMessages = {
  finishing: (server: string) => t('Finishing the sign-in to “{0}”…', server),
  done: (server: string, account: string) => t('Signed in to “{0}” as {1}.', server, account),
  scopesMissing: (server: string, scopes: string) =>
    t('The sign-in to “{0}” does not cover the scopes that were asked for: {1}.', server, scopes),
  notNeeded: (server: string) => t('“{0}” needs no sign-in.', server),
  showTrace: () => t('Show Trace'),
  failed: (server: string, sentence: string) => t('Signing in to “{0}” failed. {1}', server, sentence),
  pickToSignIn: () => t('Choose a server to sign in to'),
  noneToSignIn: () => t('No MCP server needs sign-in.'),
  noServers: () => t('There are no MCP servers yet.'),
  addServer: () => t('Add Server…'),
};
