/** Entries in a configuration file of JSON, with or without comments. */
import { parse, type ParseError } from 'jsonc-parser';
import type { ClientFile, Found } from './clientEntry.ts';
import { addMember, removeMember, replaceText } from './jsonMember.ts';

type Members = Readonly<Record<string, unknown>>;

const mark = '\uFEFF';

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
    put: (text, name, address) =>
      edited(text, (content) =>
        addMember(content.trim() === '' ? '{}\n' : content, path, name, entry(address)),
      ),
    readdress: (text, name, _, to) => [
      edited(text, (content) => replaceText(content, [...path, name, 'url'], to)),
    ],
    drop: (text, name) => [edited(text, (content) => removeMember(content, [...path, name]))],
  };
}

/** The mark that a file may begin with is no JSON. */
function edited(text: string, edit: (content: string) => string): string {
  return text.startsWith(mark) ? mark + edit(text.slice(1)) : edit(text);
}

function read(
  text: string,
  path: readonly string[],
  further: string | undefined,
): ReturnType<ClientFile['read']> {
  const content = text.replace(mark, '');
  if (content.trim() === '') return found({}, [], undefined);
  const errors: ParseError[] = [];
  const root: unknown = parse(content, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    return { kind: 'unreadable', line: content.slice(0, error.offset).split('\n').length };
  }
  const isFit =
    isMembers(root) &&
    path.every((_, depth) => {
      const member = at(root, path.slice(0, depth + 1));
      return member === undefined || isMembers(member);
    });
  return isFit ? found(root, path, further) : { kind: 'unfit' };
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

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
