/** Command lines with which other clients add a server, such as `claude mcp add --transport http notes https://…`. */
import type { Members } from './foreignEntry.ts';
import { parsedJson } from './jsonText.ts';
import { bridged, headerOf, isBridge } from './mcpRemote.ts';
import { wordsOf } from './shellWords.ts';

type Meaning = 'header' | 'url' | 'bearer' | 'clientId' | 'port' | 'name' | 'skip';

/** Options that are followed by a value, by what they mean to us. */
const options: Readonly<Record<string, Meaning>> = {
  '--header': 'header',
  '-H': 'header',
  '--url': 'url',
  '--bearer-token-env-var': 'bearer',
  '--client-id': 'clientId',
  '--oauth-client-id': 'clientId',
  '--callback-port': 'port',
  '--name': 'name',
  '-n': 'name',
  '--transport': 'skip',
  '-t': 'skip',
  '--type': 'skip',
  '--scope': 'skip',
  '-s': 'skip',
  '--env': 'skip',
  '-e': 'skip',
  '--timeout': 'skip',
  '--description': 'skip',
  '--include-tools': 'skip',
  '--exclude-tools': 'skip',
  '--oauth-resource': 'skip',
  '--agent': 'skip',
  '-a': 'skip',
  '--client': 'skip',
  '--clients': 'skip',
};

/** A server that is started here. */
const local: Members = { command: '' };

/**
 * For each command a configuration that says the same, undefined for one that cannot be read; none for any other text.
 */
export function readCommandLines(text: string): readonly unknown[] {
  const words = wordsOf(text) ?? [];
  const commands = commandsIn(words);
  if (commands.length > 0) return commands.map(readCommand);
  return /^(?:npx|bunx|pnpm|uvx|node|python3?|docker)$/.test(words[0] ?? '') ? [local] : [];
}

/** By what makes them a command that adds a server, where their words begin. */
type CommandKind = 'add' | 'add-json' | '--add-mcp' | 'add-mcp' | 'mcp-remote';

interface Command {
  readonly kind: CommandKind;
  readonly words: string[];
}

/** What starts a program, and belongs to the command that follows. */
const runner = /^(?:npx|bunx|npm|pnpm|yarn|dlx|exec|-y|--yes|code(?:-insiders)?)$/;

/** Each with its words, up to those of the next one. */
function commandsIn(words: readonly string[]): readonly Command[] {
  const commands: Command[] = [];
  for (const [index, word] of words.entries()) {
    const before = commands.at(-1);
    const kind = kindOf(word, words[index + 1]);
    if (kind !== undefined && (kind !== 'mcp-remote' || before?.kind !== 'add' || hasAddress(before))) {
      const left = before?.words ?? [];
      // `claude`, and whatever else has the command `mcp`.
      if (word === 'mcp' && !isAddress(left.at(-1) ?? '')) left.pop();
      while (runner.test(left.at(-1) ?? '')) left.pop();
      commands.push({ kind, words: [] });
    }
    commands.at(-1)?.words.push(word);
  }
  return commands;
}

function kindOf(word: string, next: string | undefined): CommandKind | undefined {
  if (word === 'mcp') return next === 'add' || next === 'add-json' ? next : undefined;
  if (/^--add-mcp(?:=|$)/.test(word)) return '--add-mcp';
  if (/^(?:add-mcp|install-mcp|mcp-add)(?:@|$)/.test(word)) return 'add-mcp';
  return isBridge(word) ? 'mcp-remote' : undefined;
}

function hasAddress({ words }: Command): boolean {
  return words.some(isAddress);
}

function readCommand({ kind, words }: Command): unknown {
  switch (kind) {
    case 'add':
    case 'add-mcp':
      return addedEntry(kind, words.slice(kind === 'add' ? 2 : 1));
    case 'add-json':
      return jsonEntry(words.slice(2));
    case '--add-mcp':
      return jsonOf((words[0] ?? '').replace(/^--add-mcp=?/, '') || (words[1] ?? ''));
    case 'mcp-remote':
      return bridged(words) ?? local;
  }
}

/** PowerShell hands quotes on to a program only with a backslash before them. */
function jsonOf(word: string): unknown {
  return parsedJson(word) ?? parsedJson(word.replaceAll('\\"', '"'));
}

function jsonEntry(words: readonly string[]): unknown {
  const [name, json] = positionals(words).free;
  const value = jsonOf(json?.word ?? '');
  if (name === undefined || value === undefined) return undefined;
  return { servers: Object.fromEntries([[name.word, value]]) };
}

function addedEntry(kind: 'add' | 'add-mcp', words: readonly string[]): unknown {
  const { free, values, command } = positionals(words);
  const valueOf = (meaning: Meaning) => values.find(([one]) => one === meaning)?.[1];
  const name = valueOf('name') ?? (kind === 'add' ? nameAmong(free) : undefined);
  const remote = kind === 'add' ? bridged(words) : undefined;
  if (remote !== undefined) return { ...remote, name };
  const url = valueOf('url') ?? free.find(({ word }) => isAddress(word))?.word;
  if (url === undefined) return command || free.length > (kind === 'add' ? 1 : 0) ? local : undefined;
  const headers = values.flatMap(([meaning, value]): (readonly [string, string])[] => {
    if (meaning === 'bearer') return [['Authorization', `Bearer \${env:${value}}`]];
    const header = meaning === 'header' ? headerOf(value) : undefined;
    return header === undefined ? [] : [header];
  });
  const clientId = valueOf('clientId');
  const port = valueOf('port');
  const oauth = {
    ...(clientId !== undefined && { clientId }),
    ...(port !== undefined && { redirectPort: Number(port) }),
  };
  return { name, url, headers: Object.fromEntries(headers), oauth };
}

/** The word before the address, else the first one; the value of an option that is not known is no name. */
function nameAmong(free: readonly FreeWord[]): string | undefined {
  const place = free.findIndex(({ word }) => isAddress(word));
  const before = place < 0 ? free : free.slice(0, place);
  const sure = before.filter(({ mayBeValue }) => !mayBeValue);
  // After an option without a value, where nothing else can be the name.
  const only = before.length === 1 ? before[0] : undefined;
  return (sure.at(place < 0 ? 0 : -1) ?? only)?.word;
}

function isAddress(word: string): boolean {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(word);
}

interface FreeWord {
  readonly word: string;
  /** It follows an option that is not known, which may have a value or not. */
  readonly mayBeValue: boolean;
}

interface Positionals {
  readonly free: readonly FreeWord[];
  readonly values: readonly (readonly [meaning: Meaning, value: string])[];
  /** Whether the words of another command follow. */
  readonly command: boolean;
}

/** Words that stand by themselves, and values of options, `--option value` and `--option=value`. */
function positionals(words: readonly string[]): Positionals {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  const free: FreeWord[] = [];
  const values: [Meaning, string][] = [];
  let mayBeValue = false;
  for (let index = 0; index < own.length; index += 1) {
    const word = own[index] ?? '';
    const [, long, attached] = /^(--[\w-]+)=([^]*)$/.exec(word) ?? [];
    const option = long ?? word;
    const meaning = Object.hasOwn(options, option) ? options[option] : undefined;
    if (!word.startsWith('-')) free.push({ word, mayBeValue });
    else if (meaning !== undefined) {
      if (attached === undefined) index += 1;
      values.push([meaning, attached ?? own[index] ?? '']);
    }
    mayBeValue = word.startsWith('-') && meaning === undefined && attached === undefined;
  }
  return { free, values, command: end >= 0 };
}
