// What a fault of the authorization server can do to a request and to the answer, and the pieces that faults are
// made of.
import type { KoaContextWithOIDC } from 'oidc-provider';

import { routes } from '../authorization/routes.ts';
import { interactionPath } from '../consent/paths.ts';
import { readBody } from '../http/requestBody.ts';
import { html } from '../pages/markup.ts';
import { sendPage } from '../pages/page.ts';
import type { FaultEntry, FaultSwitches } from './faultSwitches.ts';

const bodyLimitBytes = 64 * 1024;

/** One request at the authorization server. */
export type Exchange = KoaContextWithOIDC;

/** What a fault knows beside the request. */
export interface FaultGround {
  /** What it noted since it was switched on. */
  readonly notes: Map<string, unknown>;
  readonly faults: FaultSwitches;
  readonly issuer: string;
}

/** A fault: which requests it meets, and what it does before the server sees them, in its place, or afterwards. */
export interface AuthorizationFault extends FaultEntry {
  readonly at: (ctx: Exchange) => boolean;
  readonly before?: (ctx: Exchange) => Promise<void> | void;
  /** Answers in the server's place; not if it returns `false`. */
  readonly instead?: (ctx: Exchange, ground: FaultGround) => unknown;
  readonly after?: (ctx: Exchange, ground: FaultGround) => void;
}

export const atMetadata = (ctx: Exchange): boolean => ctx.path.startsWith('/.well-known/');
/** The address that a client asks first (RFC 8414 §3). */
export const atFirstMetadata = (ctx: Exchange): boolean =>
  ctx.path === '/.well-known/oauth-authorization-server';
export const atAuthorization = (ctx: Exchange): boolean => ctx.path === routes.authorization;
export const atRegistration = (ctx: Exchange): boolean =>
  ctx.path === routes.registration && ctx.method === 'POST';
export const atToken = (ctx: Exchange): boolean => ctx.path === routes.token && ctx.method === 'POST';
export const atRevocation = (ctx: Exchange): boolean => ctx.path === routes.revocation;
/** Wherever an answer can be sent back to the client through the browser. */
export const atRedirect = (ctx: Exchange): boolean => /^\/(authorize|interaction)(\/|$)/.test(ctx.path);

/** Answers with a status and JSON, or text where a string is given. */
export function answer(
  ctx: Exchange,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  ctx.status = status;
  ctx.set({ 'cache-control': 'no-store', ...headers });
  if (typeof body === 'string') ctx.type = headers['content-type'] ?? 'text/plain; charset=utf-8';
  ctx.body = typeof body === 'string' ? body : JSON.stringify(body);
  if (typeof body !== 'string') ctx.type = headers['content-type'] ?? 'application/json';
}

/** Answers like a server behind a failing proxy: a page where JSON was wanted. */
export function answerPage(ctx: Exchange, status: number, sentence: string): void {
  sendPage(ctx, { status, title: 'Error', content: html`<p>${sentence}</p>` });
}

/** Ends the connection in the middle of the request. */
export function breakConnection(ctx: Exchange): void {
  ctx.respond = false;
  ctx.req.socket.destroy();
}

/** Never answers, until the other side or the sandbox gives up. */
export function staySilent(ctx: Exchange, { faults }: FaultGround): Promise<void> {
  faults.silences += 1;
  ctx.respond = false;
  return new Promise((resolve) => ctx.res.once('close', resolve));
}

/** Alters the JSON of a successful answer. A member set to `undefined` is left out. */
export function amend(
  ctx: Exchange,
  members: (body: Record<string, unknown>) => Record<string, unknown>,
): void {
  const { body } = ctx;
  if (ctx.status >= 300 || body === null || typeof body !== 'object') return;
  const known = body as Record<string, unknown>;
  ctx.body = { ...known, ...members(known) };
}

/** Where the browser is sent with a code or an error; `undefined` for redirects between pages. */
export function answerOf(ctx: Exchange): URL | undefined {
  const location = URL.parse(ctx.response.get('location'));
  return location?.searchParams.has('code') === true || location?.searchParams.has('error') === true
    ? location
    : undefined;
}

/** Alters where the browser is sent with a code or an error. */
export function amendRedirect(ctx: Exchange, change: (parameters: URLSearchParams) => void): void {
  const location = answerOf(ctx);
  if (!location) return;
  change(location.searchParams);
  ctx.set('location', location.href);
}

/**
 * Sends the browser back with an error where the server would have shown its page: only then were the client and its
 * redirect URI found good. Both are the server's word, not the query's, which a pushed request makes meaningless.
 */
export function refuseInsteadOfAsking(
  ctx: Exchange,
  issuer: string,
  error: string,
  description: string,
): void {
  const { redirect_uri: redirectUri, state, response_mode: mode } = paramsOf(ctx);
  if (!isOnTheWayToPage(ctx, issuer) || typeof redirectUri !== 'string' || (mode ?? 'query') !== 'query')
    return;
  const location = new URL(redirectUri);
  location.searchParams.set('error', error);
  location.searchParams.set('error_description', description);
  if (typeof state === 'string') location.searchParams.set('state', state);
  location.searchParams.set('iss', issuer);
  ctx.set('location', location.href);
}

/** The authorization request as the server understood it, pushed or not. */
export function paramsOf(ctx: Exchange): Readonly<Record<string, unknown>> {
  return (ctx as { oidc?: { params?: Record<string, unknown> } }).oidc?.params ?? {};
}

/** True if the authorization request was found good and a person is about to be asked. */
function isOnTheWayToPage(ctx: Exchange, issuer: string): boolean {
  const mountPath = new URL(issuer).pathname.replace(/\/$/, '');
  const { pathname = '' } = URL.parse(ctx.response.get('location'), issuer) ?? {};
  return pathname.startsWith(mountPath + interactionPath(''));
}

/** The form of a token request; the server behind gets it as well. */
export async function readForm(ctx: Exchange): Promise<Record<string, string>> {
  return (await readOnce(ctx, (text) => Object.fromEntries(new URLSearchParams(text)))) as Record<
    string,
    string
  >;
}

/** The JSON of a registration; the server behind gets it as well, and nothing where it is no object. */
export async function readMetadata(ctx: Exchange): Promise<Record<string, unknown>> {
  return readOnce(ctx, (text) => {
    try {
      return Object(JSON.parse(text)) as Record<string, unknown>;
    } catch {
      return {};
    }
  });
}

/** oidc-provider takes a body that was read before it from this place. */
async function readOnce(
  ctx: Exchange,
  parse: (text: string) => Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const request = ctx.req as { body?: Record<string, unknown> };
  request.body ??= parse((await readBody(ctx.req, bodyLimitBytes)) ?? '');
  return request.body;
}
