/** One AuthenticationProvider per server: the sign-in as VS Code's Accounts menu and other extensions see it. */
import { authentication, Disposable } from 'vscode';
import type { Sessions } from '../session/sessions.ts';
import type { Session } from '../session/session.ts';
import { SessionProvider, type SignInWithPerson } from './sessionProvider.ts';

export function providerId(serverName: string): string {
  return `mcp-oauth:${serverName}`;
}

/** Keeps a provider registered for each server that can be signed in to. */
export class AuthenticationProviders implements Disposable {
  private readonly sessions: Sessions;
  private readonly signIn: SignInWithPerson;
  private readonly registered = new Map<Session, Disposable>();
  private readonly stop: () => void;

  constructor(sessions: Sessions, signIn: SignInWithPerson) {
    this.sessions = sessions;
    this.signIn = signIn;
    this.stop = sessions.onDidChange(({ kind }) => {
      if (kind === 'servers') this.follow();
    });
    this.follow();
  }

  dispose(): void {
    this.stop();
    for (const registration of this.registered.values()) registration.dispose();
  }

  private follow(): void {
    for (const [session, registration] of this.registered) {
      if (this.sessions.all.includes(session)) continue;
      registration.dispose();
      this.registered.delete(session);
    }
    for (const session of this.sessions.all) {
      if (session.state.kind === 'no_auth' || this.registered.has(session)) continue;
      this.registered.set(session, registerProvider(session, this.signIn));
    }
  }
}

function registerProvider(session: Session, signIn: SignInWithPerson): Disposable {
  const { name } = session.server;
  const provider = new SessionProvider(session, signIn);
  const registration = authentication.registerAuthenticationProvider(providerId(name), name, provider, {
    supportsMultipleAccounts: true,
  });
  return Disposable.from(registration, provider);
}
