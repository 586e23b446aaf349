/** Command lines with which other clients add a server, such as `claude mcp add --transport http notes https://…`. */
import type { Members } from './foreignEntry.ts';
import { parsedJson } from './jsonText.ts';
import { bridged, headerOf } from './mcpRemote.ts';

/** Options that are followed by a value, by what they mean to us. */
const options: Readonly<Record<string, 'header' | 'url' | 'bearer' | 'clientId' | 'port' | 'skip'>> = {
  '--header': 'header',
  '-H': 'header',
  '--url': 'url',
  '--bearer-token-env-var': 'bearer',
  '--client-id': 'clientId',
  '--callback-port': 'port',
  '--transport': 'skip',
  '-t': 'skip',
  '--type': 'skip',
  '--scope': 'skip',
  '-s': 'skip',
  '--env': 'skip',
  '-e': 'skip',
  '--timeout': 'skip',
  '--description': 'skip',
};

/** A configuration that says the same; `local` for a command that is started here, undefined for any other text. */
export function readCommandLine(text: string): unknown {
  const words = wordsOf(text);
  if (words === undefined) return undefined;
  const remote = bridged(words);
  const added = words.findIndex(
    (word, index) => word === 'mcp' && /^add(?:-json)?$/.test(words[index + 1] ?? ''),
  );
  if (added >= 0 && words[added + 1] === 'add-json') return jsonEntry(words.slice(added + 2));
  if (added >= 0) return addedEntry(words.slice(added + 2), remote);
  const flag = words.findIndex((word) => word === '--add-mcp' || word.startsWith('--add-mcp='));
  if (flag >= 0)
    return parsedJson((words[flag] ?? '').replace(/^--add-mcp=?/, '') || (words[flag + 1] ?? ''));
  return (
    remote ?? (/^(?:npx|bunx|pnpm|uvx|node|python3?|docker)$/.test(words[0] ?? '') ? 'local' : undefined)
  );
}

function jsonEntry(words: readonly string[]): unknown {
  const [name, json] = positionals(words).free;
  const value = parsedJson(json ?? '');
  return name === undefined || value === undefined ? undefined : Object.fromEntries([[name, value]]);
}

/** @param remote what a command among the words leads to. */
function addedEntry(words: readonly string[], remote: Members | undefined): unknown {
  const { free, values } = positionals(words);
  const [name] = free;
  if (remote !== undefined) return { ...remote, name };
  const url = values.find(([meaning]) => meaning === 'url')?.[1] ?? free.find(isAddress);
  if (url === undefined) return name === undefined ? undefined : 'local';
  const headers = values.flatMap(([meaning, value]): (readonly [string, string])[] => {
    if (meaning === 'bearer') return [['Authorization', `Bearer \${env:${value}}`]];
    const header = meaning === 'header' ? headerOf(value) : undefined;
    return header === undefined ? [] : [header];
  });
  const clientId = values.find(([meaning]) => meaning === 'clientId')?.[1];
  const port = values.find(([meaning]) => meaning === 'port')?.[1];
  const oauth = {
    ...(clientId !== undefined && { clientId }),
    ...(port !== undefined && { redirectPort: Number(port) }),
  };
  return {
    ...(name !== undefined && !isAddress(name) && { name }),
    url,
    headers: Object.fromEntries(headers),
    oauth,
  };
}

function isAddress(word: string): boolean {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(word);
}

interface Positionals {
  readonly free: readonly string[];
  readonly values: readonly (readonly [meaning: string, value: string])[];
}

/** Words that stand by themselves, and values of options, `--option value` and `--option=value`. */
function positionals(words: readonly string[]): Positionals {
  const free: string[] = [];
  const values: [string, string][] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [, long, attached] = /^(--[\w-]+)=([^]*)$/.exec(word) ?? [];
    const option = long ?? word;
    const meaning = Object.hasOwn(options, option) ? options[option] : undefined;
    if (!word.startsWith('-')) free.push(word);
    else if (meaning !== undefined) {
      if (attached === undefined) index += 1;
      values.push([meaning, attached ?? words[index] ?? '']);
    }
  }
  return { free, values };
}

/** As a shell takes a line apart: quotes, and backslashes at the end of lines; undefined for a quote that stays open. */
function wordsOf(text: string): readonly string[] | undefined {
  const line = text.replaceAll(/[\\^`]\r?\n/g, ' ');
  const words: string[] = [];
  const word = /\s*((?:'[^']*'|"(?:\\[^]|[^"\\])*"|\\[^\s]|[^\s'"\\])+)\s*/y;
  while (word.lastIndex < line.length) {
    const at = word.lastIndex;
    const found = word.exec(line)?.[1];
    if (found === undefined) return line.slice(at).trim() === '' ? words : undefined;
    words.push(found.replaceAll(/'([^']*)'|"((?:\\[^]|[^"\\])*)"|\\([^])/g, unquoted));
  }
  return words;
}

function unquoted(_: string, single?: string, double?: string, escaped?: string): string {
  return single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? '';
}
