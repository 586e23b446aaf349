/** Puts "Sign in with … to use MCP OAuth" into the Accounts menu for each server that needs it. Asks nobody anything. */
import { authentication, type Disposable } from 'vscode';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { providerId } from './authenticationProviders.ts';
import { anyScopes } from './tokenWish.ts';

export class SignInBadge implements Disposable {
  private readonly sessions: Sessions;
  /** Sessions whose entry is in the menu. */
  private readonly shown = new Set<Session>();
  private readonly stop: () => void;

  constructor(sessions: Sessions) {
    this.sessions = sessions;
    this.stop = sessions.onDidChange(() => this.follow());
    this.follow();
  }

  dispose(): void {
    this.stop();
  }

  private follow(): void {
    const { all } = this.sessions;
    for (const session of this.shown) if (!all.includes(session)) this.shown.delete(session);
    for (const session of all) {
      const { kind } = session.state;
      if (kind === 'connected') this.shown.delete(session);
      if ((kind !== 'needs_auth' && kind !== 'expired') || this.shown.has(session)) continue;
      this.shown.add(session);
      // Neither silent nor createIfNone: VS Code adds the entry and opens nothing. Fails only while shutting down.
      authentication
        .getSession(providerId(session.server.name), anyScopes, {})
        .then(undefined, () => undefined);
    }
  }
}
