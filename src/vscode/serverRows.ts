/** The row of a server in the tree: its state as icon and words, and which actions it has. */
import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { ListedServer } from '../servers/settings.ts';
import type { Session } from '../session/session.ts';
import type { SessionState } from '../session/state.ts';
import { rowMessages } from './messages/servers.ts';
import { otherAccounts, stateSentence, stateWords } from './messages/states.ts';

/** What else is known of a server than its sign-in. */
export interface ServerFacts {
  /** Undefined for a moment after the settings changed. */
  readonly listed: ListedServer | undefined;
  /** Whether it came from a file that it can be given back to. */
  readonly isTakenOver: boolean;
}

const icons: Record<SessionState['kind'], ThemeIcon> = {
  no_auth: new ThemeIcon('circle-outline'),
  needs_auth: new ThemeIcon('key', new ThemeColor('list.warningForeground')),
  needs_client_registration: new ThemeIcon('tools', new ThemeColor('list.warningForeground')),
  authorizing: new ThemeIcon('loading~spin'),
  connected: new ThemeIcon('pass-filled', new ThemeColor('testing.iconPassed')),
  offline: new ThemeIcon('debug-disconnect', new ThemeColor('list.warningForeground')),
  expired: new ThemeIcon('history', new ThemeColor('list.warningForeground')),
  error: new ThemeIcon('error', new ThemeColor('list.errorForeground')),
};

export function serverItem({ server, state, accounts }: Session, facts: ServerFacts): TreeItem {
  const item = new TreeItem(server.name, TreeItemCollapsibleState.None);
  item.id = `server:${server.name}`;
  item.description = stateWords(state);
  const origin = facts.listed === undefined ? [] : rowMessages.from(facts.listed.source);
  // Plain text: names and a server's words are not to be read as Markdown.
  item.tooltip = [
    server.name,
    ...(facts.listed === undefined ? [] : [facts.listed.writtenUrl]),
    stateSentence(state),
    ...otherAccounts(accounts),
    ...origin,
  ].join('\n');
  item.iconPath = icons[state.kind];
  item.contextValue = contextOf(state, facts);
  item.accessibilityInformation = { label: `${server.name}, ${stateWords(state)}` };
  return item;
}

/** Which actions the manifest puts on the row: the one that helps, and what else is to be had. */
function contextOf(state: SessionState, { listed, isTakenOver }: ServerFacts): string {
  return [
    `action:${actionOf(state)}`,
    ...(listed !== undefined && listed.inputs.length > 0 ? ['inputs'] : []),
    ...(isTakenOver ? ['takenOver'] : []),
  ].join(' ');
}

function actionOf(state: SessionState): string {
  switch (state.kind) {
    case 'no_auth':
      return 'none';
    case 'needs_auth':
      return 'sign_in';
    case 'needs_client_registration':
      return 'configure_client';
    case 'authorizing':
      return 'cancel';
    case 'connected':
      return 'sign_out';
    case 'offline':
      return 'try_now';
    case 'expired':
      return 'sign_in_again';
    case 'error':
      return state.error.remedy === 'sign_in' ? 'sign_in_again' : state.error.remedy;
  }
}
