/** What menus and keybindings may depend on. */
import { commands, type Disposable } from 'vscode';
import type { Sessions } from '../session/sessions.ts';

export class ContextKeys implements Disposable {
  private readonly sessions: Sessions;
  private readonly set = new Map<string, boolean>();
  private readonly stop: () => void;

  constructor(sessions: Sessions) {
    this.sessions = sessions;
    this.stop = sessions.onDidChangeSum(() => this.draw());
    this.draw();
  }

  dispose(): void {
    this.stop();
  }

  private draw(): void {
    const { all } = this.sessions;
    this.put('mcpOAuth.hasServers', all.length > 0);
    this.put(
      'mcpOAuth.isSignedIn',
      all.some(({ accounts }) => accounts.length > 0),
    );
  }

  private put(name: string, value: boolean): void {
    if (this.set.get(name) === value) return;
    this.set.set(name, value);
    void commands.executeCommand('setContext', name, value);
  }
}
