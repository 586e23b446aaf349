// What the authorization server does around oidc-provider's own endpoints where that leaves a choice to the server:
// the scope of a request that names none, who may introspect, what is remembered, what the metadata promise, and
// where a refusal explains itself.
import type { KoaContextWithOIDC } from 'oidc-provider';

import { noPassphrasePath } from '../consent/paths.ts';
import { routes, sessionCookie } from './routes.ts';

/** How the server behaves where the specifications leave it a choice. */
export interface HouseRules {
  readonly issuer: string;
  readonly defaultScopes: readonly string[];
  readonly refreshTokens: boolean;
  /** The origin of the pages that a person sees. */
  readonly pagesOrigin: string;
}

/** Koa middleware that goes in front of oidc-provider. */
export function createFrontDoor(rules: HouseRules) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const isDevicePage = ctx.path === routes.code_verification;
    if (ctx.path === routes.authorization) giveDefaultScope(ctx, rules.defaultScopes);
    if (ctx.path === routes.authorization || (isDevicePage && ctx.method === 'GET')) forgetSession(ctx);
    if (ctx.path === routes.introspection && ctx.get('authorization') === '') refuseIntrospection(ctx);
    else await next();
    if (!isDevicePage) withholdSession(ctx);
    if (ctx.path.startsWith('/.well-known/')) amendMetadata(ctx, rules);
    if (ctx.path === routes.device_authorization) movePages(ctx, rules.pagesOrigin);
    explainRefusal(ctx, rules.issuer);
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

function isSessionCookie(cookie: string): boolean {
  return cookie.startsWith(`${sessionCookie}=`) || cookie.startsWith(`${sessionCookie}.`);
}

/** Every sign-in begins anew, whoever signed in before in the same browser, and may choose another account. */
function forgetSession(ctx: KoaContextWithOIDC): void {
  const kept = (ctx.req.headers.cookie ?? '').split(/;\s*/).filter((cookie) => !isSessionCookie(cookie));
  ctx.req.headers.cookie = kept.join('; ');
}

/** Keeps the session from the browser; the device pages alone need it, from the code to its confirmation. */
function withholdSession(ctx: KoaContextWithOIDC): void {
  const cookies = ctx.res.getHeader('set-cookie');
  if (!Array.isArray(cookies)) return;
  const kept = cookies.filter((cookie) => !isSessionCookie(cookie));
  if (kept.length === 0) ctx.res.removeHeader('set-cookie');
  else ctx.res.setHeader('set-cookie', kept);
}

/** Promises no more than is held. */
function amendMetadata(ctx: KoaContextWithOIDC, { refreshTokens, pagesOrigin }: HouseRules): void {
  const document = ctx.body as Record<string, unknown> | undefined;
  if (typeof document?.['issuer'] !== 'string') return;
  const grantTypes = document['grant_types_supported'] as readonly string[];
  ctx.body = {
    ...document,
    grant_types_supported: grantTypes.filter((one) => refreshTokens || one !== 'refresh_token'),
  };
  movePages(ctx, pagesOrigin);
}

/** Sends a person to where passkeys work: to a name, not to an IP address. */
function movePages(ctx: KoaContextWithOIDC, pagesOrigin: string): void {
  const document = ctx.body as Record<string, unknown>;
  for (const name of ['authorization_endpoint', 'verification_uri', 'verification_uri_complete']) {
    const address = document[name];
    if (typeof address === 'string')
      document[name] = pagesOrigin + address.slice(new URL(address).origin.length);
  }
}

/** RFC 6749 §4.1.2.1: where nobody can be asked, the answer names the page that says why. */
function explainRefusal(ctx: KoaContextWithOIDC, issuer: string): void {
  const location = URL.parse(ctx.response.get('location'));
  const explanation = issuer + noPassphrasePath;
  if (location?.searchParams.get('error_description')?.includes(explanation) !== true) return;
  location.searchParams.set('error_uri', explanation);
  ctx.set('location', location.href);
}
