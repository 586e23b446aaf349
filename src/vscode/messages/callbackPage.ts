/** What the page says that a browser shows after it came back to a listener on this computer. */
import { l10n } from 'vscode';

const { t } = l10n;

export const callbackPageTexts = () => ({
  language: t({ message: 'en', comment: ['The language of the translation, as browsers spell it'] }),
  title: t('MCP OAuth'),
  done: t('The sign-in has reached the editor. You can close this tab and go back there.'),
  failed: t('The server did not complete the sign-in. The editor tells you more.'),
  unknown: t(
    'No sign-in waits for this answer. It may be over, or have been answered before. If you are not signed in, sign in again from the editor.',
  ),
});
