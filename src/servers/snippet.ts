/** What a person pasted to add servers: an address, a piece of a configuration of any client, a command line, a link. */
import { readCodexSnippet } from './codexSnippet.ts';
import { readCommandLines } from './commandSnippet.ts';
import { isEntry, isMembers, readForeign, type ForeignEntry, type Members } from './foreignEntry.ts';
import { parseInputs, type InputDefinition } from './inputs.ts';
import { installLink } from './installLink.ts';
import { readJson, valueOf } from './jsonText.ts';
import { bridgedEntry } from './mcpRemote.ts';
import { isServerUrl } from './oauthSettings.ts';
import { registryEntry } from './registryEntry.ts';
import { definitionsOf, isServerName } from './serverEntry.ts';
import { variablesIn } from './variables.ts';

export interface PastedEntry extends ForeignEntry {
  /** Undefined where the text has none that can be used. */
  readonly name: string | undefined;
}

export type SnippetRefusal =
  | 'empty'
  | 'too_large'
  /** Neither an address nor anything else that we know. */
  | 'unreadable'
  /** Servers that a command starts on this computer: there is nothing to sign in to. */
  | 'local'
  /** An address that cannot be one of a server. */
  | 'url'
  | 'headers';

export type ReadSnippet =
  | {
      /** At least one; those that cannot be used are left out. */
      readonly entries: readonly PastedEntry[];
      /** Definitions of inputs that came along and that the entries use. */
      readonly inputs: readonly InputDefinition[];
      readonly refusal?: undefined;
    }
  | { readonly entries?: undefined; readonly refusal: SnippetRefusal };

const longest = 100_000;

export function readSnippet(pasted: string): ReadSnippet {
  if (pasted.length > longest) return { refusal: 'too_large' };
  const text = unwrapped(pasted);
  if (text === '') return { refusal: 'empty' };
  const linked = installLink(text);
  if (linked !== undefined) return readValue(linked);
  if (/^[a-z][a-z\d+.-]*:\/\/\S*$/i.test(text))
    return isServerUrl(text) ? found([plain(text)]) : { refusal: 'url' };
  const json = text.replace(leadingComments, '');
  if (/^[{"]/.test(json)) return readJsonSnippet(json);
  const codex = readCodexSnippet(text);
  return codex === undefined ? readCommands(text) : readValue(codex);
}

/** As a file begins that says which one it is; a field of one line has a blank for the line break. */
const leadingComments = /^(?:\s+|\/\/[^\n]*\n|\/\*[^]*?\*\/|\/\/[^{]*(?=\{))+/;

/** Without what surrounds it where it was copied: a fence of Markdown, quotes, angle brackets, a prompt. */
function unwrapped(pasted: string): string {
  const text = pasted.replace(/^\ufeff/, '').trim();
  const fence = /^```(?:[^\n]*\n|\w*\s)/.exec(text)?.[0];
  const fenced = fence !== undefined && text.endsWith('```') ? text.slice(fence.length, -3).trim() : text;
  const quoted = /^(["'`<])([^\s"'`<>]+)["'`>]$/.exec(fenced)?.[2] ?? fenced;
  return quoted.replace(/^\$ +/, '');
}

function plain(url: string): PastedEntry {
  return { name: undefined, url, headers: {}, oauth: undefined };
}

/** A whole text, or members without the braces around them. */
function readJsonSnippet(text: string): ReadSnippet {
  const { root, faults } = readJson(text.startsWith('{') ? text.replace(/,$/, '') : `{${text}}`);
  if (root === undefined || faults.length > 0) return { refusal: 'unreadable' };
  return readValue(valueOf(root));
}

/** Of several commands each has to be readable; those that start a server here are left out. */
function readCommands(text: string): ReadSnippet {
  const all = readCommandLines(text).map(readValue);
  const wrong = all.find(({ refusal }) => refusal !== undefined && refusal !== 'local');
  const usable = all.flatMap((one) => (one.refusal === undefined ? [one] : []));
  if (wrong !== undefined || usable.length === 0) return wrong ?? all[0] ?? { refusal: 'unreadable' };
  return {
    entries: usable.flatMap(({ entries }) => entries),
    inputs: onceEach(usable.flatMap(({ inputs }) => inputs)),
  };
}

function readValue(value: unknown): ReadSnippet {
  const { entries, inputs } = entriesIn(value);
  const read = entries.map(([name, entry]) => [name, readAny(entry)] as const);
  const usable = read.flatMap(([name, one]) => (one.kind === 'entry' ? [{ name, ...one.entry }] : []));
  if (usable.length > 0) return found(usable, inputs);
  const reasons = read.map(([, one]) => (one.kind === 'fault' ? one.member : 'local'));
  return { refusal: reasons.find((reason) => reason !== 'local') ?? reasons[0] ?? 'unreadable' };
}

function found(entries: readonly PastedEntry[], inputs?: unknown): ReadSnippet {
  const used = entries.flatMap((entry) => definitionsOf(variablesIn(entry), parseInputs(inputs)));
  return { entries, inputs: onceEach(used) };
}

function onceEach(inputs: readonly InputDefinition[]): readonly InputDefinition[] {
  return [...new Map(inputs.map((input) => [input.id, input])).values()];
}

/** A command that does nothing but lead to a server elsewhere is that server. */
function readAny(entry: Members): ReturnType<typeof readForeign> {
  return readForeign(bridgedEntry(entry) ?? entry, 'shell');
}

/** Under which members clients keep their lists of servers, and what such a list may itself stand in. */
const lists = [
  'mcpOAuth.servers',
  'mcpServers',
  'servers',
  'context_servers',
  'amp.mcpServers',
  'mcp_servers',
];
const wrappers = ['settings', 'mcp', 'config', 'server', 'customizations', 'vscode'];
const deepest = 4;

interface FoundEntries {
  readonly entries: readonly (readonly [name: string | undefined, entry: Members])[];
  readonly inputs?: unknown;
}

function entriesIn(value: unknown, depth = 0): FoundEntries {
  if (!isMembers(value) || depth > deepest) return { entries: [] };
  const inputs = value['inputs'] ?? value['mcpOAuth.inputs'];
  if (isEntry(value)) return { entries: [[usableName(value['name']), value]], inputs };
  const registered = registryEntry(value);
  if (registered !== undefined) return entriesIn(registered);
  for (const name of lists) {
    const list = value[name];
    if (isMembers(list) || Array.isArray(list)) return { entries: named(list), inputs };
  }
  for (const name of wrappers) {
    const inner = isEntry(value[name]) ? { entries: [] } : entriesIn(value[name], depth + 1);
    if (inner.entries.length > 0) return { ...inner, inputs: inner.inputs ?? inputs };
  }
  return { entries: named(value), inputs };
}

/** Entries by their names, or one after another with their names in them. */
function named(list: Members | readonly unknown[]): FoundEntries['entries'] {
  return Object.entries(list).flatMap(([key, entry]) => {
    if (!isEntry(entry)) return [];
    return [[usableName(isMembers(list) ? key : entry['name']), entry]];
  });
}

function usableName(name: unknown): string | undefined {
  return typeof name === 'string' && isServerName(name) ? name : undefined;
}
