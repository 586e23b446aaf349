/**
 * Reads the setting `mcpOAuth.servers`: hostile text in, servers and named problems out. One bad entry never costs
 * the good ones.
 */
import * as z from 'zod/mini';
import { isServerUrl, parseOAuthSettings, personalMembers } from './oauthSettings.ts';
import type { Server } from './server.ts';

/** An entry that cannot be used, and which member of it is wrong: `url`, `headers`, `oauth.resource`. */
export interface SettingsProblem {
  readonly name: string;
  readonly member: string;
}

export interface ParsedServers {
  readonly servers: readonly Server[];
  readonly problems: readonly SettingsProblem[];
}

/** RFC 9110 §5.1 and §5.5: what may stand in a header without breaking out of it. */
const HeaderName = z.string().check(z.regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/));
const HeaderValue = z.string().check(z.regex(/^[\t\x20-\x7e\x80-\xff]*$/));

const Entry = z.looseObject({
  url: z.string().check(z.refine(isServerUrl)),
  headers: z.optional(z.record(HeaderName, HeaderValue)),
  oauth: z.optional(z.unknown()),
});

/**
 * @param setting entries of the person's own settings, by name.
 * @param fromWorkspace entries of a workspace: each replaces the person's of that name whole, since one that was merged
 * could lead the person's headers to another address.
 */
export function parseServers(setting: unknown, fromWorkspace?: unknown): ParsedServers {
  const servers: Server[] = [];
  const problems: SettingsProblem[] = [];
  const shared = entriesOf(fromWorkspace);
  const own = entriesOf(setting).filter(([name]) => !shared.some(([replaced]) => replaced === name));
  const take = (name: string, parsed: Server | string) => {
    if (typeof parsed === 'string') problems.push({ name, member: parsed });
    else servers.push(parsed);
  };
  for (const [name, value] of own) take(name, parseServer(name, value));
  for (const [name, value] of shared) take(name, personalMember(value) ?? parseServer(name, value));
  return { servers, problems };
}

function entriesOf(setting: unknown): [string, unknown][] {
  return typeof setting === 'object' && setting !== null ? Object.entries(setting) : [];
}

/** The server, or the member that is wrong. */
function parseServer(name: string, value: unknown): Server | string {
  if (!isServerName(name)) return 'name';
  const entry = Entry.safeParse(value);
  if (!entry.success) return String(entry.error.issues[0]?.path[0] ?? 'entry');
  const { url, headers = {}, oauth = {} } = entry.data;
  if (oauth === false) return { name, url, headers, oauth };
  const parsed = parseOAuthSettings(oauth);
  if (parsed.settings !== undefined) return { name, url, headers, oauth: parsed.settings };
  return parsed.wrong === undefined ? 'oauth' : `oauth.${parsed.wrong}`;
}

/** The member that an entry of a workspace must not have. */
function personalMember(value: unknown): string | undefined {
  const oauth: unknown = (value as { readonly oauth?: unknown } | null | undefined)?.oauth;
  if (typeof oauth !== 'object' || oauth === null) return undefined;
  const member = personalMembers.find((name) => Object.hasOwn(oauth, name));
  return member && `oauth.${member}`;
}

/**
 * Names are shown everywhere and become part of ids: one line, not blank, at most 100 characters, and nothing that the
 * editor would make a link of.
 */
export function isServerName(name: string): boolean {
  return name.length <= 100 && name.trim() !== '' && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\]\(/u.test(name);
}
