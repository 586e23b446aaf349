/** What the item in the status bar says of all servers together. */
import { l10n } from 'vscode';

const { t } = l10n;

export const statusMessages = {
  name: () => t('MCP sign-in'),
  text: (connected: number, all: number) =>
    t({ message: 'MCP {0}/{1}', args: [connected, all], comment: ['Servers that work of all servers'] }),
  label: (connected: number, all: number, waiting: number) => {
    if (waiting === 0) return t('MCP servers: {0} of {1} ready', connected, all);
    return waiting === 1
      ? t('MCP servers: {0} of {1} ready, one needs you', connected, all)
      : t('MCP servers: {0} of {1} ready, {2} need you', connected, all, waiting);
  },
  busy: (label: string) =>
    t({ message: '{0}, a sign-in runs', args: [label], comment: ['{0}: how many servers are ready'] }),
  more: (count: number) => t('and {0} more', count),
  showAll: () => t('Show all servers'),
};
