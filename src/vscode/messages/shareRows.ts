/** What the rows of shares say, below the server that is shared. */
import { l10n } from 'vscode';

const { t } = l10n;

export const shareRowMessages = {
  description: () => t('uses this sign-in'),
  client: (client: string, server: string) =>
    t('{0} can use your sign-in to “{1}” as long as VS Code runs.', client, server),
  writtenTo: (file: string, name: string) => t('Written to {0} as “{1}”.', file, name),
  lastUsed: (time: string) => t('Used last at {0}.', time),
  notUsed: () => t('Not used through this window yet.'),
};
