/** One status bar item with the sum of all servers. */
import { StatusBarAlignment, ThemeColor, window, type Disposable, type StatusBarItem } from 'vscode';
import type { Sessions } from '../session/sessions.ts';
import { needsPerson } from '../session/state.ts';
import { stateWords, statusMessages } from './messages/states.ts';
import { serversViewId } from './serversTree.ts';

export class StatusBar implements Disposable {
  private readonly sessions: Sessions;
  private readonly item: StatusBarItem;
  private readonly stop: () => void;

  constructor(sessions: Sessions) {
    this.sessions = sessions;
    this.item = window.createStatusBarItem('mcpOAuth.status', StatusBarAlignment.Left);
    this.item.name = statusMessages.name();
    this.item.command = `${serversViewId}.focus`;
    this.stop = sessions.onDidChange(() => this.draw());
    this.draw();
  }

  dispose(): void {
    this.stop();
    this.item.dispose();
  }

  private draw(): void {
    const { all } = this.sessions;
    if (all.length === 0) {
      this.item.hide();
      return;
    }
    const ready = all.filter(({ state }) => state.kind === 'connected' || state.kind === 'no_auth').length;
    const waiting = all.filter(({ state }) => needsPerson(state)).length;
    const busy = all.some(({ state }) => state.kind === 'authorizing');
    this.item.text = `$(${busy ? 'loading~spin' : 'key'}) ${statusMessages.text(ready, all.length)}`;
    this.item.tooltip = all.map(({ server, state }) => `${server.name}: ${stateWords(state)}`).join('\n');
    this.item.backgroundColor = waiting > 0 ? new ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.accessibilityInformation = {
      label: statusMessages.label(ready, all.length, waiting),
      role: 'button',
    };
    this.item.show();
  }
}
