/** The tree view: every server with its state as icon and words, and the one action that helps. */
import {
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  type Disposable,
  type TreeDataProvider,
  type TreeView,
} from 'vscode';
import type { SettingsProblem } from '../servers/settings.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { SessionState } from '../session/state.ts';
import { otherAccounts, problemWords, stateSentence, stateWords } from './messages/states.ts';

/** A row: a server, or an entry of the settings that is none. */
export type Row = Session | SettingsProblem;

export const serversViewId = 'mcpOAuth.servers';

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

export class ServersTree implements TreeDataProvider<Row>, Disposable {
  private readonly sessions: Sessions;
  private readonly problems: () => readonly SettingsProblem[];
  private readonly changes = new EventEmitter<Row | undefined>();
  private readonly view: TreeView<Row>;
  private readonly stop: () => void;

  readonly onDidChangeTreeData = this.changes.event;

  constructor(sessions: Sessions, problems: () => readonly SettingsProblem[]) {
    this.sessions = sessions;
    this.problems = problems;
    this.stop = sessions.onDidChange((change) =>
      this.changes.fire(change.kind === 'state' ? change.session : undefined),
    );
    this.view = window.createTreeView(serversViewId, { treeDataProvider: this });
  }

  getChildren(row?: Row): Row[] {
    return row === undefined ? [...this.sessions.all, ...this.problems()] : [];
  }

  getTreeItem(row: Row): TreeItem {
    return 'member' in row ? problemItem(row) : serverItem(row);
  }

  dispose(): void {
    this.stop();
    this.view.dispose();
    this.changes.dispose();
  }
}

function serverItem({ server, state, accounts }: Session): TreeItem {
  const item = new TreeItem(server.name, TreeItemCollapsibleState.None);
  item.id = `server:${server.name}`;
  item.description = stateWords(state);
  // Plain text: names and a server's words are not to be read as Markdown.
  item.tooltip = [server.name, server.url, stateSentence(state), ...otherAccounts(accounts)].join('\n');
  item.iconPath = icons[state.kind];
  item.contextValue = contextOf(state);
  item.accessibilityInformation = { label: `${server.name}, ${stateWords(state)}` };
  return item;
}

function problemItem(problem: SettingsProblem): TreeItem {
  const item = new TreeItem(problem.name, TreeItemCollapsibleState.None);
  item.id = `problem:${problem.name}`;
  item.description = problemWords(problem);
  item.iconPath = icons.error;
  item.contextValue = 'action:open_settings';
  return item;
}

/** Which inline action the manifest puts on the row. */
function contextOf(state: SessionState): string {
  switch (state.kind) {
    case 'no_auth':
      return 'action:none';
    case 'needs_auth':
      return 'action:sign_in';
    case 'needs_client_registration':
      return 'action:configure_client';
    case 'authorizing':
      return 'action:cancel';
    case 'connected':
      return 'action:sign_out';
    case 'offline':
      return 'action:try_now';
    case 'expired':
      return 'action:sign_in_again';
    case 'error':
      return `action:${state.error.remedy === 'sign_in' ? 'sign_in_again' : state.error.remedy}`;
  }
}
