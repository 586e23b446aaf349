/** What commands ask and answer. */
import { l10n } from 'vscode';

const { t } = l10n;

export const signOutMessages = {
  pickServer: () => t('Choose a server to sign out of'),
  pickAccount: (server: string) => t('Choose an account of “{0}” to sign out of', server),
  allAccounts: () => t('All Accounts'),
  inUse: () => t('in use here'),
  nobody: () => t('You are signed in to no MCP server.'),
  progress: (what: string) => t('Signing out of {0}', what),
  done: (server: string) => t('Signed out of “{0}”.', server),
  accountDone: (server: string, account: string) => t('Signed out of “{0}” as {1}.', server, account),
  allServers: () => t('all servers'),
  allQuestion: (count: number) =>
    count === 1 ? t('Sign out of one MCP server?') : t('Sign out of {0} MCP servers?', count),
  allDetail: (servers: readonly string[]) =>
    t('{0}. Your access is taken back at each server that can do so.', servers.join(', ')),
  signOut: () => t('Sign Out'),
  allDone: (count: number) =>
    count === 1 ? t('Signed out of one MCP server.') : t('Signed out of {0} MCP servers.', count),
  pickToForget: () => t('Choose a server to forget'),
  forgetQuestion: (server: string) => t('Forget all that is kept of “{0}”?', server),
  forgetDetail: () =>
    t(
      'Sign-ins, the registration of this editor, client secrets, values that you entered and unfinished sign-ins of this name are removed from this computer, and taken back at the server where it can do so. The entry in your settings stays, and can still be given back where it came from a file.',
    ),
  forget: () => t('Forget'),
  forgotten: (server: string) =>
    t('Nothing is kept of “{0}” any more but its entry in the settings.', server),
};

export const refreshMessages = {
  pickServer: () => t('Choose a server whose sign-in you want to renew now'),
  nobody: () => t('You are signed in to no MCP server.'),
  progress: (server: string) => t('Renewing the sign-in to “{0}”', server),
  done: (server: string) => t('“{0}” was reached, and the sign-in works.', server),
  failed: (server: string, sentence: string) =>
    t('The sign-in to “{0}” could not be renewed. {1}', server, sentence),
};

export const signInLinkMessages = {
  pickServer: () => t('Choose the sign-in whose link you want to copy'),
  noneWaits: () => t('No sign-in waits for you in a browser.'),
  copied: (server: string) =>
    t('The link to sign in to “{0}” is on the clipboard. Open it in a browser of this computer.', server),
};

export const pasteMessages = {
  title: () => t('Paste Callback Address'),
  titleFor: (server: string) => t('Paste Callback Address of the Sign-In to “{0}”', server),
  prompt: () =>
    t('The whole address that the browser ended at after the sign-in, also where it shows an error page'),
  notAnAddress: () => t('This is no address. Copy all of it from the address bar of the browser.'),
  noState: () => t('This address carries no answer to a sign-in. Copy the one that the browser ended at.'),
  foreign: () => t('This address answers a sign-in that does not wait here. It was not used.'),
  ofAnother: (server: string, other: string) =>
    t('This address answers the sign-in to “{1}”, not the one to “{0}”. It was not used.', server, other),
  nothingToPaste: (server: string) => t('The sign-in to “{0}” waits for no address.', server),
  nothingWaits: () => t('No sign-in waits for an answer from your browser.'),
  late: () => t('The sign-in that this address answers is over. Sign in again.'),
};

export const clientSecretMessages = {
  title: (server: string) => t('Client Secret for “{0}”', server),
  pickServer: () => t('Choose the server whose client secret you want to set'),
  noServer: () =>
    t(
      'A secret belongs to a client of yours: set “oauth.clientId” or “oauth.identityProvider” for the server first.',
    ),
  pickOwner: (server: string) => t('Choose which secret of “{0}” you want to set', server),
  ofClient: () => t('Client of the server'),
  ofIdentityProvider: () => t('Client at the identity provider'),
  /** @param host of the authorization server that it is for; undefined where that is not settled yet. */
  prompt: (clientId: string, host: string | undefined) =>
    host === undefined
      ? t(
          'Secret of the client “{0}”, or its private key as PEM. It goes to the authorization server that the sign-in leads to, and to no other once that has worked. Enter nothing to remove the one that is kept.',
          clientId,
        )
      : t(
          'Secret of the client “{0}” at {1}, or its private key as PEM. It goes to no other authorization server. Enter nothing to remove the one that is kept.',
          clientId,
          host,
        ),
  keyOnly: () => t('“oauth.tokenEndpointAuthMethod” asks for a private key: paste it as PKCS #8 PEM.'),
  keyUnusable: () => t('This key cannot be used. It has to be a private key as unencrypted PKCS #8 PEM.'),
  stored: (server: string) => t('The client secret for “{0}” is kept in the secret storage.', server),
  removed: (server: string) => t('There is no client secret for “{0}” any more.', server),
  configureClient: () => t('Configure Client'),
  openSettings: () => t('Open Settings'),
};

export const redirectUriMessages = {
  pickServer: () => t('Choose the server that you register a client for'),
  copied: (server: string, uris: readonly string[]) =>
    t('Copied what to register as redirect URIs for “{0}”: {1}', server, uris.join(', ')),
  pickUris: (server: string) => t('Choose what to register as redirect URI for “{0}”', server),
  all: () => t('All of them'),
  allWords: () => t('where the authorization server takes several'),
  first: () => t('where it takes one: this is tried first'),
  anyPort: () =>
    t(
      'The address of this computer stands without a port. Where the authorization server compares ports, set “oauth.redirectPort” and copy again.',
    ),
  setPort: (port: number) =>
    t(
      'For the address of this computer to be used, set “oauth.redirect” to “loopback” and “oauth.redirectPort” to {0}.',
      String(port),
    ),
  none: (server: string) =>
    t(
      'There is no redirect URI to register for “{0}”: the way back that is set for it has none that lasts.',
      server,
    ),
};
