/** The sign-in of one server as an AuthenticationProvider: one session for each account that is signed in. */
import {
  CancellationError,
  EventEmitter,
  type AuthenticationProvider,
  type AuthenticationProviderAuthenticationSessionsChangeEvent,
  type AuthenticationProviderSessionOptions,
  type AuthenticationSession,
  type Disposable,
} from 'vscode';
import type { AccountGrant } from '../session/accounts.ts';
import type { Session } from '../session/session.ts';
import { signInMessages } from './messages/signIn.ts';
import { failureSentence } from './messages/failures.ts';
import { inMenu } from './plainText.ts';
import {
  anyScopes,
  freshen,
  grantsFor,
  obtain,
  wishAfter,
  wishFor,
  type SignInWithPerson,
  type TokenWish,
} from './tokenWish.ts';

type SessionsChange = AuthenticationProviderAuthenticationSessionsChangeEvent;
type Options = Partial<AuthenticationProviderSessionOptions>;

/** A `WWW-Authenticate` header as VS Code has taken it apart. */
export interface ChallengeConstraint {
  readonly challenges: readonly {
    readonly scheme: string;
    /** Without the quotes around them, and with all that stood between. */
    readonly params: Readonly<Record<string, string>>;
  }[];
  readonly fallbackScopes?: readonly string[];
}

export class SessionProvider implements AuthenticationProvider, Disposable {
  private readonly session: Session;
  private readonly signIn: SignInWithPerson;
  private readonly changes = new EventEmitter<SessionsChange>();
  private readonly unsubscribe: () => void;
  /** What VS Code was told of, by id. */
  private shown: ReadonlyMap<string, AuthenticationSession>;

  readonly onDidChangeSessions = this.changes.event;

  constructor(session: Session, signIn: SignInWithPerson) {
    this.session = session;
    this.signIn = signIn;
    this.shown = this.current();
    this.unsubscribe = session.onDidChange(() => this.announce());
  }

  /**
   * From memory: VS Code asks often, and without scopes when it only wants to list accounts (design 11). Whoever asks for
   * scopes wants a token: one that is about to end is replaced first.
   */
  async getSessions(
    scopes: readonly string[] | undefined,
    { account }: Options = {},
  ): Promise<AuthenticationSession[]> {
    const wish = wishFor(scopes ?? [], account?.id);
    if (scopes !== undefined) await freshen(this.session, wish);
    return this.sessionsFor(wish, scopes);
  }

  /** VS Code asks for one only where there is none, or where the person wants another account. */
  createSession(scopes: readonly string[], { account }: Options = {}): Promise<AuthenticationSession> {
    return this.create(wishFor(scopes, account?.id), scopes);
  }

  /** What VS Code calls for a `WWW-Authenticate` request. */
  async getSessionsFromChallenges(
    constraint: ChallengeConstraint,
    { account }: Options = {},
  ): Promise<AuthenticationSession[]> {
    const wish = wishAfter(headerOf(constraint), constraint.fallbackScopes, account?.id);
    await freshen(this.session, wish);
    return this.sessionsFor(wish, wish.scopes);
  }

  createSessionFromChallenges(
    constraint: ChallengeConstraint,
    { account }: Options = {},
  ): Promise<AuthenticationSession> {
    const wish = wishAfter(headerOf(constraint), constraint.fallbackScopes, account?.id);
    return this.create(wish, wish.scopes);
  }

  async removeSession(sessionId: string): Promise<void> {
    await this.session.signOut(sessionId);
  }

  dispose(): void {
    this.unsubscribe();
    if (this.shown.size === 0) this.withdrawSignIn();
    this.changes.dispose();
  }

  /**
   * Takes “Sign in with …” out of the Accounts menu, where VS Code leaves it when a provider goes: it does so for a session
   * with the scopes that the entry asked for, and forgets that one with the provider.
   */
  private withdrawSignIn(): void {
    const nobody = { id: '', label: '' };
    const session = { id: '', accessToken: '', account: nobody, scopes: anyScopes };
    this.changes.fire({ added: [session], removed: [], changed: [] });
  }

  private sessionsFor(wish: TokenWish, scopes: readonly string[] | undefined): AuthenticationSession[] {
    return grantsFor(this.session, wish).flatMap((grant) => toSession(grant, scopes) ?? []);
  }

  private async create(wish: TokenWish, scopes: readonly string[]): Promise<AuthenticationSession> {
    const { name } = this.session.server;
    const result = await obtain(this.session, wish, this.signIn);
    if (result === 'cancelled') throw new CancellationError();
    if (result === 'not_needed') throw new Error(signInMessages.notNeeded(name));
    if (result instanceof Error) throw new Error(failureSentence(result));
    const session = result === 'not_covered' ? undefined : toSession(result, scopes);
    if (session === undefined) throw new Error(signInMessages.scopesMissing(name, wish.scopes.join(' ')));
    return session;
  }

  private current(): ReadonlyMap<string, AuthenticationSession> {
    const sessions = this.sessionsFor(wishFor(anyScopes), anyScopes);
    return new Map(sessions.map((session) => [session.id, session]));
  }

  private announce(): void {
    const before = this.shown;
    const now = this.current();
    this.shown = now;
    const added = [...now.values()].filter(({ id }) => !before.has(id));
    const removed = [...before.values()].filter(({ id }) => !now.has(id));
    const changed = [...now.values()].filter(({ id, accessToken, account }) => {
      const known = before.get(id);
      const isSame = known?.accessToken === accessToken && known.account.label === account.label;
      return known !== undefined && !isSame;
    });
    if (added.length + removed.length + changed.length > 0) this.changes.fire({ added, removed, changed });
  }
}

/** VS Code compares the set that was asked for with the session's, so that very set is given back. */
function toSession(
  { key, account, accessToken, scopes: granted }: AccountGrant,
  scopes: readonly string[] | undefined,
): AuthenticationSession | undefined {
  if (accessToken === undefined) return undefined;
  return {
    id: key,
    accessToken,
    account: { ...account, label: inMenu(account.label) },
    scopes: scopes === undefined || scopes.length === 0 ? granted : scopes,
  };
}

/** The header again, for the reader that knows what servers make of it. */
function headerOf({ challenges }: ChallengeConstraint): string {
  return challenges
    .map(({ scheme, params }) => {
      const parameters = Object.entries(params).map(([name, value]) => `${name}="${value}"`);
      return `${scheme} ${parameters.join(', ')}`;
    })
    .join(', ');
}
