/** What another extension wants of a sign-in, who of the accounts can give it, and how it is obtained where nobody can. */
import type { AuthError } from '../oauth/authError.ts';
import { parseChallenge } from '../oauth/challenge.ts';
import { covers } from '../oauth/scopes.ts';
import type { Challenge } from '../oauth/wire/challenge.ts';
import type { AccountGrant } from '../session/accounts.ts';
import type { AccountChoice, Session } from '../session/session.ts';
import type { SignInResult } from '../session/signInRun.ts';

/** VS Code lists a request for no scope for ever, so this word stands for "whatever the server wants". */
export const anyScopes: readonly string[] = ['mcp'];

export interface TokenWish {
  readonly scopes: readonly string[];
  /** The id of the account that it has to be; the one that is used by default. */
  readonly accountId?: string | undefined;
  /** What the server said to the other extension, as that tells it. */
  readonly challenge?: Challenge | undefined;
}

/** What a sign-in has to bring beyond the usual. */
export interface Needs {
  readonly challenge?: Challenge | undefined;
  readonly scopes?: readonly string[];
}

/** Runs a sign-in with everything that a person sees of it, also of its failure. */
export type SignInWithPerson = (
  session: Session,
  account?: AccountChoice,
  needs?: Needs,
) => Promise<SignInResult | AuthError>;

/** A wish for scopes, of which the word that stands for none is taken out. */
export function wishFor(scopes: readonly string[], accountId?: string): TokenWish {
  return { scopes: scopes.filter((scope) => !anyScopes.includes(scope)), accountId };
}

/**
 * A wish in the words of a `WWW-Authenticate` header.
 * @param fallback the scopes where the header names none.
 */
export function wishAfter(header: string, fallback: readonly string[] = [], accountId?: string): TokenWish {
  const told = parseChallenge(header);
  // Nobody but the server itself says where its documents lie, and so where the person signs in.
  const challenge = told && { ...told, resourceMetadata: undefined };
  return { ...wishFor(challenge?.scopes ?? fallback, accountId), challenge };
}

/** The accounts whose token is what is wished for. */
export function grantsFor(session: Session, wish: TokenWish): readonly AccountGrant[] {
  // How strongly somebody has signed in is not known afterwards.
  if (wantsStrongerSignIn(wish)) return [];
  return session.accounts.filter(
    ({ accessToken, account, scopes }) =>
      accessToken !== undefined &&
      covers(scopes, wish.scopes) &&
      (wish.accountId === undefined || wish.accountId === account.id),
  );
}

/** Replaces tokens that are about to end or that the server did not take, of whoever was asked for. */
export async function freshen(session: Session, wish: TokenWish): Promise<void> {
  // Of several accounts the one that is used, or was named: nobody has asked for the others.
  const wanted = grantsFor(session, wish).filter(({ isActive }) => isActive || wish.accountId !== undefined);
  await Promise.all(
    wanted.map(async ({ key }) => {
      if (wish.challenge?.error === 'invalid_token') await session.access.noteRefused(key);
      await session.authorization(key);
    }),
  );
}

/** What is wished for, after the person has signed in for it: for more scopes, more strongly, or as somebody else. */
export async function obtain(
  session: Session,
  wish: TokenWish,
  signIn: SignInWithPerson,
): Promise<AccountGrant | AuthError | Exclude<SignInResult, 'granted'> | 'not_covered'> {
  const needs = {
    scopes: wish.scopes,
    ...(wantsStrongerSignIn(wish) && { challenge: wish.challenge }),
  };
  const result = await signIn(session, choiceFor(session, wish), needs);
  if (result !== 'granted') return result;
  const obtained = grantsFor(session, { scopes: wish.scopes }).find(({ isActive }) => isActive);
  return obtained ?? 'not_covered';
}

/** Whose sign-in is to be replaced. */
function choiceFor(session: Session, wish: TokenWish): AccountChoice | undefined {
  const { accounts } = session;
  const named = accounts.find(({ account }) => account.id === wish.accountId);
  if (named !== undefined) return { key: named.key };
  if (wish.accountId !== undefined && accounts.length > 0) return 'another';
  // Whoever asks although there is one wants another.
  return grantsFor(session, wish).length > 0 ? 'another' : undefined;
}

function wantsStrongerSignIn({ challenge }: TokenWish): boolean {
  return challenge?.error === 'insufficient_user_authentication';
}
