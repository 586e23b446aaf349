/** Entries that start `mcp-remote`: a program that does nothing but lead to a server elsewhere, which can be reached without it. */
import { isMembers, type Members } from './foreignEntry.ts';

/** The entry of the server that it leads to; undefined for any other. */
export function bridgedEntry(entry: Members): Members | undefined {
  const { command, args, env, environment } = entry;
  const words = [command, args].flat().filter((word) => typeof word === 'string');
  return bridged(words, isMembers(env) ? env : isMembers(environment) ? environment : {});
}

/** @param words of a command line. @param env what the entry gives the program. */
export function bridged(words: readonly string[], env: Members = {}): Members | undefined {
  const program = words.findIndex((word) => /^(?:.*[\\/])?mcp-remote(?:@[^\\/]*)?$/.test(word));
  if (program < 0) return undefined;
  const args = words.slice(program + 1);
  const url = args.find((word) => /^https?:\/\//i.test(word));
  if (url === undefined) return undefined;
  const headers = args.flatMap((word, index) =>
    args[index - 1] === '--header' ? [headerOf(word, env)] : [],
  );
  return {
    url: filledIn(url, env),
    headers: Object.fromEntries(headers.filter((header) => header !== undefined)),
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
