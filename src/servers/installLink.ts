/** Links with which pages offer to install a server: `vscode:mcp/install?…`, the pages before it, those of Cursor. */
import { isMembers } from './foreignEntry.ts';
import { parsedJson } from './jsonText.ts';

/** The entry, or entries, that a link carries; undefined for a text that is no such link. */
export function installLink(text: string): unknown {
  const direct = /^vscode(?:-insiders)?:(?:\/\/)?mcp\/install\?([^]+)$/i.exec(text)?.[1];
  if (direct !== undefined) return parsedJson(decoded(direct));
  if (
    !/^(?:https:\/\/(?:insiders\.)?vscode\.dev\/redirect|https:\/\/cursor\.com\/|cursor:\/\/)\S*$/i.test(text)
  )
    return undefined;
  const query = new URLSearchParams(text.slice(text.indexOf('?') + 1));
  const inner = query.get('url');
  if (inner !== null) return installLink(inner);
  const config = query.get('config');
  if (config === null) return undefined;
  const value = parsedJson(config) ?? parsedJson(fromBase64(config));
  const name = query.get('name') ?? undefined;
  const inputs = parsedJson(query.get('inputs') ?? '');
  if (!isMembers(value)) return undefined;
  return { ...value, ...(name !== undefined && { name }), ...(inputs !== undefined && { inputs }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function fromBase64(text: string): string {
  try {
    return atob(text.replaceAll(' ', '+'));
  } catch {
    return '';
  }
}
