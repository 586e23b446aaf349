/** Entries in a configuration file of JSON, with or without comments. */
import { parse, parseTree, type Node, type ParseError } from 'jsonc-parser';
import type { ClientFile, Found } from './clientEntry.ts';
import { cutsFor, refusalAt, withoutCuts, withValue } from './fileEdits.ts';
import { isMembers, type Members } from './foreignEntry.ts';
import { deepPlace, membersOf, nodeAt, withoutMark } from './jsonText.ts';

/**
 * @param path where the entries are.
 * @param entry as it is written.
 * @param further a member beside the entries that may hold entries, too.
 */
export function jsonClientFile(
  path: readonly string[],
  entry: (url: string) => Members,
  further?: string,
): ClientFile {
  return {
    read: (text) => read(text, path, further),
    put(text, name, address) {
      const root = treeOf(text);
      return refusalAt(root, path) === undefined
        ? withValue(text, root, [...path, name], entry(address))
        : text;
    },
    readdress: (text, name, _, to) => {
      const url = nodeAt(treeOf(text), [...path, name, 'url']);
      if (url === undefined) return [];
      return [text.slice(0, url.offset) + JSON.stringify(to) + text.slice(url.offset + url.length)];
    },
    drop(text, name) {
      const entries = nodeAt(treeOf(text), path);
      const index = membersOf(entries).findLastIndex((member) => member.name === name);
      return entries === undefined || index < 0 ? [] : [withoutCuts(text, cutsFor(text, entries, index))];
    },
  };
}

/** Of any size: such a file may hold much else. */
function treeOf(text: string): Node | undefined {
  return parseTree(withoutMark(text), [], { allowTrailingComma: true });
}

function read(
  text: string,
  path: readonly string[],
  further: string | undefined,
): ReturnType<ClientFile['read']> {
  const content = withoutMark(text);
  if (content.trim() === '') return found({}, [], undefined);
  const deep = deepPlace(content);
  if (deep !== undefined) return unreadable(content, deep);
  const errors: ParseError[] = [];
  const root: unknown = parse(content, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) return unreadable(content, error.offset);
  const isFit =
    isMembers(root) &&
    path.every((_, depth) => {
      const member = at(root, path.slice(0, depth + 1));
      return member === undefined || isMembers(member);
    });
  return isFit ? found(root, path, further) : { kind: 'unfit' };
}

function unreadable(content: string, offset: number): ReturnType<ClientFile['read']> {
  return { kind: 'unreadable', line: content.slice(0, offset).split('\n').length };
}

function found(root: Members, path: readonly string[], further: string | undefined): Found {
  const entries = at(root, path);
  const others = further === undefined ? undefined : at(root, [...path, further]);
  return {
    kind: 'found',
    addresses: new Map([...addressesIn(others), ...addressesIn(entries)]),
    without: (name) => {
      const said = structuredClone(root) as Record<string, unknown>;
      const kept = at(said, path);
      if (isMembers(kept)) {
        Reflect.deleteProperty(kept, name);
        // One without entries says the same as none.
        if (Object.keys(kept).length === 0) Reflect.deleteProperty(said, path[0] ?? '');
      }
      return JSON.stringify(said);
    },
  };
}

function addressesIn(entries: unknown): readonly [string, string | undefined][] {
  if (!isMembers(entries)) return [];
  return Object.entries(entries).map(([name, entry]) => {
    const url = isMembers(entry) ? entry['url'] : undefined;
    return [name, typeof url === 'string' ? url : undefined];
  });
}

/** Own members alone: a name such as `constructor` is none. */
function at(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (member, name) => (isMembers(member) && Object.hasOwn(member, name) ? member[name] : undefined),
    root,
  );
}
