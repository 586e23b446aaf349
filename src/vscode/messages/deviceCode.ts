/** The page that shows a code to be typed on another page, large. */
import { l10n } from 'vscode';

const { t } = l10n;

export const deviceCodeMessages = {
  tab: (server: string) => t('Code for {0}', server),
  heading: (server: string) => t('Sign in to “{0}”', server),
  enterAt: (host: string) => t('Enter this code at {0}:', host),
  copyAndOpen: () => t('Copy and Open'),
  copy: () => t('Copy Code'),
  open: (host: string) => t('Open {0}', host),
  otherHost: (host: string, issuerHost: string) =>
    t(
      'The page is at {0}, but the authorization server is {1}. Enter the code there only if you know that both belong together.',
      host,
      issuerHost,
    ),
  minutesLeft: (minutes: number) =>
    minutes === 1
      ? t('The code holds for one more minute.')
      : t('The code holds for {0} more minutes.', minutes),
  secondsLeft: () => t('The code holds for less than a minute.'),
  over: () => t('The code has run out. Sign in again for a new one.'),
  closesItself: () => t('When you are signed in, this page closes by itself.'),
  copied: () => t('The code was copied.'),
  opened: () => t('The page opens in your browser.'),
  notOpened: () => t('The page could not be opened. Open it yourself, in any browser.'),
  notCopied: () => t('The code could not be copied. Select it and copy it yourself.'),
};
