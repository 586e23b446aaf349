/** What is asked of somebody who gives an account another name. */
import { l10n } from 'vscode';

const { t } = l10n;

export const renameMessages = {
  title: (account: string, server: string) => t('Rename “{0}” of “{1}”', account, server),
  prompt: () =>
    t(
      'What to call this account in VS Code. The server does not say whose it is, and is not told this name.',
    ),
};
