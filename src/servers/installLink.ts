/** Links with which pages offer to install a server, for one client or another. */
import { isMembers } from './foreignEntry.ts';
import { parsedJson } from './jsonText.ts';

/** `vscode:mcp/install`, `kiro://kiro.mcp/add`, `lmstudio://add_mcp`, and the pages that open them. */
const install =
  /^(?:(?:vscode(?:-insiders)?|cursor|kiro|lmstudio):|https:\/\/(?:(?:www\.)?cursor\.com|(?:insiders\.)?vscode\.dev|kiro\.dev|lmstudio\.ai|vs-open\.link)\/)(?:\S*[/.])?(?:mcp[/-](?:install|add)|install-mcp|add_mcp)\/?$/i;
const redirect = /^https:\/\/(?:insiders\.)?vscode\.dev\/redirect\/?$/i;
const goose = /^goose:\/\/extension\/?$/i;

/**
 * The entry, or entries, that a link carries; undefined for a text that is no such link. One that cannot be read carries
 * nothing: the page that it opens is no server.
 */
export function installLink(text: string): unknown {
  const [address, query] = partsOf(text);
  if (!redirect.test(address)) return carriedBy(address, query);
  return carriedBy(...partsOf(new URLSearchParams(query).get('url') ?? '')) ?? {};
}

function partsOf(link: string): readonly [address: string, query: string] {
  const [, address = '', query = ''] = /^([^\s?]*)(?:\?([^]*))?$/.exec(link) ?? [];
  return [address, query];
}

function carriedBy(address: string, query: string): unknown {
  const parameters = new URLSearchParams(query);
  const name = parameters.get('name') ?? undefined;
  if (goose.test(address)) {
    const url = parameters.get('url');
    return url === null
      ? { name, command: parameters.get('cmd') ?? '', args: parameters.getAll('arg') }
      : { name, url };
  }
  if (!install.test(address)) return undefined;
  const whole = parsedJson(decoded(query));
  if (isMembers(whole)) return whole;
  const config = parameters.get('config') ?? '';
  const value = parsedJson(config) ?? parsedJson(decoded(fromBase64(config)));
  if (!isMembers(value)) return {};
  const inputs = parsedJson(parameters.get('inputs') ?? '');
  return { ...value, ...(name !== undefined && { name }), ...(inputs !== undefined && { inputs }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Of either alphabet; a plus has become a blank where it stood in the query as it is. */
function fromBase64(text: string): string {
  try {
    const bytes = atob(text.replaceAll(/[ -]/g, '+').replaceAll('_', '/'));
    return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch {
    return '';
  }
}
