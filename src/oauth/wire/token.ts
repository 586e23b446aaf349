/**
 * Token requests of every grant, and the answer in all its forms (RFC 6749 §5, RFC 7009, RFC 7523, RFC 8628, RFC 8693);
 * what is said of a token afterwards (RFC 7662).
 */
import type * as oauth from 'oauth4webapi';
import * as z from 'zod/mini';
import { orElse, parseScope, text } from './members.ts';

export const grantTypes = {
  authorizationCode: 'authorization_code',
  refreshToken: 'refresh_token',
  clientCredentials: 'client_credentials',
  deviceCode: 'urn:ietf:params:oauth:grant-type:device_code',
  jwtBearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  tokenExchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
} as const;

/** With which a client obtains its first token, and for which it may have to be registered (RFC 7591 §2). */
export type MainGrantType = (typeof grantTypes)['authorizationCode' | 'deviceCode' | 'jwtBearer'];

export function toRefreshParameters(refreshToken: string): Record<string, string> {
  return { refresh_token: refreshToken };
}

export function toDeviceCodeParameters(deviceCode: string): Record<string, string> {
  return { device_code: deviceCode };
}

/** RFC 7523 §2.1. */
export function toAssertionParameters(assertion: string): Record<string, string> {
  return { assertion };
}

/** An id token for an identity assertion that the MCP server's authorization server takes (checklist 17.2). */
export function toIdentityAssertionParameters(exchange: {
  readonly idToken: string;
  /** The issuer of the MCP server's authorization server. */
  readonly audience: string;
}): Record<string, string> {
  return {
    requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
    audience: exchange.audience,
    subject_token: exchange.idToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  };
}

const ExchangeWire = z.lazy(() =>
  z.looseObject({
    access_token: z.string().check(z.minLength(1)),
    issued_token_type: z.literal('urn:ietf:params:oauth:token-type:id-jag'),
  }),
);

/** The identity assertion in a token exchange answer (RFC 8693 §2.2.1). */
export function readIdentityAssertion(document: unknown): string | undefined {
  return ExchangeWire.safeParse(document).data?.access_token;
}

/** What kind of token is to be revoked (RFC 7009 §2.1). */
export function toRevocationParameters(kind: 'refresh' | 'access'): Record<string, string> {
  return { token_type_hint: `${kind}_token` };
}

/**
 * A token answer as RFC 6749 §5.1 wants it: without members that are null, empty or of another type, without an expiry
 * that is no time in the future (field case 13), with a type where there is none. The code is spent, so none of these is
 * worth a failed sign-in.
 */
export function toStandardTokenAnswer(body: unknown): Record<string, unknown> | undefined {
  const wire = AnswerWire.safeParse(body).data;
  if (wire === undefined) return undefined;
  const seconds = Number(wire.expires_in ?? 0);
  const members = {
    access_token: wire.access_token,
    refresh_token: wire.refresh_token,
    id_token: wire.id_token,
    scope: Array.isArray(wire.scope) ? wire.scope.join(' ') : wire.scope,
    // Written anew as JSON, which knows no endless number.
    expires_in: seconds > 0 ? Math.min(seconds, Number.MAX_SAFE_INTEGER) : undefined,
    token_type: wire.token_type || 'Bearer',
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

const AnswerWire = z.lazy(() =>
  z.looseObject({
    access_token: text,
    token_type: orElse(z.nullish(z.string()), 'of no known type'),
    refresh_token: text,
    id_token: text,
    scope: orElse(z.optional(z.union([z.string().check(z.minLength(1)), z.array(z.string())])), undefined),
    expires_in: orElse(z.optional(z.union([z.number(), z.string()])), undefined),
  }),
);

/**
 * Lets an id token be signed in any way but by a shared secret or none; the library expects RS256 of a server whose
 * document was not kept in full.
 */
export function withIdTokenAlgorithms(server: oauth.AuthorizationServer): oauth.AuthorizationServer {
  const algorithms = ['RS', 'PS', 'ES'].flatMap((kind) => [`${kind}256`, `${kind}384`, `${kind}512`]);
  return { ...server, id_token_signing_alg_values_supported: [...algorithms, 'EdDSA', 'Ed25519'] };
}

/** The answer without its id token, which is worth a name to show and no failed sign-in (checklist 6.8). */
export function withoutIdToken(answer: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== 'id_token'));
}

export interface TokenAnswer {
  readonly accessToken: string;
  /** As the server spells it, in lower case (RFC 6749 §7.1). */
  readonly tokenType: string;
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
  /** Seconds from now; undefined where the server does not say. */
  readonly expiresInSeconds: number | undefined;
  readonly scopes: readonly string[] | undefined;
}

export function readTokenAnswer(answer: oauth.TokenEndpointResponse): TokenAnswer {
  return {
    accessToken: answer.access_token,
    tokenType: answer.token_type,
    refreshToken: answer.refresh_token,
    idToken: answer.id_token,
    expiresInSeconds: answer.expires_in,
    scopes: parseScope(answer.scope),
  };
}

/** Who claims are about. */
export interface NameClaims {
  /** Stable at one issuer, and seldom fit to be shown. */
  readonly subject: string | undefined;
  /** What a person would know the account by. */
  readonly name: string | undefined;
}

const NameClaimsWire = z.lazy(() =>
  z.looseObject({ sub: text, preferred_username: text, email: text, name: text }),
);

/** OpenID Connect Core 1.0 §5.1. */
export function readNameClaims(claims: unknown): NameClaims {
  const wire = NameClaimsWire.safeParse(claims).data;
  return { subject: wire?.sub, name: wire?.preferred_username ?? wire?.email ?? wire?.name };
}

const IntrospectionWire = z.lazy(() => z.looseObject({ active: z.literal(true), username: text }));

/** The same of an introspection answer (RFC 7662 §2.2); undefined where the server does not know the token. */
export function readIntrospection(document: unknown): NameClaims | undefined {
  const wire = IntrospectionWire.safeParse(document).data;
  if (wire === undefined) return undefined;
  const { subject, name } = readNameClaims(document);
  return { subject, name: wire.username ?? name };
}
