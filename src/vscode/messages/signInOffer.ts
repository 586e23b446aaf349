/** What can be done about an offer to sign in. */
import { l10n } from 'vscode';

const { t } = l10n;

export const signInOfferMessages = {
  signIn: () => t('Sign In'),
  notNow: () => t('Not Now'),
};
