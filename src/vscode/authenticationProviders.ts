/** One AuthenticationProvider per server: the sign-in as VS Code's Accounts menu and other extensions see it. */
import {
  authentication,
  CancellationError,
  Disposable,
  EventEmitter,
  type AuthenticationProvider,
  type AuthenticationProviderAuthenticationSessionsChangeEvent,
  type AuthenticationSession,
} from 'vscode';
import type { AuthError } from '../oauth/authError.ts';
import type { Session, SignInResult } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { SessionState } from '../session/state.ts';
import { signInMessages } from './messages/commands.ts';
import { failureSentence } from './messages/failures.ts';

/** VS Code lists a request for no scope for ever, so this word stands for "whatever the server wants". */
export const anyScopes: readonly string[] = ['mcp'];

export function providerId(serverName: string): string {
  return `mcp-oauth:${serverName}`;
}

/** Runs a sign-in with everything that a person sees of it, also of its failure. */
export type SignInWithPerson = (session: Session) => Promise<SignInResult | AuthError>;

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
    supportsMultipleAccounts: false,
  });
  return Disposable.from(registration, provider);
}

type SessionsChange = AuthenticationProviderAuthenticationSessionsChangeEvent;

class SessionProvider implements AuthenticationProvider, Disposable {
  private readonly session: Session;
  private readonly signIn: SignInWithPerson;
  private readonly changes = new EventEmitter<SessionsChange>();
  private readonly unsubscribe: () => void;
  private shown: AuthenticationSession | undefined;

  readonly onDidChangeSessions = this.changes.event;

  constructor(session: Session, signIn: SignInWithPerson) {
    this.session = session;
    this.signIn = signIn;
    this.shown = this.current(anyScopes);
    this.unsubscribe = session.onDidChange(() => this.announce());
  }

  /** From memory: VS Code asks often (design 11). Only a token that is about to end is replaced first. */
  async getSessions(scopes: readonly string[] | undefined): Promise<AuthenticationSession[]> {
    await this.session.authorization();
    const current = this.current(scopes);
    return current === undefined ? [] : [current];
  }

  async createSession(scopes: readonly string[]): Promise<AuthenticationSession> {
    const { name } = this.session.server;
    const notCovered = () => new Error(signInMessages.scopesMissing(name, scopes.join(' ')));
    // The same sign-in again would bring the same scopes.
    if (this.current(undefined) !== undefined && this.current(scopes) === undefined) throw notCovered();
    const result = await this.signIn(this.session);
    if (result === 'cancelled') throw new CancellationError();
    if (result === 'not_needed') throw new Error(signInMessages.notNeeded(name));
    if (result !== 'granted') throw new Error(failureSentence(result));
    const current = this.current(scopes);
    if (current === undefined) throw notCovered();
    return current;
  }

  async removeSession(): Promise<void> {
    await this.session.signOut();
  }

  dispose(): void {
    this.unsubscribe();
    this.changes.dispose();
  }

  private current(scopes: readonly string[] | undefined): AuthenticationSession | undefined {
    const { state, server } = this.session;
    const { accessToken } = this.session;
    const connected = connectedState(state);
    if (accessToken === undefined || connected === undefined) return undefined;
    const wanted = scopes?.filter((scope) => !anyScopes.includes(scope)) ?? [];
    if (!wanted.every((scope) => connected.scopes.includes(scope))) return undefined;
    // VS Code compares the set that was asked for with the session's, so that very set is given back.
    return {
      id: server.name,
      accessToken,
      account: connected.account,
      scopes: scopes === undefined || scopes.length === 0 ? connected.scopes : scopes,
    };
  }

  private announce(): void {
    const before = this.shown;
    const now = this.current(anyScopes);
    this.shown = now;
    if (before?.accessToken === now?.accessToken) return;
    if (before !== undefined && now?.account.id === before.account.id) {
      this.changes.fire({ added: [], removed: [], changed: [now] });
      return;
    }
    this.changes.fire({ added: now ? [now] : [], removed: before ? [before] : [], changed: [] });
  }
}

function connectedState(state: SessionState): Extract<SessionState, { kind: 'connected' }> | undefined {
  const resting = state.kind === 'authorizing' ? state.before : state;
  return resting.kind === 'connected' ? resting : undefined;
}
