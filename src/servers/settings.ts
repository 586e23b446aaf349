/**
 * Reads the setting `mcpOAuth.servers`: hostile text in, servers and named problems out. One bad entry never costs
 * the good ones.
 */
import * as z from 'zod/mini';
import { parseUrl, policyFor, requireSecureUrl } from '../oauth/secureUrl.ts';
import type { Server } from './server.ts';

/** An entry that cannot be used, and which member of it is wrong. */
export interface SettingsProblem {
  readonly name: string;
  readonly member: string;
}

export interface ParsedServers {
  readonly servers: readonly Server[];
  readonly problems: readonly SettingsProblem[];
}

const isUsableUrl = (text: string): boolean => {
  const url = parseUrl(text);
  if (url === undefined || url.hash !== '') return false;
  try {
    requireSecureUrl(text, policyFor(text));
    return true;
  } catch {
    return false;
  }
};

/** RFC 9110 §5.1 and §5.5: what may stand in a header without breaking out of it. */
const HeaderName = z.string().check(z.regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/));
const HeaderValue = z.string().check(z.regex(/^[\t\x20-\x7e\x80-\xff]*$/));

const Entry = z.looseObject({
  url: z.string().check(z.refine(isUsableUrl)),
  headers: z.optional(z.record(HeaderName, HeaderValue)),
  oauth: z.optional(
    z.union([
      z.literal(false),
      z.looseObject({
        clientId: z.optional(z.string().check(z.minLength(1))),
        scopes: z.optional(z.array(z.string().check(z.regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)))),
      }),
    ]),
  ),
});

export function parseServers(setting: unknown): ParsedServers {
  const servers: Server[] = [];
  const problems: SettingsProblem[] = [];
  if (typeof setting !== 'object' || setting === null) return { servers, problems };
  for (const [name, value] of Object.entries(setting)) {
    const entry = Entry.safeParse(value);
    if (!isServerName(name)) problems.push({ name, member: 'name' });
    else if (!entry.success)
      problems.push({ name, member: String(entry.error.issues[0]?.path[0] ?? 'entry') });
    else servers.push(toServer(name, entry.data));
  }
  return { servers, problems };
}

function toServer(name: string, { url, headers = {}, oauth = {} }: z.infer<typeof Entry>): Server {
  if (oauth === false) return { name, url, headers, oauth };
  const { clientId, scopes } = oauth;
  return {
    name,
    url,
    headers,
    oauth: { ...(clientId !== undefined && { clientId }), ...(scopes && { scopes }) },
  };
}

/**
 * Names are shown everywhere and become part of ids: one line, not blank, at most 100 characters, and nothing that the
 * editor would make a link of.
 */
export function isServerName(name: string): boolean {
  return name.length <= 100 && name.trim() !== '' && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\]\(/u.test(name);
}

/** Whether text can be the address of a server: https or loopback http, without a fragment or credentials. */
export function isServerUrl(text: string): boolean {
  return isUsableUrl(text);
}
