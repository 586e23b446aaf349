/**
 * Our entry in the configuration of another MCP client: adds it, changes its address, takes it out. Text in and text out;
 * all else in the file stays as it is, and an entry that is not ours is never touched.
 */
import { jsonClientFile } from './jsonClientEntry.ts';
import { tomlClientFile } from './tomlClientEntry.ts';

/** Clients whose configuration is known, by whose file it is. */
export type ConfiguredClient = 'claude-code' | 'codex' | 'opencode';

export type ClientEdit =
  | { readonly kind: 'changed'; readonly text: string }
  /** It says already what it should, or there is nothing of ours to take out. */
  | { readonly kind: 'unchanged' }
  /** An entry of that name is somebody else's. */
  | { readonly kind: 'taken' }
  /** The file cannot be read as what it is; the line from 1. */
  | { readonly kind: 'unreadable'; readonly line: number }
  /** It can be read, but not be edited without touching what is not ours. */
  | { readonly kind: 'unfit' };

/** How one kind of file is read and edited. */
export interface ClientFile {
  /** The entries by name, or why there are none to be had. */
  read(text: string): Found | Extract<ClientEdit, { kind: 'unreadable' | 'unfit' }>;
  /** A text in which the entry may be what it should; the outcome is checked by reading it. */
  put(text: string, name: string, address: string): string;
  /** Texts in which the address of the entry may be changed. */
  readdress(text: string, name: string, from: string, to: string): readonly string[];
  /** Texts in which the entry may be missing. */
  drop(text: string, name: string): readonly string[];
}

export interface Found {
  readonly kind: 'found';
  /** Address of each entry by its name; undefined for one without. Also names that the client keeps elsewhere. */
  readonly addresses: ReadonlyMap<string, string | undefined>;
  /** All that the file says but the entry of this name. */
  readonly without: (name: string) => string;
}

const files: Readonly<Record<ConfiguredClient, ClientFile>> = {
  'claude-code': jsonClientFile(['mcpServers'], (url) => ({ type: 'http', url })),
  codex: tomlClientFile,
  // `oauth: false` keeps it from looking for a sign-in of its own; both of its generations read an entry of this shape.
  opencode: jsonClientFile(
    ['mcp'],
    (url) => ({ type: 'remote', url, enabled: true, oauth: false }),
    'servers',
  ),
};

/** A name that every client takes. */
export function isClientEntryName(name: string): boolean {
  return /^[A-Za-z][\w-]{0,59}$/.test(name);
}

/** A name for the entry of a server, as near to what people call the server as every client takes. */
export function clientEntryName(server: string): string {
  const name = server
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\w-]+/g, '-')
    .replace(/^[^A-Za-z]+|[_-]+$/g, '')
    .slice(0, 60);
  return isClientEntryName(name) ? name : 'mcp-server';
}

/**
 * Has the entry say the address.
 * @param text of the file; empty where there is none.
 * @param former an address of ours that the entry may have now.
 */
export function putClientEntry(
  client: ConfiguredClient,
  text: string,
  name: string,
  address: string,
  former?: string,
): ClientEdit {
  const file = files[client];
  const before = file.read(text);
  if (before.kind !== 'found') return before;
  const current = before.addresses.get(name);
  if (current === address) return { kind: 'unchanged' };
  if (current !== undefined && current === former)
    return firstGood(file, file.readdress(text, name, current, address), before, { name, address });
  if (before.addresses.has(name)) return { kind: 'taken' };
  return firstGood(file, [file.put(text, name, address)], before, { name, address });
}

/** Takes the entry out where it has this address, which is ours. */
export function dropClientEntry(
  client: ConfiguredClient,
  text: string,
  name: string,
  address: string,
): ClientEdit {
  const file = files[client];
  const before = file.read(text);
  if (before.kind !== 'found') return before;
  if (before.addresses.get(name) !== address) return { kind: 'unchanged' };
  return firstGood(file, file.drop(text, name), before, { name, address: undefined });
}

/** An edit counts only where what comes out is read again, and says nothing else than before but the entry. */
function firstGood(
  file: ClientFile,
  texts: readonly string[],
  before: Found,
  { name, address }: { readonly name: string; readonly address: string | undefined },
): ClientEdit {
  const good = texts.find((text) => {
    const after = file.read(text);
    return (
      after.kind === 'found' &&
      after.addresses.get(name) === address &&
      after.without(name) === before.without(name)
    );
  });
  return good === undefined ? { kind: 'unfit' } : { kind: 'changed', text: good };
}
