/** What the rows below a server say, and its tooltip: its accounts, and what is known of its sign-in. */
import { l10n } from 'vscode';
import type { ClientIdentity } from '../../oauth/wire/client.ts';
import type { RedirectKind } from '../../servers/server.ts';
import type { Source } from '../../servers/source.ts';
import type { AccountGrant } from '../../session/accounts.ts';
import { folderName } from './servers.ts';
import { durationWords } from './serverRows.ts';
import { timeOfDay } from './states.ts';

const { t } = l10n;

/** When a token ends and what happens then. */
export interface TokenLife {
  /** Milliseconds since the epoch; undefined where the server did not say. */
  readonly expiresAtMs: number | undefined;
  readonly renewable: boolean;
  /** Whether the sign-in is over, whatever the token says of itself. */
  readonly isOver: boolean;
}

/** When a token ends, without what changes by the minute; undefined where there is nothing to say. */
export function tokenSentence({ expiresAtMs, renewable, isOver }: TokenLife): string | undefined {
  if (isOver || expiresAtMs === undefined) return undefined;
  return renewable
    ? t('The token ends at {0}. It is renewed by itself when it is used.', timeOfDay(expiresAtMs))
    : t('The token ends at {0}. After that you have to sign in again.', timeOfDay(expiresAtMs));
}

export const tokenMessages = {
  label: () => t('Token'),
  description({ expiresAtMs, renewable, isOver }: TokenLife, nowMs: number): string {
    if (isOver) return t('no longer usable');
    if (expiresAtMs === undefined)
      return renewable ? t('no end known, renewed when needed') : t('no end known');
    if (expiresAtMs <= nowMs)
      return renewable ? t('renewed at the next use') : t('ended at {0}', timeOfDay(expiresAtMs));
    const left = durationWords(expiresAtMs - nowMs);
    return renewable
      ? t('{0} left, then renewed by itself', left)
      : t('{0} left, then you sign in again', left);
  },
};

export const sandboxMessages = {
  howToStart: () => t('The sandbox is not running. “Start Sandbox Server” starts it.'),
};

/** A line on the accounts that are signed in and not used here, where there are any. */
export function otherAccounts(accounts: readonly AccountGrant[]): readonly string[] {
  const labels = accounts.filter(({ isActive }) => !isActive).map(({ account }) => account.label);
  return labels.length === 0 ? [] : [t('Also signed in: {0}', labels.join(', '))];
}

export const accountRowMessages = {
  inUse: () => t('account in use'),
  signedIn: () => t('also signed in'),
  over: () => t('sign-in expired'),
  tooltip: (account: string, server: string, time: string) =>
    t('{0} at “{1}”, signed in or renewed at {2}', account, server, time),
};

export const detailMessages = {
  scopes: () => t('Scopes'),
  noScopes: () => t('none named'),
  scopesTooltip: () => t('What the server allows this sign-in to do'),
  missing: () => t('Not granted'),
  missingTooltip: () => t('Scopes that were asked for and not granted'),
  issuer: () => t('Issuer'),
  issuerTooltip: () => t('The authorization server that you sign in at'),
  client: () => t('Client'),
  clientDescription: (kind: ClientIdentity['kind'], id: string) =>
    ({
      configured: t('configured: {0}', id),
      document: t('metadata document: {0}', id),
      registered: t('registered: {0}', id),
    })[kind],
  clientTooltip: (kind: ClientIdentity['kind']) =>
    ({
      configured: t('The authorization server knows this editor by a client id from your settings.'),
      document: t('The authorization server knows this editor by a client metadata document.'),
      registered: t('This editor registered itself with the authorization server.'),
    })[kind],
  redirect: () => t('Redirect'),
  redirectDescription: (kind: RedirectKind) =>
    ({
      uriHandler: t('the address of VS Code'),
      relay: t('a page that sends on to VS Code'),
      loopback: t('an address of this computer'),
      device: t('none, a code was typed'),
      paste: t('a pasted address'),
    })[kind],
  redirectTooltip: () => t('How the answer came back from your browser'),
  lastError: () => t('Last error'),
  errorAt: (time: string, sentence: string) => t('{0}: {1}', time, sentence),
  errorCode: (code: string) => t('Error code: {0}', code),
  address: () => t('Address'),
  addressTooltip: () => t('The MCP endpoint, as it is written in the settings'),
  definedIn: () => t('Defined in'),
  definedInTooltip: () => t('Open the entry'),
  settings: (source: Source): string => {
    switch (source.scope) {
      case 'user':
        return t('your user settings');
      case 'workspace':
        return t('the settings of this workspace');
      case 'folder':
        return t('the settings of the folder “{0}”', folderName(source.folder));
    }
  },
  /** What a screen reader says of a row. */
  spoken: (label: string, description: string) => t('{0}: {1}', label, description),
};
