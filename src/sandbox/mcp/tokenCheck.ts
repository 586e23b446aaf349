// Asks an authorization server about a token (RFC 7662): is it alive, and whose is it?
import * as z from 'zod';

const introspectionTimeLimitMs = 5_000;

const Introspection = z.discriminatedUnion('active', [
  z.object({ active: z.literal(false) }),
  z.object({
    active: z.literal(true),
    aud: z.union([z.string(), z.array(z.string())]).optional(),
    sub: z.string(),
    client_id: z.string(),
    scope: z.string().default(''),
    exp: z.number(),
    acr: z.string().optional(),
    auth_time: z.number().optional(),
    cnf: z.object({ jkt: z.string().optional() }).optional(),
  }),
]);

/** An authorization server that the MCP server trusts, and as whom to ask it. */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly introspectionEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What is known of a living token. Times are seconds since 1970. */
export interface TokenFacts {
  readonly issuer: string;
  readonly account: string;
  readonly clientId: string;
  /** The one audience; `undefined` where there is none or more than one. */
  readonly audience: string | undefined;
  readonly scopes: readonly string[];
  /** `undefined` where it has no end. */
  readonly expiresAtSeconds: number | undefined;
  /** How the person proved who they are, and when (RFC 9470 §6.2). */
  readonly acr: string | undefined;
  readonly authTimeSeconds: number | undefined;
  /** The thumbprint of the key that the token is bound to (RFC 9449 §6.2). */
  readonly keyThumbprint: string | undefined;
}

/** `unknown` means that the authorization server did not answer; the token may still be good. */
export type TokenAnswer =
  | { readonly kind: 'alive'; readonly facts: TokenFacts }
  | { readonly kind: 'dead' }
  | { readonly kind: 'unknown' };

/** Asks one authorization server about one access token. Never throws. */
export async function introspect(token: string, trusted: TrustedIssuer): Promise<TokenAnswer> {
  const credential = `${encodeURIComponent(trusted.clientId)}:${encodeURIComponent(trusted.clientSecret)}`;
  try {
    const response = await fetch(trusted.introspectionEndpoint, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(credential).toString('base64')}`,
        accept: 'application/json',
      },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
      redirect: 'error',
      signal: AbortSignal.timeout(introspectionTimeLimitMs),
    });
    // What cannot be a token of its own, empty or shaped like a JWT, the server refuses to look up at all.
    if (response.status === 400) return { kind: 'dead' };
    if (!response.ok) return { kind: 'unknown' };
    const answer = Introspection.parse(await response.json());
    if (!answer.active) return { kind: 'dead' };
    return {
      kind: 'alive',
      facts: {
        issuer: trusted.issuer,
        account: answer.sub,
        clientId: answer.client_id,
        audience: typeof answer.aud === 'string' ? answer.aud : undefined,
        scopes: answer.scope.split(' ').filter((scope) => scope !== ''),
        expiresAtSeconds: answer.exp,
        acr: answer.acr,
        authTimeSeconds: answer.auth_time,
        keyThumbprint: answer.cnf?.jkt,
      },
    };
  } catch {
    // No connection, no answer in time, or no sense in it: all the same to the caller.
    return { kind: 'unknown' };
  }
}
