/** What is told where the sandbox is wanted and does not run. */
import { l10n } from 'vscode';

const { t } = l10n;

export const stoppedSandboxMessages = {
  rowWords: () => t('not running'),
  notRunning: () => t('The sandbox is not running.'),
  start: () => t('Start Sandbox Server'),
};
