/** Puts "Sign in with … to use MCP OAuth" into the Accounts menu for each server that needs it. Asks nobody anything. */
import { authentication, type Disposable } from 'vscode';
import type { Unsubscribe } from '../session/ports.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { providerId, type AuthenticationProviders } from './authenticationProviders.ts';
import { anyScopes } from './tokenWish.ts';

export class SignInBadge implements Disposable {
  private readonly sessions: Sessions;
  private readonly providers: AuthenticationProviders;
  /** Sessions whose entry is in the menu. */
  private readonly shown = new Set<Session>();
  private readonly stops: readonly Unsubscribe[];

  constructor(sessions: Sessions, providers: AuthenticationProviders) {
    this.sessions = sessions;
    this.providers = providers;
    this.stops = [
      sessions.onDidChange((change) => {
        if (change.kind === 'state') this.note(change.session);
        else this.follow();
      }),
      providers.onDidRegister((session) => this.note(session)),
    ];
    this.follow();
  }

  dispose(): void {
    for (const stop of this.stops) stop();
  }

  private follow(): void {
    const all = new Set(this.sessions.all);
    for (const session of this.shown) if (!all.has(session)) this.shown.delete(session);
    for (const session of all) this.note(session);
  }

  private note(session: Session): void {
    const { kind } = session.state;
    if (kind === 'connected') this.shown.delete(session);
    if ((kind !== 'needs_auth' && kind !== 'expired') || this.shown.has(session)) return;
    // VS Code would wait for a provider that is still to come.
    if (!this.providers.has(session)) return;
    this.shown.add(session);
    // Neither silent nor createIfNone: VS Code adds the entry and opens nothing. Fails only while shutting down.
    authentication
      .getSession(providerId(session.server.name), anyScopes, {})
      .then(undefined, () => undefined);
  }
}
