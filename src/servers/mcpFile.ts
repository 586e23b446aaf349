/** Files in which people keep their servers: `.vscode/mcp.json`, the profile's `mcp.json`, `.mcp.json`. */
import type { Node } from 'jsonc-parser';
import { isMembers, readForeign, urlMemberOf, type Members } from './foreignEntry.ts';
import { parseInputs, type InputDefinition, type Inputs } from './inputs.ts';
import {
  memberNamed,
  membersOf,
  nodeAt,
  readJson,
  valueOf,
  type FileRange,
  type Member,
  type SyntaxFault,
} from './jsonText.ts';
import type { OAuthSettings } from './server.ts';
import { definitionsOf, isServerName } from './serverEntry.ts';
import { inputsPath, serversPath, type ServersFile } from './serversFile.ts';
import { variablesIn } from './variables.ts';

/** Files that are not ours. */
export type McpFile = Extract<ServersFile, 'mcp' | 'dotMcp'>;

/** An entry of a remote server, as it is written: variables are not filled in. */
export interface FoundEntry {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What of the entry's `oauth` we have a setting for. */
  readonly oauth: OAuthSettings | false | undefined;
  /** The definitions of the inputs that it uses. */
  readonly inputs: readonly InputDefinition[];
  /** Name and value. */
  readonly range: FileRange;
  /** The value as it is written. */
  readonly text: string;
}

export type FileProblemReason =
  | SyntaxFault
  /** The file, its list of servers or an entry is no object. */
  | 'not_object'
  /** The name stands there more than once; the last one counts. */
  | 'repeated'
  | 'name'
  | 'url'
  | 'headers'
  | 'input_undefined'
  | 'input_unsupported';

export interface FileProblem {
  readonly reason: FileProblemReason;
  /** Of the entry; undefined where it is the file. */
  readonly name: string | undefined;
  readonly range: FileRange;
}

export interface ParsedMcpFile {
  readonly entries: readonly FoundEntry[];
  readonly problems: readonly FileProblem[];
}

/** Entries of local servers (`command`) are passed over. */
export function parseMcpFile(text: string, kind: McpFile): ParsedMcpFile {
  const { root, faults, rangeOf } = readJson(text);
  const problems: FileProblem[] = faults.map(({ fault, range }) => ({
    reason: fault,
    name: undefined,
    range,
  }));
  const report = (reason: FileProblemReason, name: string | undefined, node: Node) =>
    problems.push({ reason, name, range: rangeOf(node) });
  const entries: FoundEntry[] = [];
  if (root === undefined) return { entries, problems };
  if (root.type !== 'object') {
    report('not_object', undefined, root);
    return { entries, problems };
  }
  const servers = nodeAt(root, serversPath[kind]);
  if (servers !== undefined && servers.type !== 'object') report('not_object', undefined, servers);
  const listed = nodeAt(root, inputsPath[kind]);
  const inputs = parseInputs(listed && valueOf(listed));
  // What stands behind a fault may be anything: the parser guesses there.
  const readable = faults[0]?.range.offset ?? text.length;
  for (const member of lastOfEach(membersOf(servers), report)) {
    const { name, node, key, value } = member;
    if (node.offset + node.length > readable) continue;
    const read = readMember(member, kind, inputs);
    if (read.kind === 'local') continue;
    if (read.kind === 'fault')
      report(read.reason, name, read.member ?? (value.type === 'object' ? key : value));
    else {
      const written = text.slice(value.offset, value.offset + value.length);
      entries.push({ name, ...read.entry, range: rangeOf(node), text: written });
    }
  }
  return { entries, problems };
}

/** Each name once. */
function lastOfEach(
  members: readonly Member[],
  report: (reason: 'repeated', name: string, node: Node) => void,
): readonly Member[] {
  const last = new Map(members.map((member) => [member.name, member]));
  for (const member of members) {
    if (last.get(member.name) !== member) report('repeated', member.name, member.key);
  }
  return [...last.values()];
}

type ReadMember =
  | { readonly kind: 'local' }
  | { readonly kind: 'entry'; readonly entry: Omit<FoundEntry, 'name' | 'range' | 'text'> }
  | { readonly kind: 'fault'; readonly reason: FileProblemReason; readonly member?: Node | undefined };

function readMember({ name, value: node }: Member, kind: McpFile, inputs: Inputs): ReadMember {
  const value = valueOf(node);
  if (!isMembers(value)) return { kind: 'fault', reason: 'not_object' };
  const read = readForeign(value, kind === 'dotMcp' ? 'shell' : 'editor');
  if (read.kind === 'local') return read;
  if (!isServerName(name)) return { kind: 'fault', reason: 'name' };
  const place = (member: string) => memberNamed(node, member)?.value;
  if (read.kind === 'fault')
    return { kind: 'fault', reason: read.member, member: place(urlOr(read.member, value)) };
  const { url } = read.entry;
  const variables = variablesIn(read.entry).filter((variable) => variable.kind === 'input');
  for (const { argument = '', text } of variables) {
    const reason = inputs.has(argument) ? 'input_unsupported' : 'input_undefined';
    const member = url.includes(text) ? urlOr('url', value) : 'headers';
    if (inputs.get(argument) === undefined) return { kind: 'fault', reason, member: place(member) };
  }
  return { kind: 'entry', entry: { ...read.entry, inputs: definitionsOf(variables, inputs) } };
}

function urlOr(member: 'url' | 'headers', value: Members): string {
  return member === 'url' ? (urlMemberOf(value) ?? member) : member;
}
