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
import type { AuthError } from '../oauth/authError.ts';
import { covers } from '../oauth/scopes.ts';
import type { AccountGrant } from '../session/accounts.ts';
import type { AccountChoice, Session } from '../session/session.ts';
import type { SignInResult } from '../session/signInRun.ts';
import { signInMessages } from './messages/commands.ts';
import { failureSentence } from './messages/failures.ts';

/** VS Code lists a request for no scope for ever, so this word stands for "whatever the server wants". */
export const anyScopes: readonly string[] = ['mcp'];

/** Runs a sign-in with everything that a person sees of it, also of its failure. */
export type SignInWithPerson = (
  session: Session,
  account?: AccountChoice,
) => Promise<SignInResult | AuthError>;

type SessionsChange = AuthenticationProviderAuthenticationSessionsChangeEvent;
type Options = Partial<AuthenticationProviderSessionOptions>;

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
    options: Options = {},
  ): Promise<AuthenticationSession[]> {
    if (scopes !== undefined) {
      // Of several accounts the one that is used, or was named: nobody has asked for the others.
      const wanted = this.accounts(scopes, options).filter(
        ({ isActive }) => isActive || options.account !== undefined,
      );
      await Promise.all(wanted.map(({ key }) => this.session.authorization(key)));
    }
    return this.accounts(scopes, options).flatMap((grant) => toSession(grant, scopes) ?? []);
  }

  /** VS Code asks for one only where there is none, or where the person wants another account. */
  async createSession(scopes: readonly string[], options: Options = {}): Promise<AuthenticationSession> {
    const { name } = this.session.server;
    const notCovered = () => new Error(signInMessages.scopesMissing(name, scopes.join(' ')));
    const there = this.accounts(undefined, options);
    const isThere = this.accounts(scopes, options).length > 0;
    // The same sign-in again would bring the same scopes.
    if (there.length > 0 && !isThere) throw notCovered();
    // The one that was named may be over; else whoever asks although there is one wants another.
    const named = this.session.accounts.find(({ account }) => account.id === options.account?.id);
    const choice = named === undefined ? (isThere ? 'another' : undefined) : { key: named.key };
    const result = await this.signIn(this.session, choice);
    if (result === 'cancelled') throw new CancellationError();
    if (result === 'not_needed') throw new Error(signInMessages.notNeeded(name));
    if (result !== 'granted') throw new Error(failureSentence(result));
    const obtained = this.accounts(scopes, {}).find(({ isActive }) => isActive);
    const session = obtained && toSession(obtained, scopes);
    if (session === undefined) throw notCovered();
    return session;
  }

  async removeSession(sessionId: string): Promise<void> {
    await this.session.signOut(sessionId);
  }

  dispose(): void {
    this.unsubscribe();
    this.changes.dispose();
  }

  /** Those with a token that covers the scopes. */
  private accounts(scopes: readonly string[] | undefined, { account }: Options): readonly AccountGrant[] {
    const wanted = scopes?.filter((scope) => !anyScopes.includes(scope)) ?? [];
    return this.session.accounts.filter(
      (grant) =>
        grant.accessToken !== undefined &&
        covers(grant.scopes, wanted) &&
        (account === undefined || account.id === grant.account.id),
    );
  }

  private current(): ReadonlyMap<string, AuthenticationSession> {
    const sessions = this.accounts(undefined, {}).flatMap((grant) => toSession(grant, anyScopes) ?? []);
    return new Map(sessions.map((session) => [session.id, session]));
  }

  private announce(): void {
    const before = this.shown;
    const now = this.current();
    this.shown = now;
    const added = [...now.values()].filter(({ id }) => !before.has(id));
    const removed = [...before.values()].filter(({ id }) => !now.has(id));
    const changed = [...now.values()].filter(({ id, accessToken }) => {
      const known = before.get(id);
      return known !== undefined && known.accessToken !== accessToken;
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
    account,
    scopes: scopes === undefined || scopes.length === 0 ? granted : scopes,
  };
}
