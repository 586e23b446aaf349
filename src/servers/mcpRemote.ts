/** Entries that start `mcp-remote`: a program that does nothing but lead to a server elsewhere, which can be reached without it. */
import { readRegistration } from '../oauth/wire/client.ts';
import { isMembers, type Members } from './foreignEntry.ts';
import { parsedJson } from './jsonText.ts';
import { wordsOf } from './shellWords.ts';

/** The entry of the server that it leads to; undefined for any other. */
export function bridgedEntry(entry: Members): Members | undefined {
  const { command, args, env, environment } = entry;
  // As Zed once had it.
  if (isMembers(command)) return bridgedEntry({ ...command, command: command['path'] });
  const words = Array.isArray(args) && args.length > 0 ? [command, args].flat() : wordsIn(command);
  return bridged(
    words.filter((word) => typeof word === 'string'),
    isMembers(env) ? env : isMembers(environment) ? environment : {},
  );
}

/** A list of words, or the whole line as one text, as links of Cursor have it. */
function wordsIn(command: unknown): readonly unknown[] {
  return typeof command === 'string' ? (wordsOf(command) ?? []) : [command].flat();
}

export function isBridge(word: string): boolean {
  return /^(?:.*[\\/])?mcp-remote(?:@[^\\/]*)?$/.test(word);
}

/** @param words of a command line. @param env what the entry gives the program. */
export function bridged(words: readonly string[], env: Members = {}): Members | undefined {
  const program = words.findIndex(isBridge);
  if (program < 0) return undefined;
  const args = words.slice(program + 1);
  const url = args.find((word) => /^https?:\/\//i.test(word));
  if (url === undefined) return undefined;
  const valuesOf = (option: string) => args.filter((_, index) => args[index - 1] === option);
  const headers = valuesOf('--header').map((word) => headerOf(word, env));
  const [client] = valuesOf('--static-oauth-client-info').map((json) =>
    readRegistration(parsedJson(json), undefined, undefined),
  );
  return {
    url: filledIn(url, env),
    headers: Object.fromEntries(headers.filter((header) => header !== undefined)),
    ...(client !== undefined && { oauth: { clientId: filledIn(client.client.clientId, env) } }),
  };
}

/** `Name: value` as it stands on a command line. */
export function headerOf(
  word: string,
  env: Members = {},
): readonly [name: string, value: string] | undefined {
  const [, name, value] = /^\s*([^:\s]+)\s*[:=]\s*([^]*)$/.exec(word) ?? [];
  return name === undefined || value === undefined ? undefined : [name, filledIn(value.trim(), env)];
}

/** What the entry gives the program for its variables is put in; the rest comes from the environment. */
function filledIn(text: string, env: Members): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    return typeof value === 'string' ? value : whole;
  });
}
