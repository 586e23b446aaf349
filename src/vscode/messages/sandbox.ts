/** What the commands of the sandbox ask and answer. */
import { l10n } from 'vscode';

const { t } = l10n;

export const sandboxMessages = {
  starting: () => t('Starting the sandbox'),
  notStarted: () => t('The sandbox did not start. The log tells more.'),
  ended: () => t('The sandbox ended, though nobody stopped it. The log tells more.'),
  stopped: () => t('The sandbox was stopped. What it knows is kept for the next start.'),
  running: () =>
    t('The sandbox is running. Its sign-in page asks for a passphrase, to prove that a person is there.'),
  runningAt: (url: string) => t('The sandbox is running at {0}. It is not among your servers.', url),
  askToAdd: (url: string) => t('Add the sandbox at {0} to your servers?', url),
  askToUpdate: (before: string, now: string) =>
    t('Your server “sandbox” leads to {0}, but the sandbox runs at {1}. Change the address?', before, now),
  settingsDetail: () => t('It is listed as “sandbox” in your user settings.'),
  add: () => t('Add Server'),
  update: () => t('Change Address'),
  addServer: () => t('Add Server…'),
  showLog: () => t('Show Log'),
  copyPassphrase: () => t('Copy Passphrase'),
  passphraseCopied: () => t('The passphrase is on the clipboard. Paste it into the sign-in page.'),
  faultsTitle: () => t('Faults of the Sandbox'),
  pickFaults: () => t('Choose what goes wrong'),
  fromTheField: () => t('seen at real servers'),
  fromTheSpecification: () => t('named by the specification'),
  faultsChosen: (names: readonly string[]) =>
    names.length === 0
      ? t('The sandbox has no faults now.')
      : t('Faults that the sandbox has now: {0}.', names.join(', ')),
  openClientPage: () => t('Open Client Page'),
  clientPageUnreachable: () =>
    t('The page could not be opened: the sandbox does not answer. The log tells more.'),
  faultsUnreachable: () => t('The sandbox does not tell or change its faults. The log tells more.'),
};
