/** How a person chooses among the accounts of a server, and names them. */
import { l10n } from 'vscode';

const { t } = l10n;

export const accountMessages = {
  pickServer: () => t('Choose the server whose account you want to switch'),
  noServer: () => t('No MCP server can be signed in to.'),
  pickAccount: (server: string) => t('Choose the account of “{0}” to use in this workspace', server),
  another: () => t('Sign In With Another Account…'),
  inUse: () => t('in use here'),
  expired: () => t('sign-in expired'),
  nameInvalid: () => t('Enter a name of up to 100 characters.'),
};
