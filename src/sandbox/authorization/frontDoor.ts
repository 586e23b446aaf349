// What the authorization server does around oidc-provider's own endpoints where that leaves a choice to the server:
// who may introspect, what is remembered, what the metadata promise, and where a refusal explains itself.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { errors } from 'oidc-provider';

import { noPassphrasePath } from '../consent/paths.ts';
import { buildErrorPage, sendPage } from '../pages/page.ts';
import { routes, sessionCookie } from './routes.ts';

/** How the server behaves where the specifications leave it a choice. */
export interface HouseRules {
  readonly issuer: string;
  readonly refreshTokens: boolean;
  /** The origin of the pages that a person sees. */
  readonly pagesOrigin: string;
}

/** Koa middleware that goes in front of oidc-provider. */
export function createFrontDoor(provider: Provider, rules: HouseRules) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    if (!isWrittenAsPublished(ctx.path)) {
      notFound(ctx);
      return;
    }
    const isDevicePage = ctx.path === routes.code_verification;
    const isOnDevice = isDevicePage || ctx.path.startsWith(`${routes.code_verification}/`);
    const isDeviceStart = isDevicePage && ctx.method !== 'POST';
    if (!isOnDevice || isDeviceStart) {
      forgetSession(ctx);
    } else if (!(await isKnown(ctx, provider))) {
      sendPage(ctx, tooLate);
      return;
    }
    if (ctx.path === routes.introspection && ctx.get('authorization') === '') refuseIntrospection(ctx);
    else await endInPage(ctx, next);
    if (!isDevicePage) withholdSession(ctx);
    if (ctx.path.startsWith('/.well-known/')) amendMetadata(ctx, rules);
    if (ctx.path === routes.device_authorization) movePages(ctx, rules.pagesOrigin);
    guardPage(ctx);
    explainRefusal(ctx, rules.issuer);
  };
}

/** Where the browser has lost the thread, a person gets a page: oidc-provider throws past its own on some of the paths. */
async function endInPage(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  try {
    await next();
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    sendPage(ctx, tooLate);
  }
}

/** True if the session that the browser names is one of this server's: a cookie may be older than its data. */
async function isKnown(ctx: KoaContextWithOIDC, provider: Provider): Promise<boolean> {
  const session = (await provider.Session.get(ctx)) as { new?: boolean };
  return session.new !== true;
}

const tooLate = buildErrorPage(
  400,
  'It is over, took too long, or began in another browser.',
  'invalid_request',
);

/** oidc-provider would take `/AUTHORIZE/` as well, past everything here that goes by the path. */
function isWrittenAsPublished(path: string): boolean {
  const [, first = ''] = path.split('/');
  const named = first === '.well-known' ? path : first;
  return named === named.toLowerCase() && (path === '/' || !path.endsWith('/'));
}

function notFound(ctx: KoaContextWithOIDC): void {
  ctx.status = 404;
  ctx.body = { error: 'not_found' };
}

/** oidc-provider's own pages, which pass a form on by script, are framed by nobody either. */
function guardPage(ctx: KoaContextWithOIDC): void {
  if (ctx.type !== 'text/html' || ctx.res.hasHeader('content-security-policy')) return;
  ctx.set({
    'content-security-policy': "base-uri 'none'; frame-ancestors 'none'",
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
}

/** RFC 7662 §2.1: without a credential there is no answer, not even "inactive". */
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
  const document = ctx.body as Record<string, unknown> | undefined;
  if (document === undefined || typeof document !== 'object') return;
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
