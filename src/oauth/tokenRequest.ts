/** One token request of any grant, and its answer in all its forms (RFC 6749 §5, checklist 10). */
import * as oauth from 'oauth4webapi';
import { accountFrom, subjectFrom, type Account } from './account.ts';
import { AuthError } from './authError.ts';
import { secretsOfClient } from './clientAuthentication.ts';
import type { Proofs } from './dpop.ts';
import { askEndpoint, namedClient, refusalOf, type EndpointAnswer, type Send } from './endpointRequest.ts';
import type { Purpose, Transport } from './transport.ts';
import { toResourceParameter } from './wire/authorization.ts';
import type { ClientIdentity } from './wire/client.ts';
import { toAuthorizationServer, type IssuerDocument } from './wire/issuerDocument.ts';
import {
  grantTypes,
  readTokenAnswer,
  toStandardTokenAnswer,
  withIdTokenAlgorithms,
  withoutIdToken,
} from './wire/token.ts';

export interface TokenContext {
  readonly issuer: IssuerDocument;
  readonly client: ClientIdentity;
  /** What the token is for (RFC 8707); not sent where undefined. */
  readonly resource: string | undefined;
  /** What is granted where the answer does not say (checklist 6.6). */
  readonly requestedScopes: readonly string[];
  /** Of the key that the tokens are to be bound to. */
  readonly proofs: Proofs | undefined;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Checked but for its signature, since it came from the issuer itself (OpenID Connect Core §3.1.3.7). */
  readonly idToken: string | undefined;
  /** Milliseconds since the epoch; undefined where the server does not say. */
  readonly expiresAtMs: number | undefined;
  readonly scopes: readonly string[];
  /** Undefined where nothing tells a name that a person would know. */
  readonly account: Account | undefined;
  /** Who it is all the same: of the id token where there is one, else of an access token that tells; seldom a name. */
  readonly subject: string | undefined;
}

/**
 * The one place for all grants.
 * @param parameters of the grant alone; resource and client are added.
 * @param secrets what of them must never be shown.
 * @throws AuthError of the transport, `server_busy`, `client_refused`, `token_refused` with the server's words,
 * `token_invalid`, `token_use_unsupported`, `client_secret_missing`, `client_secret_invalid`; the signal's reason.
 */
export async function requestTokens(
  transport: Transport,
  context: TokenContext,
  grantType: string,
  parameters: Record<string, string>,
  secrets: readonly string[],
  nowMs: () => number,
  signal: AbortSignal,
): Promise<Tokens> {
  const form = { ...parameters, ...toResourceParameter(context.resource) };
  const send: Send = (server, client, authentication, options) =>
    oauth.genericTokenEndpointRequest(server, client, authentication, grantType, form, options);
  return obtainTokens(transport, context, grantType, send, secrets, nowMs, signal);
}

/** The same for a request that the library builds. */
export async function obtainTokens(
  transport: Transport,
  context: TokenContext,
  grantType: string,
  send: Send,
  secrets: readonly string[],
  nowMs: () => number,
  signal: AbortSignal,
): Promise<Tokens> {
  // The life of a token began when the server made it: counted from before, it never ends later than there.
  const askedAtMs = nowMs();
  const answer = await askTokenEndpoint(transport, 'token', context, grantType, send, secrets, signal);
  const { host, status } = answer;
  const read = answer.ok ? await readStandardAnswer(context, answer.body) : undefined;
  if (read === undefined) throw new AuthError('token_invalid', { host, status });
  const { tokenType, accessToken, refreshToken, idToken, expiresInSeconds, scopes } = readTokenAnswer(read);
  // RFC 9449 §5: a token that anybody can use is not what was asked for.
  if (context.proofs !== undefined && tokenType !== 'dpop')
    throw new AuthError('token_use_unsupported', { host, status });
  // RFC 6749 §7.1: of a token of another type nobody knows how it is used.
  if (context.proofs === undefined && tokenType !== 'bearer')
    throw new AuthError('token_invalid', { host, status });
  // No header takes so much, and all servers share one store.
  if (accessToken.length + (refreshToken?.length ?? 0) + (idToken?.length ?? 0) > longestTokens)
    throw new AuthError('token_invalid', { host, status });
  // RFC 6750 §2.1: nothing else can be sent in a header, or would be another header (checklist 10.2).
  if (!/^[\x21-\x7e]+$/.test(accessToken)) throw new AuthError('token_invalid', { host, status });
  const idTokenClaims = oauth.getValidatedIdTokenClaims(read);
  const hidden = [...secrets, ...secretsOfClient(context.client), accessToken, refreshToken, idToken];
  return {
    accessToken,
    refreshToken,
    idToken,
    expiresAtMs: expiresInSeconds === undefined ? undefined : endOf(askedAtMs, expiresInSeconds),
    scopes:
      scopes === undefined ? context.requestedScopes : grantedScopes(scopes, context.requestedScopes, hidden),
    account: accountFrom(idTokenClaims, accessToken, hidden),
    subject: subjectFrom(idTokenClaims, accessToken, hidden),
  };
}

