/** What a person may say about signing in to one server: the members of `oauth`, each checked by itself. */
import * as z from 'zod/mini';
import { reachOfHost } from '../oauth/reach.ts';
import { isSecureUrl, parseUrl } from '../oauth/secureUrl.ts';
import { reservedParameters } from '../oauth/wire/authorization.ts';
import {
  grantKinds,
  redirectKinds,
  tokenEndpointAuthMethods,
  type OAuthSetting,
  type OAuthSettings,
} from './server.ts';

/** Whether text can be the address of a server: https or loopback http, without a fragment or credentials. */
export function isServerUrl(text: string): boolean {
  if (text.includes('#')) return false;
  const url = parseUrl(text);
  return isSecureUrl(url) && reachOfHost(url.hostname) !== undefined;
}

/**
 * Whether text can be the address of a client metadata document: https, with a path, without `.` or `..` in it, a
 * fragment or credentials (checklist 4.5).
 */
export function isClientDocumentUrl(text: string): boolean {
  return isHttpsUrl(text) && new URL(text).pathname !== '/' && !/\/(?:\.|%2e){1,2}(?=[/?]|$)/i.test(text);
}

/** Whether each member of `oauth` is what it has to be; a shape of its own for each, and none for a member too many. */
export const oauthMembers = (): OAuthMembers => (made ??= makeMembers());

type OAuthMembers = ReturnType<typeof makeMembers>;

let made: OAuthMembers | undefined;

const makeMembers = () =>
  ({
    // RFC 6749 appendix A.1.
    clientId: z.string().check(z.regex(/^[\x20-\x7e]+$/)),
    tokenEndpointAuthMethod: z.enum(tokenEndpointAuthMethods),
    // RFC 6749 appendix A.4.
    scopes: z.array(z.string().check(z.regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/))),
    resource: z.union([z.literal(false), z.string().check(z.refine(isResourceIdentifier))]),
    // RFC 6749 appendix A gives the characters of a name.
    authorizationParameters: z.record(z.string().check(z.refine(isFreeParameter)), z.string()),
    issuer: z.string().check(z.refine(isIssuer)),
    requirePkceMetadata: z.boolean(),
    knownHabits: z.boolean(),
    legacyEndpoints: z.boolean(),
    dpop: z.boolean(),
    grant: z.enum(grantKinds),
    identityProvider: z.object({
      issuer: z.string().check(z.refine(isIssuer)),
      clientId: z.string().check(z.regex(/^[\x20-\x7e]+$/)),
    }),
    assertionFile: z.string().check(z.regex(/^(?:\/|[a-z]:[\\/]|\\\\[^\\])[^\0]*$/i)),
    redirect: z.enum(redirectKinds),
    redirectPort: z.int().check(z.gte(1), z.lte(65_535)),
    redirectHost: z.enum(['127.0.0.1', 'localhost']),
    relayUrl: z.string().check(z.refine(isHttpsUrl)),
  }) satisfies { readonly [Setting in OAuthSetting]: z.ZodMiniType<NonNullable<OAuthSettings[Setting]>> };

/** Members that read files of this machine: a workspace, which may be somebody else's, does not name them. */
export const personalMembers: readonly OAuthSetting[] = ['assertionFile'];

/** The settings, or the member that is wrong: one of `oauth`, or undefined for the whole. */
export type ParsedOAuth =
  | { readonly settings: OAuthSettings }
  | { readonly settings: undefined; readonly wrong: OAuthSetting | undefined };

/** Members that are not known are left out: a later version may know them. */
export function parseOAuthSettings(value: unknown): ParsedOAuth {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { settings: undefined, wrong: undefined };
  const settings: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (!isOAuthSetting(name)) continue;
    const parsed = oauthMembers()[name].safeParse(member);
    if (!parsed.success) return { settings: undefined, wrong: name };
    settings.push([name, parsed.data]);
  }
  return { settings: Object.fromEntries(settings) };
}

function isOAuthSetting(name: string): name is OAuthSetting {
  return Object.hasOwn(oauthMembers(), name);
}

/** RFC 8707 §2: an absolute URI, of any scheme, without a fragment; kept as it stands (checklist 7.5). */
function isResourceIdentifier(text: string): boolean {
  return isUriText(text) && !text.includes('#');
}

/** RFC 8414 §2: an issuer has neither query nor fragment. */
function isIssuer(text: string): boolean {
  return isUriText(text) && isServerUrl(text) && !text.includes('?');
}

function isHttpsUrl(text: string): boolean {
  return isUriText(text) && isServerUrl(text) && text.startsWith('https://');
}

function isFreeParameter(name: string): boolean {
  return /^[\w.-]+$/.test(name) && !reservedParameters.has(name);
}

/** What is sent as it stands: `URL` forgives spaces and line breaks. */
function isUriText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text) && parseUrl(text) !== undefined;
}
