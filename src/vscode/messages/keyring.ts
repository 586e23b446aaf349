/** What is told where secrets do not last. */
import { l10n } from 'vscode';

const { t } = l10n;

export const keyringMessages = {
  lost: () =>
    t(
      'Your earlier sign-ins to MCP servers are gone: VS Code could not keep them. It needs the keyring of this computer, which is missing, locked or was reset. Until that is mended, you may have to sign in again after every start.',
    ),
  learnMore: () => t('Learn More'),
  dontShowAgain: () => t('Don’t Show Again'),
};
