/** Reads an entry of a remote server as other clients write it, and says it in the words of our settings. */
import { parseOAuthSettings, personalMembers } from './oauthSettings.ts';
import { isHeaderName, isHeaderValue } from './serverEntry.ts';
import type { OAuthSettings } from './server.ts';
import { isWrittenUrl, variablesIn } from './variables.ts';

export interface ForeignEntry {
  /** As it is written: variables are not filled in. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What of it we have a setting for; false where the client was told not to sign in. */
  readonly oauth: OAuthSettings | false | undefined;
}

export type ReadForeign =
  | { readonly kind: 'entry'; readonly entry: ForeignEntry }
  /** A server that is started by a command, or that listens on a socket: there is nothing to sign in to. */
  | { readonly kind: 'local' }
  | { readonly kind: 'fault'; readonly member: 'url' | 'headers' };

/** How the client writes variables of the environment. */
export type EnvironmentStyle =
  /** `${env:NAME}`, as the editor. */
  | 'editor'
  /** `${NAME}` and `${NAME:-text}`, or `{env:NAME}`. */
  | 'shell';

export type Members = Readonly<Record<string, unknown>>;

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where clients write the address. */
const urlMembers = ['url', 'serverUrl', 'httpUrl', 'uri'];

/** Where an entry has its address, under whatever name. */
export function urlMemberOf(entry: Members): string | undefined {
  return urlMembers.find((name) => Object.hasOwn(entry, name));
}

/** Whether an object is the entry of a server, of whichever kind. */
export function isEntry(value: unknown): value is Members {
  return (
    isMembers(value) &&
    (urlMembers.some((name) => typeof value[name] === 'string') ||
      typeof value['command'] === 'string' ||
      Array.isArray(value['command']) ||
      // As Zed once had it.
      (isMembers(value['command']) && typeof value['command']['path'] === 'string'))
  );
}

export function readForeign(entry: Members, style: EnvironmentStyle): ReadForeign {
  const member = urlMemberOf(entry);
  if (member === undefined && (Object.hasOwn(entry, 'command') || entry['type'] === 'stdio'))
    return { kind: 'local' };
  const written = member === undefined ? undefined : entry[member];
  if (typeof written !== 'string') return { kind: 'fault', member: 'url' };
  if (/^(?:unix|pipe):/i.test(written)) return { kind: 'local' };
  const url = inOurWords(written, style);
  if (!isWrittenUrl(url)) return { kind: 'fault', member: 'url' };
  const headers = readHeaders(entry['headers'] ?? entry['http_headers'] ?? {}, style);
  if (headers === undefined) return { kind: 'fault', member: 'headers' };
  const oauth = readForeignOAuth(entry['oauth'] ?? cursorOAuth(entry['auth']));
  return { kind: 'entry', entry: { url, headers, oauth } };
}

/** Headers that may be sent once their variables are filled in; undefined where one may not. */
export function readHeaders(
  value: unknown,
  style: EnvironmentStyle,
): Readonly<Record<string, string>> | undefined {
  if (!isMembers(value)) return undefined;
  const headers: [string, string][] = [];
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string' || !isHeaderName(name)) return undefined;
    const ours = inOurWords(text, style);
    if (variablesIn(ours).length === 0 && !isHeaderValue(ours)) return undefined;
    headers.push([name, ours]);
  }
  return Object.fromEntries(headers);
}

/** A client of the person's own, as Cursor has it. */
function cursorOAuth(auth: unknown): Members | undefined {
  return isMembers(auth) ? { clientId: auth['CLIENT_ID'], scopes: auth['scopes'] } : undefined;
}

/** What other clients know under `oauth`; what we have no setting for, or what is not usable, is left out. */
function readForeignOAuth(value: unknown): OAuthSettings | false | undefined {
  if (value === false) return false;
  if (!isMembers(value)) return undefined;
  const scopes = value['scopes'] ?? value['scope'];
  const members = {
    ...value,
    scopes: typeof scopes === 'string' ? scopes.split(' ').filter((scope) => scope !== '') : scopes,
    redirectPort: value['redirectPort'] ?? value['callbackPort'],
  };
  const settings: OAuthSettings = {};
  for (const [name, member] of Object.entries(members)) {
    // Files of this machine are named by the person, not by what somebody shares.
    if (personalMembers.some((personal) => personal === name)) continue;
    // Variables count in the address and in headers alone: this would be sent as it stands.
    if (holdsVariable(member)) continue;
    const parsed = parseOAuthSettings(Object.fromEntries([[name, member]])).settings;
    if (member !== undefined && parsed !== undefined) Object.assign(settings, parsed);
  }
  return Object.keys(settings).length === 0 ? undefined : settings;
}

/** Whether a client would put something else in the place of a text, however it writes its variables. */
function holdsVariable(value: unknown): boolean {
  if (typeof value === 'string') return /\$\{|\{(?:env|file):|^\$(?:env:)?\w+$/i.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsVariable);
}

/** Names that mean something else to the editor than a variable of the environment. */
function inOurWords(text: string, style: EnvironmentStyle): string {
  if (style === 'editor') return text;
  return text
    .replaceAll(/\$\{([A-Za-z_]\w*)(:-[^{}]*)?\}/g, (whole, name: string, instead = '') =>
      variablesIn(whole).length > 0 ? whole : `\${env:${name}${String(instead)}}`,
    )
    .replaceAll(/(?<!\$)\{env:(\w+)\}/g, '${env:$1}');
}
