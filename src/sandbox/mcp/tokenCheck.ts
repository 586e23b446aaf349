// Asks the authorization server about each token (RFC 7662): is it alive, is it meant for this server, whose is it?
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
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
  }),
]);

/** Where and as whom to ask, and which audience to insist on. */
export interface TokenCheckOptions {
  readonly introspectionEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly audience: string;
}

/** `unknown` means that the authorization server did not answer; the token may still be good. */
export type TokenVerdict =
  | { readonly kind: 'valid'; readonly auth: AuthInfo }
  | { readonly kind: 'invalid'; readonly description: string }
  | { readonly kind: 'unknown' };

/** Who signed in, out of what the tools are handed. */
export function accountOf(auth: AuthInfo): string {
  return String(auth.extra?.['account']);
}

/** Judges one access token. Never throws. */
export async function checkToken(token: string, options: TokenCheckOptions): Promise<TokenVerdict> {
  const answer = await introspect(token, options);
  if (answer === undefined) return { kind: 'unknown' };
  if (!answer.active) return { kind: 'invalid', description: 'The token is unknown, expired or revoked.' };
  // RFC 8707 §3: a token for another server must not open this one. One that names several opens none.
  if (answer.aud !== options.audience)
    return { kind: 'invalid', description: 'The token is for another server.' };
  return {
    kind: 'valid',
    auth: {
      token,
      clientId: answer.client_id,
      scopes: answer.scope.split(' ').filter((scope) => scope !== ''),
      expiresAt: answer.exp,
      extra: { account: answer.sub },
    },
  };
}

async function introspect(token: string, options: TokenCheckOptions) {
  const credential = `${encodeURIComponent(options.clientId)}:${encodeURIComponent(options.clientSecret)}`;
  try {
    const response = await fetch(options.introspectionEndpoint, {
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
    if (response.status === 400) return { active: false as const };
    return response.ok ? Introspection.parse(await response.json()) : undefined;
  } catch {
    // No connection, no answer in time, or no sense in it: all the same to the caller.
    return undefined;
  }
}
