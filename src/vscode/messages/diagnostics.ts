/** A bug report that holds no secret, as whoever reads it is told what is what. */
import { l10n } from 'vscode';

const { t } = l10n;

export const diagnosticsMessages = {
  documentTitle: () => t('MCP OAuth Diagnostics'),
  copied: (servers: readonly string[]) =>
    servers.length === 1
      ? t(
          'A report on “{0}” is on the clipboard: versions, settings by name, state and the last attempts. It holds no token, code or secret. Hosts and names of servers stand in it: look through it before you post it.',
          servers[0] ?? '',
        )
      : t(
          'A report on {0} servers is on the clipboard: versions, settings by name, states and the last attempts. It holds no token, code or secret. Hosts and names of servers stand in it: look through it before you post it.',
          servers.length,
        ),
  openIssue: () => t('Open Issue'),
  show: () => t('Show'),
};

/** Headings and labels of the report. */
export const reportWords = {
  whatHappened: () => t('What happened'),
  describe: () => t('(What did you do, what did you expect, and what happened instead?)'),
  surroundings: () => t('Surroundings'),
  extension: () => t('Extension'),
  editor: () => t('Editor'),
  desktop: () => t('desktop'),
  browser: () => t('in the browser'),
  remote: () => t('Remote'),
  none: () => t('none'),
  platform: () => t('Platform'),
  language: () => t('Language'),
  workspace: () => t('Workspace'),
  trusted: () => t('trusted'),
  untrusted: () => t('not trusted'),
  secrets: () => t('Secret storage'),
  secretsKept: () => t('keeps sign-ins'),
  secretsLost: () => t('has lost what it kept, as without a keyring'),
  secretsFailed: () => t('does not answer'),
  secretsUnknown: () => t('not known whether it keeps sign-ins'),
  server: (name: string) => t('Server {0}', name),
  address: () => t('Address'),
  entry: () => t('Entry'),
  ofUser: () => t('user settings'),
  ofWorkspace: () => t('workspace'),
  settings: () => t('Settings'),
  isSet: () => t('set'),
  state: () => t('State'),
  issuer: () => t('Authorization server'),
  resource: () => t('Resource'),
  client: () => t('Client'),
  redirect: () => t('Way back from the browser'),
  granted: () => t('Scopes granted'),
  requested: () => t('Scopes asked for'),
  token: () => t('Token'),
  until: (time: string) => t('until {0}', time),
  endUnknown: () => t('without a known end'),
  renewable: () => t('can be renewed'),
  notRenewable: () => t('cannot be renewed'),
  habits: () => t('Known habits followed'),
  lastError: () => t('Last failure'),
  attempts: () => t('Last attempts'),
  noAttempts: () => t('Nothing was tried since this window was opened.'),
  moreAttempts: () => t('Further attempts were left out for their length.'),
  log: () => t('End of the log'),
};
