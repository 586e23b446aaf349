/**
 * Entries in a configuration file of TOML. It is edited as text, line by line, since whatever writes TOML anew loses its
 * comments; the parser only judges what came out.
 */
import { parse, TomlError } from 'smol-toml';
import type { ClientFile, Found } from './clientEntry.ts';

type Members = Readonly<Record<string, unknown>>;

const table = 'mcp_servers';

export const tomlClientFile: ClientFile = {
  read(text) {
    let root: Members;
    try {
      root = parse(text.replace('\uFEFF', ''), { integersAsBigInt: 'asNeeded' });
    } catch (thrown) {
      if (thrown instanceof TomlError) return { kind: 'unreadable', line: thrown.line };
      throw thrown;
    }
    const entries = root[table];
    if (isDeep(root, deepest)) return { kind: 'unfit' };
    return entries === undefined || isMembers(entries) ? found(root) : { kind: 'unfit' };
  },
  put(text, name, address) {
    const eol = text.includes('\r\n') ? '\r\n' : '\n';
    const gap = text.trim() === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
    return `${text}${gap}[${table}.${name}]${eol}url = ${JSON.stringify(address)}${eol}`;
  },
  readdress(text, name, from, to) {
    return blocksOf(text, name).map(({ start, end }) => {
      const block = text.slice(start, end);
      // As a function: an address may hold what a replacement takes for a sign.
      return text.slice(0, start) + block.replace(from, () => to) + text.slice(end);
    });
  },
  drop(text, name) {
    const blocks = blocksOf(text, name);
    const cut = (those: readonly Block[]) =>
      those.reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), text);
    // All of them where the client has added tables to the entry; one alone where another only looks like it.
    return [cut(blocks), ...blocks.map((block) => cut([block]))];
  },
};

/** Nobody nests so deep by hand, and to compare what is deeper would take a stack without end. */
const deepest = 100;

function isDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => isDeep(inner, left - 1));
}

interface Block {
  readonly start: number;
  readonly end: number;
}

/**
 * What looks like the table of an entry, or one inside it: from the empty line before its head to its last line that says
 * something. What only looks so, as inside a text of several lines, does not pass the check of what comes out.
 */
function blocksOf(text: string, name: string): readonly Block[] {
  const key = `(?:${name}|"${name}"|'${name}')`;
  const head = new RegExp(
    `^[ \\t]*\\[\\[?[ \\t]*(?:${table}|"${table}"|'${table}')[ \\t]*\\.[ \\t]*${key}[ \\t]*[\\].]`,
  );
  const lines = text.split(/(?<=\n)/);
  const blocks: Block[] = [];
  let offset = 0;
  let open: { start: number; end: number } | undefined;
  let before = '';
  for (const line of lines) {
    const isHead = /^[ \t]*\[/.test(line);
    if (isHead) {
      if (open !== undefined) blocks.push(open);
      open = undefined;
      if (head.test(line)) {
        const gap = isGap(before, text.slice(0, offset)) ? before.length : 0;
        open = { start: offset - gap, end: offset };
      }
    }
    offset += line.length;
    if (open !== undefined && /^[ \t]*[^\s#]/.test(line)) open.end = offset;
    before = line;
  }
  return open === undefined ? blocks : [...blocks, open];
}

/** What an entry is set apart with: an empty line, except at the very beginning. */
function isGap(line: string, before: string): boolean {
  return /^[ \t]*\r?\n$/.test(line) && before.trim() !== '';
}

function found(root: Members): Found {
  const entries = isMembers(root[table]) ? root[table] : {};
  return {
    kind: 'found',
    addresses: new Map(
      Object.entries(entries).map(([name, entry]) => {
        const url = isMembers(entry) ? entry['url'] : undefined;
        return [name, typeof url === 'string' ? url : undefined];
      }),
    ),
    without: (name) => {
      const others = { ...entries, [name]: undefined };
      // One without entries says the same as none.
      const isEmpty = Object.values(others).every((entry) => entry === undefined);
      return written({ ...root, [table]: isEmpty ? undefined : others });
    },
  };
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** In an order of its own: where a table stands says nothing. */
function written(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === 'bigint') return `${member}n`;
    if (typeof member === 'number' && !Number.isFinite(member)) return String(member);
    if (!isMembers(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
