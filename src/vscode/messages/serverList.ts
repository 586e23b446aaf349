/** What the list of all servers says. */
import { l10n } from 'vscode';
import type { Need } from '../../session/need.ts';

const { t } = l10n;

export const serverListMessages = {
  title: () => t('MCP Servers'),
  pick: () => t('Choose a server to see what can be done with it'),
  pickAction: () => t('Choose what to do'),
  empty: () => t('There are no MCP servers yet. Add one, or try the sandbox.'),
  groups: {
    person: () =>
      t({
        message: 'Needs you',
        comment: ['Above the servers in a list in which nothing goes on without the person'],
      }),
    signing_in: () => t('Signing in'),
    offline: () => t('Offline'),
    ready: () => t('Ready'),
  } satisfies Record<Need, () => string>,
  elsewhere: () => t('Found in other files'),
};
