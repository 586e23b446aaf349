/** The checks that make an authorization server's document trustworthy (checklist 3). */
import { AuthError, mismatch, quotable } from './authError.ts';
import type { DocumentReader } from './documentCache.ts';
import type { Habit, KnownService } from './habits.ts';
import { requireSecureUrl, type UrlPolicy } from './secureUrl.ts';
import type { Tolerance } from './tolerance.ts';
import { endpointsOf, type IssuerDocument } from './wire/issuerDocument.ts';

/** What of a person's settings bears on the checks. */
export interface IssuerSettings {
  /** False to do without the promise of PKCE, true to insist on it whatever is known of the server. */
  readonly requirePkceMetadata?: boolean;
  /** The service that an issuer is known as, unless the person wants no known habits followed. */
  readonly serviceAt?: (issuer: string) => KnownService | undefined;
}

/** A document that has passed every check. */
export interface FoundIssuer {
  readonly document: IssuerDocument;
  /** What the authorization server says that it protects, where it says so (RFC 9728 §4). */
  readonly protectedResources: readonly string[] | undefined;
  readonly tolerances: readonly Tolerance[];
  /** Known where the document was read at the issuer's own address; nobody else speaks for it. */
  readonly service: KnownService | undefined;
  /** What of its habits let the document pass. */
  readonly habits: readonly Habit[];
}

/** A document that is still to be judged. */
export interface IssuerCandidate {
  readonly document: IssuerDocument;
  readonly protectedResources: readonly string[] | undefined;
}

/**
 * A mismatch ends the search (checklist 3.6): what comes after it would be no better.
 * @param issuer who it has to be the document of, as somebody else spells it.
 * @param service what the place is known as that the document was read at.
 * @throws AuthError `issuer_mismatch`, `issuer_metadata_invalid`, `insecure_url`, `pkce_unsupported`.
 */
export function judgeIssuer(
  { document, protectedResources }: IssuerCandidate,
  issuer: string,
  { policy, decide }: Pick<DocumentReader, 'policy' | 'decide'>,
  settings: IssuerSettings,
  service: KnownService | undefined,
  tolerances: readonly Tolerance[] = [],
): FoundIssuer {
  // RFC 8414 §3.3, checklist 3.5: code points are compared; `https://as` is not `https://as/`, but at a known server.
  const isSame = document.issuer === issuer;
  const alias = isSame ? undefined : aliasHabit(service, issuer, document.issuer);
  if (!isSame && alias === undefined)
    throw new AuthError('issuer_mismatch', mismatch(issuer, document.issuer));
  if (isSame) decide({ id: 'issuer_matches', issuer });
  requireSoundEndpoints(document, policy);
  const silence = judgePkce(document, settings, service);
  if (silence === undefined && document.authorizationEndpoint !== undefined) decide({ id: 'pkce_promised' });
  return {
    document,
    protectedResources,
    tolerances: silence === 'pkce_not_promised' ? [...tolerances, silence] : tolerances,
    service,
    habits: [...(alias ? [alias] : []), ...(silence === 'pkce_unlisted' ? [silence] : [])],
  };
}

function requireSoundEndpoints(document: IssuerDocument, policy: UrlPolicy): void {
  const { authorizationEndpoint, responseTypes } = document;
  const endpoints = endpointsOf(document);
  for (const endpoint of endpoints) requireSecureUrl(endpoint, policy);
  // RFC 6749 §3.1, §3.2: an endpoint has no fragment. Without a page to send a browser to, no code is wanted.
  const isSound =
    endpoints.every((endpoint) => !endpoint.includes('#')) &&
    (authorizationEndpoint === undefined || responseTypes?.includes('code') !== false);
  if (!isSound) throw new AuthError('issuer_metadata_invalid', { host: new URL(document.issuer).host });
}

/**
 * Checklist 3.10: without a promise of S256 a stolen code could be redeemed by the thief. A server that is known to do it
 * is believed without: its own document was read over https, and S256 is sent as everywhere.
 * @returns why a missing promise may pass; undefined where there is one, or none is needed.
 */
function judgePkce(
  document: IssuerDocument,
  { requirePkceMetadata }: IssuerSettings,
  service: KnownService | undefined,
): 'pkce_not_promised' | 'pkce_unlisted' | undefined {
  const { authorizationEndpoint, codeChallengeMethods } = document;
  if (authorizationEndpoint === undefined || codeChallengeMethods?.includes('S256') === true)
    return undefined;
  // A list that leaves S256 out is no missing promise but a refusal: both are for silence alone (field case 18).
  if (codeChallengeMethods === undefined) {
    if (requirePkceMetadata === false) return 'pkce_not_promised';
    if (requirePkceMetadata === undefined && service?.habits.listsNoPkce === true) return 'pkce_unlisted';
  }
  throw new AuthError('pkce_unsupported', {
    host: new URL(document.issuer).host,
    ...(codeChallengeMethods !== undefined && {
      received: quotable(JSON.stringify(codeChallengeMethods)) ?? '',
    }),
  });
}

/**
 * Why a document that calls itself `issuer` may be that of a server which others call `called` (field case 10): the pair
 * is known, or they differ by the slash after the host, which no request shows. Undefined where it may not.
 */
function aliasHabit(
  service: KnownService | undefined,
  called: string,
  issuer: string,
): 'issuer_alias' | 'issuer_slash' | undefined {
  const { aliases = [], ignoresFinalSlash = false } = service?.habits ?? {};
  if (aliases.some(([one, other]) => one === called && other === issuer)) return 'issuer_alias';
  const isSlash = called === `${issuer}/` || issuer === `${called}/`;
  return ignoresFinalSlash && isSlash && new URL(issuer).pathname === '/' ? 'issuer_slash' : undefined;
}
