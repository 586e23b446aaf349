/** One status bar item with the sum of all servers: what needs a person is seen, and a click away. */
import { commands, Disposable, StatusBarAlignment, ThemeColor, window, type StatusBarItem } from 'vscode';
import type { Sessions } from '../session/sessions.ts';
import { needsPerson } from '../session/state.ts';
import { statusMessages as messages } from './messages/statusBar.ts';
import type { ServerMenu } from './serverMenu.ts';
import { serverItem } from './serverRows.ts';
import { actCommand, listCommand, statusTooltip } from './statusTooltip.ts';

export class StatusBar implements Disposable {
  private readonly sessions: Sessions;
  private readonly menu: ServerMenu;
  private readonly item: StatusBarItem;
  private readonly registrations: Disposable;

  constructor(sessions: Sessions, menu: ServerMenu) {
    this.sessions = sessions;
    this.menu = menu;
    this.item = window.createStatusBarItem('mcpOAuth.status', StatusBarAlignment.Left);
    this.item.name = messages.name();
    this.item.command = listCommand;
    this.registrations = Disposable.from(
      this.item,
      new Disposable(sessions.onDidChangeSum(() => this.draw())),
      commands.registerCommand(actCommand, (name: unknown, command: unknown) => this.act(name, command)),
    );
    this.draw();
  }

  dispose(): void {
    this.registrations.dispose();
  }

  private draw(): void {
    const { all } = this.sessions;
    if (all.length === 0) {
      this.item.hide();
      return;
    }
    const ready = all.filter(({ state }) => state.kind === 'connected' || state.kind === 'no_auth').length;
    const waiting = all.filter(({ state }) => needsPerson(state)).length;
    const isBusy = all.some(({ state }) => state.kind === 'authorizing');
    const sum = messages.label(ready, all.length, waiting);
    // The turning icon in words.
    const label = isBusy ? messages.busy(sum) : sum;
    // The colour of warning in a sign, too: high contrast has no such colour.
    const quiet = waiting > 0 ? 'warning' : 'key';
    this.item.text = `$(${isBusy ? 'loading~spin' : quiet}) ${messages.text(ready, all.length)}`;
    this.item.tooltip = statusTooltip(all, this.menu, label);
    this.item.backgroundColor = waiting > 0 ? new ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.accessibilityInformation = { label, role: 'button' };
    this.item.show();
  }

  /**
   * Does what a link of the tooltip said. The tooltip may be older than the state: where something else helps by now, the
   * person sees the list and decides, so that a late click on “Sign In” never signs out.
   */
  private async act(name: unknown, command: unknown): Promise<void> {
    const session = this.sessions.all.find(({ server }) => server.name === name);
    const { contextValue = '' } =
      session === undefined ? {} : serverItem(session, { listed: undefined, isTakenOver: false });
    const isStill = this.menu.actionFor(contextValue)?.command === command;
    if (isStill && typeof command === 'string') await commands.executeCommand(command, session);
    else await commands.executeCommand(listCommand);
  }
}
