/** The row of a server in the tree, with its state as icon and words and which actions it has, and the rows below it. */
import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { ListedServer } from '../servers/settings.ts';
import type { Session } from '../session/session.ts';
import type { SessionState } from '../session/state.ts';
import type { DetailRow } from './detailRows.ts';
import { rowWords } from './messages/serverRows.ts';
import { rowMessages } from './messages/servers.ts';
import { stoppedSandboxMessages } from './messages/stoppedSandbox.ts';
import { needsSandbox } from './stoppedSandbox.ts';

/** What else is known of a server than its sign-in. */
export interface ServerFacts {
  /** Undefined for a moment after the settings changed. */
  readonly listed: ListedServer | undefined;
  /** Whether it came from a file that it can be given back to. */
  readonly isTakenOver: boolean;
}

const icons: Record<SessionState['kind'], ThemeIcon> = {
  no_auth: new ThemeIcon('pass'),
  needs_auth: new ThemeIcon('key', new ThemeColor('list.warningForeground')),
  needs_client_registration: new ThemeIcon('tools', new ThemeColor('list.warningForeground')),
  authorizing: new ThemeIcon('loading~spin'),
  connected: new ThemeIcon('pass-filled', new ThemeColor('testing.iconPassed')),
  offline: new ThemeIcon('debug-disconnect', new ThemeColor('list.warningForeground')),
  expired: new ThemeIcon('history', new ThemeColor('list.warningForeground')),
  error: new ThemeIcon('error', new ThemeColor('list.errorForeground')),
};

/** @param nowMs milliseconds since the epoch. */
export function serverWords(session: Session, nowMs = Date.now()): string {
  return needsSandbox(session) ? stoppedSandboxMessages.rowWords() : rowWords(session.state, nowMs);
}

/**
 * The row without its tooltip.
 * @param words what it says of the state.
 */
export function serverItem(session: Session, facts: ServerFacts, words = serverWords(session)): TreeItem {
  const { server, state } = session;
  const item = new TreeItem(server.name, TreeItemCollapsibleState.Collapsed);
  item.id = `server:${server.name}`;
  item.description = words;
  item.iconPath = icons[state.kind];
  item.contextValue = contextOf(session, facts);
  item.accessibilityInformation = { label: `${server.name}, ${words}` };
  return item;
}

export function detailItem(row: DetailRow): TreeItem {
  const { session, label, description } = row;
  const item = new TreeItem(label, TreeItemCollapsibleState.None);
  item.id = `detail:${JSON.stringify([session.server.name, row.id])}`;
  item.description = description;
  item.tooltip = row.tooltip.join('\n');
  item.iconPath = new ThemeIcon(row.icon);
  item.contextValue = row.context;
  item.accessibilityInformation = { label: row.spoken };
  if (row.opens !== undefined)
    item.command = { command: `mcpOAuth.${row.opens}`, title: rowMessages.open(), arguments: [session] };
  return item;
}

/** Which actions the manifest puts on the row: the one that helps, and what else is to be had. */
function contextOf(session: Session, { listed, isTakenOver }: ServerFacts): string {
  const { state, accounts } = session;
  return [
    `action:${needsSandbox(session) ? 'start_sandbox' : actionOf(state)}`,
    ...(accounts.length > 0 ? ['signedIn'] : []),
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