/** @throws AuthError as {@link requestTokens} does for a request that was refused. */
export async function askTokenEndpoint(
  transport: Transport,
  purpose: Purpose,
  { issuer, client, proofs }: Pick<TokenContext, 'issuer' | 'client' | 'proofs'>,
  grantType: string,
  send: Send,
  secrets: readonly string[],
  signal: AbortSignal,
): Promise<EndpointAnswer> {
  const endpoint = issuer.tokenEndpoint;
  const answer = await askEndpoint({ transport, purpose, endpoint, issuer, client, proofs, signal }, send);
  if (answer.error === undefined) return answer;
  throw refusalOf(answer, answer.error, {
    client,
    secrets,
    clientCodes: clientBound.has(grantType) ? ['invalid_client', 'unauthorized_client'] : ['invalid_client'],
    otherwise: 'token_refused',
  });
}

/** Grants where `unauthorized_client` means the client; at a refresh it is a dead token's other name (field case 27). */
const clientBound: ReadonlySet<string> = new Set([
  grantTypes.authorizationCode,
  grantTypes.deviceCode,
  grantTypes.clientCredentials,
]);

/** The answer as the library judges it; an id token that it does not like is left out (checklist 6.8). */
async function readStandardAnswer(
  { issuer, client }: TokenContext,
  body: unknown,
): Promise<oauth.TokenEndpointResponse | undefined> {
  const answer = toStandardTokenAnswer(body);
  if (answer === undefined) return undefined;
  const server = withIdTokenAlgorithms(toAuthorizationServer(issuer));
  const named = namedClient(client, issuer);
  for (const candidate of [answer, withoutIdToken(answer)]) {
    try {
      return await oauth.processGenericTokenEndpointResponse(server, named, Response.json(candidate));
    } catch {
      // The cause would carry the answer, and with it the tokens.
    }
  }
  return undefined;
}

/** Characters of all tokens of an answer; large ones have a tenth of it. */
const longestTokens = 65_536;

const lastMoment = 8_640_000_000_000_000;

/** Field case 13: however long a token is to live, its end is a moment that a `Date` can hold. */
function endOf(fromMs: number, seconds: number): number {
  return Math.min(Math.floor(fromMs + seconds * 1000), lastMoment);
}

/** What is shorter may be a part of a scope that has nothing to do with it. */
const shortestSecret = 6;

/**
 * GitHub and Slack separate scopes by commas; one that holds a comma and was asked for so stays whole. Scopes are shown:
 * one that repeats something secret is none.
 */
function grantedScopes(
  scopes: readonly string[],
  requested: readonly string[],
  hidden: readonly (string | undefined)[],
): readonly string[] {
  const secrets = hidden.filter((secret) => secret !== undefined && secret.length >= shortestSecret);
  const asked = new Set(requested);
  const parts = scopes.flatMap((scope) => (asked.has(scope) ? [scope] : scope.split(',')));
  const isShown = (scope: string) =>
    scope !== '' && !secrets.some((secret) => secret !== undefined && scope.includes(secret));
  return [...new Set(parts.filter(isShown))];
}
