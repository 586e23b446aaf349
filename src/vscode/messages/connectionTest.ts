/** What the test of a connection asks, finds and lists. */
import { l10n } from 'vscode';

const { t } = l10n;

export const connectionMessages = {
  pickServer: () => t('Choose a server to test the connection to'),
  progress: (server: string) => t('Testing the connection to “{0}”', server),
  works: (server: string, account: string | undefined) =>
    account === undefined
      ? t('Connected to “{0}”.', server)
      : t('Connected to “{0}” as {1}.', server, account),
  /** @param label what the server calls itself. */
  offers: (label: string, tools: number) => {
    if (tools === 0) return t('{0} has no tools.', label);
    return tools === 1 ? t('{0} has one tool.', label) : t('{0} has {1} tools.', label, tools);
  },
  theServer: () => t('The server'),
  failed: (server: string, sentence: string) =>
    t('The connection to “{0}” does not work. {1}', server, sentence),
  needsSignIn: (server: string) => t('“{0}” needs you to sign in before it can be used.', server),
  refused: {
    unauthorized: (server: string) =>
      t('“{0}” was reached, and does not accept the sign-in or the header that it was sent.', server),
    forbidden: (server: string) =>
      t('“{0}” was reached, and allows nothing with the access that was granted.', server),
    more_access_wanted: (server: string) =>
      t('“{0}” was reached, and wants more access than was granted.', server),
    redirected: (server: string) =>
      t(
        '“{0}” sends requests to another place, where the sign-in must not go. Check its address in the settings.',
        server,
      ),
  },
  noMcp: (server: string) =>
    t('“{0}” answers, but not as an MCP server does. Check its address in the settings.', server),
  said: (server: string, words: string) => t('“{0}” answers with an error. It said: “{1}”', server, words),
  signIn: () => t('Sign In'),
  openSettings: () => t('Open Settings'),
  showDetails: () => t('Show Details'),
  showTrace: () => t('Show Trace'),
};

/** The words of the document that lists all that was found. */
export const connectionDetails = {
  fileName: (server: string) => t('Connection Test of {0}', server),
  title: (server: string) => t('Connection test of “{0}”', server),
  server: () => t('Server'),
  address: () => t('Address'),
  revision: () => t('MCP revision'),
  transport: () => t('Transport'),
  transports: { streamable_http: () => t('Streamable HTTP'), sse: () => t('HTTP with SSE (the older one)') },
  capabilities: () => t('Capabilities'),
  account: () => t('Account'),
  scopes: () => t('Scopes'),
  answered: () => t('Last answer after'),
  milliseconds: (ms: number) => t('{0} ms', ms),
  none: () => t('none'),
  notSaid: () => t('not said'),
  tools: (count: number) => (count === 1 ? t('One tool') : t('{0} tools', count)),
  moreTools: (count: number) => t('and {0} more', count),
  origin: () => t('Names and descriptions are the server’s own words. No tool was called.'),
};
