/** Which scopes are asked for: the least that the server says it needs (checklist 6). */
import type { Decision } from './decision.ts';
import type { Challenge } from './wire/challenge.ts';
import type { IssuerDocument } from './wire/issuerDocument.ts';

const offlineAccess = 'offline_access';

export interface ScopeWish {
  /** The person's choice, which beats what documents say. */
  readonly configured: readonly string[] | undefined;
  readonly challenge: Challenge | undefined;
  /** What the resource document lists. */
  readonly supported: readonly string[] | undefined;
  /** What an earlier grant of the same resource was asked with (checklist 6.3). */
  readonly previous: readonly string[];
  readonly issuer: IssuerDocument;
  /** False where a new token is had by asking again, and needs no refresh token (checklist 17.1). */
  readonly wantsRefreshToken: boolean;
}

/** In the order of the specification (checklist 6.1, 6.2); an empty list asks for none. */
export function chooseScopes(wish: ScopeWish): readonly string[] {
  const { configured, challenge, supported, previous, issuer, wantsRefreshToken } = wish;
  const isStepUp = /^insufficient_(scope|user_authentication)$/.test(challenge?.error ?? '');
  if (configured !== undefined)
    return isStepUp ? union(configured, union(previous, challenge?.scopes ?? [])) : configured;
  const wanted = union(previous, challenge?.scopes ?? supported ?? []);
  // Checklist 6.4: only the authorization server's own list says that it is understood. Alone it would ask for less
  // than no scope at all.
  const isKnown = issuer.scopesSupported?.includes(offlineAccess) === true;
  const mayStay = wantsRefreshToken && wanted.length > 0 && isKnown;
  return mayStay ? union(wanted, [offlineAccess]) : wanted;
}

/**
 * Of the scopes that a server lists those that it lets a client have, where it is known to be so sparing (field case 11,
 * GitLab); undefined where it does not list them all.
 */
export function limitScopes(
  supported: readonly string[] | undefined,
  allowed: readonly string[] | undefined,
): readonly string[] | undefined {
  return supported !== undefined && allowed !== undefined && covers(supported, allowed) ? allowed : undefined;
}

/** Whose word it was, and whether anything was added to it. */
export function choiceOfScopes(
  { configured, challenge, supported }: ScopeWish,
  scopes: readonly string[],
): Decision {
  const sources = [
    ['setting', configured],
    ['challenge', challenge?.scopes],
    ['document', supported],
  ] as const;
  const [by, named = []] = sources.find(([, list]) => list !== undefined) ?? ['nothing'];
  const added = without(scopes, named);
  return {
    ...{ id: 'scopes_chosen', scopes, by },
    isWidened: added.some((scope) => scope !== offlineAccess),
    asksToStay: added.includes(offlineAccess),
  };
}

/** OpenID Connect Core §11: some servers drop `offline_access` unless consent is asked for (checklist 6.5). */
export function promptFor(
  { configured }: Pick<ScopeWish, 'configured'>,
  scopes: readonly string[],
): 'consent' | undefined {
  return configured === undefined && scopes.includes(offlineAccess) ? 'consent' : undefined;
}

/** Each scope once, in the order in which it came first. */
export function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])];
}

/** What is not among the others; a server may name a hundred thousand of both. */
export function without(scopes: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Set(others);
  return scopes.filter((scope) => !left.has(scope));
}

/** Whether nothing is wanted that is not there already (checklist 12.5). */
export function covers(granted: readonly string[], wanted: readonly string[]): boolean {
  return without(wanted, granted).length === 0;
}
