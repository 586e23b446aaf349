// What the authorization server does around oidc-provider's own endpoints where that leaves a choice to the server:
// the scope of a request that names none, who may introspect, what is remembered, what the metadata promise.
import type { KoaContextWithOIDC } from 'oidc-provider';

import { routes, sessionCookie } from './routes.ts';

/** How the server behaves where the specifications leave it a choice. */
export interface HouseRules {
  readonly defaultScopes: readonly string[];
  readonly refreshTokens: boolean;
}

/** Koa middleware that goes in front of oidc-provider. */
export function createFrontDoor(rules: HouseRules) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    if (ctx.path === routes.authorization) giveDefaultScope(ctx, rules.defaultScopes);
    if (ctx.path === routes.introspection && ctx.get('authorization') === '') refuseIntrospection(ctx);
    else await next();
    forgetLogin(ctx);
    if (ctx.path.startsWith('/.well-known/') && !rules.refreshTokens) withholdRefreshGrant(ctx);
  };
}

/** RFC 6749 §3.3: a request without a scope is processed with a default. */
function giveDefaultScope(ctx: KoaContextWithOIDC, defaultScopes: readonly string[]): void {
  const { scope } = ctx.query;
  if (scope === undefined || scope === '') ctx.query = { ...ctx.query, scope: defaultScopes.join(' ') };
}

/** RFC 7662 §2.3: without the credential of a resource server there is no answer, not even "inactive". */
function refuseIntrospection(ctx: KoaContextWithOIDC): void {
  ctx.status = 401;
  ctx.set({ 'www-authenticate': 'Basic realm="introspection"', 'cache-control': 'no-store' });
  ctx.body = { error: 'invalid_client', error_description: 'Introspection is for the resource server only.' };
}

/** Keeps the login cookie from the browser: the next sign-in asks again and may choose another account. */
function forgetLogin(ctx: KoaContextWithOIDC): void {
  const cookies = ctx.res.getHeader('set-cookie');
  if (!Array.isArray(cookies)) return;
  const kept = cookies.filter(
    (cookie) => !cookie.startsWith(`${sessionCookie}=`) && !cookie.startsWith(`${sessionCookie}.`),
  );
  if (kept.length === 0) ctx.res.removeHeader('set-cookie');
  else ctx.res.setHeader('set-cookie', kept);
}

function withholdRefreshGrant(ctx: KoaContextWithOIDC): void {
  const document = ctx.body as { grant_types_supported?: string[] } | undefined;
  const grantTypes = document?.grant_types_supported;
  if (grantTypes)
    ctx.body = { ...document, grant_types_supported: grantTypes.filter((one) => one !== 'refresh_token') };
}
