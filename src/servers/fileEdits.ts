/**
 * Edits of files with servers, text in and text out: comments, order, indentation, line endings and the mark at the start
 * stay as they are. A text that cannot be read is left alone.
 */
import type { Node } from 'jsonc-parser';
import type { InputDefinition, InputOption } from './inputs.ts';
import { insertItem, layoutOf, written, indentAt, indentIn } from './itemInsertion.ts';
import { isSpread, placeOf } from './itemPlace.ts';
import { memberNamed, membersOf, nodeAt, readJson, valueOf } from './jsonText.ts';
import { inputsPath, serversPath, type ServersFile } from './serversFile.ts';

export type EditRefusal =
  /** The text is not readable, so that an edit could do harm. */
  | 'unreadable'
  /** The list of servers, or what it stands in, is no object. */
  | 'not_object'
  /** There is no such entry. */
  | 'absent'
  /** There is such an entry already. */
  | 'present'
  /** The name stands there more than once. */
  | 'repeated';

export type Edited =
  | { readonly text: string; readonly refusal?: undefined }
  | { readonly text?: undefined; readonly refusal: EditRefusal };

/** Adds an entry behind the others; makes what is missing, in an empty text too. */
export function addServer(text: string, kind: ServersFile, name: string, entry: object): Edited {
  const path = serversPath[kind];
  const root = editableRoot(text, path);
  if (typeof root === 'string') return { refusal: root };
  const servers = nodeAt(root, path);
  if (servers !== undefined && memberNamed(servers, name) !== undefined) return { refusal: 'present' };
  return { text: withValue(text, root, [...path, name], entry) };
}

/** Writes another value for an entry that is there; comments inside of it go with what they spoke of. */
export function replaceServer(text: string, kind: ServersFile, name: string, entry: object): Edited {
  const found = findEntry(text, kind, name);
  if ('refusal' in found) return found;
  const { offset, length } = found.value;
  const value = written(entry, indentAt(text, found.member.offset), layoutOf(text));
  return { text: text.slice(0, offset) + value + text.slice(offset + length) };
}

/** Takes an entry out for good, with the comments that belong to it. */
export function removeServer(text: string, kind: ServersFile, name: string): Edited {
  const found = findEntry(text, kind, name);
  if ('refusal' in found) return found;
  return { text: withoutCuts(text, cutsFor(text, found.servers, found.index)) };
}

export function withoutCuts(text: string, cuts: ReturnType<typeof cutsFor>): string {
  return cuts.reduceRight((left, { from, to }) => left.slice(0, from) + left.slice(to), text);
}

/** Adds definitions of inputs whose ids are not there yet. */
export function addInputs(text: string, kind: ServersFile, inputs: readonly InputDefinition[]): Edited {
  const path = inputsPath[kind];
  let edited = text;
  for (const input of inputs) {
    const root = editableRoot(edited, path.slice(0, -1));
    if (typeof root === 'string') return { refusal: root };
    const list = nodeAt(root, path);
    if (list === undefined) {
      edited = withValue(edited, root, path, [plainInput(input)]);
      continue;
    }
    if (list.type !== 'array') return { refusal: 'not_object' };
    const items = list.children ?? [];
    if (items.some((item) => idOf(item) === input.id)) continue;
    const layout = layoutOf(edited);
    const item = written(plainInput(input), indentIn(edited, list, layout), layout);
    edited = insertItem(edited, list, items.length - 1, { lead: '', item, tail: '' });
  }
  return { text: edited };
}

export interface FoundMember {
  /** The object that the entry stands in, and at which place. */
  readonly servers: Node;
  readonly index: number;
  readonly member: Node;
  readonly value: Node;
}

/** The one entry of a name in a text that can be edited. */
export function findEntry(
  text: string,
  kind: ServersFile,
  name: string,
): FoundMember | { readonly refusal: EditRefusal } {
  const root = editableRoot(text, serversPath[kind]);
  if (typeof root === 'string') return { refusal: root };
  const servers = nodeAt(root, serversPath[kind]);
  const found = membersOf(servers).filter((member) => member.name === name);
  const [entry] = found;
  if (servers === undefined || entry === undefined) return { refusal: 'absent' };
  if (found.length > 1) return { refusal: 'repeated' };
  const index = servers.children?.indexOf(entry.node) ?? -1;
  return { servers, index, member: entry.node, value: entry.value };
}

/** What to take away so that an item is gone and the rest is still a list. */
export function cutsFor(
  text: string,
  container: Node,
  index: number,
): readonly { readonly from: number; readonly to: number }[] {
  const { start, next, comma, commaBefore } = placeOf(text, container, index);
  const own = { from: start, to: next };
  return comma !== undefined || commaBefore === undefined
    ? [own]
    : [{ from: commaBefore, to: commaBefore + 1 }, own];
}

/**
 * The value of the whole text, undefined for none yet, where every step of the path that is there is an object and stands
 * there once.
 */
export function editableRoot(text: string, path: readonly string[]): Node | undefined | EditRefusal {
  const { root, faults } = readJson(text);
  return faults.length > 0 ? 'unreadable' : (refusalAt(root, path) ?? root);
}

/** What keeps something from being put below a path. */
export function refusalAt(root: Node | undefined, path: readonly string[]): EditRefusal | undefined {
  let node = root;
  for (const name of path) {
    if (node === undefined) break;
    if (node.type !== 'object') return 'not_object';
    const found = membersOf(node).filter((member) => member.name === name);
    if (found.length > 1) return 'repeated';
    node = found[0]?.value;
  }
  return node !== undefined && node.type !== 'object' ? 'not_object' : undefined;
}

/** The text with a value at a path whose last part is not there. */
export function withValue(
  text: string,
  root: Node | undefined,
  path: readonly string[],
  value: unknown,
): string {
  const layout = layoutOf(text);
  if (root === undefined)
    return `${startOf(text, layout.eol)}${written(nested(path, value), '', layout)}${layout.eol}`;
  let container = root;
  let depth = 0;
  for (
    let next = nodeAt(container, path.slice(0, 1));
    next !== undefined;
    next = nodeAt(next, [path[depth] ?? ''])
  ) {
    container = next;
    depth += 1;
  }
  const [name = '', ...rest] = path.slice(depth);
  const last = (container.children?.length ?? 0) - 1;
  const isOneLine = last >= 0 && !isSpread(text, container);
  const indent = indentIn(text, container, layout);
  const json = written(nested(rest, value), indent, isOneLine ? { ...layout, unit: '' } : layout);
  return insertItem(text, container, last, { lead: '', item: `${JSON.stringify(name)}: ${json}`, tail: '' });
}

/** What a text without a value has: comments, or a mark. */
function startOf(text: string, eol: string): string {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  const kept = text.slice(mark.length).trimEnd();
  return mark + (kept === '' ? '' : kept + eol);
}

function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((inner, name) => Object.fromEntries([[name, inner]]), value);
}

function idOf(item: Node): unknown {
  const id = memberNamed(item, 'id')?.value;
  return id && valueOf(id);
}

/** In the editor's own shape. */
function plainInput({ options, password, ...input }: InputDefinition): object {
  return {
    ...input,
    ...(password && { password }),
    ...(options !== undefined && { options: options.map(plainOption) }),
  };
}

function plainOption(option: InputOption): string | InputOption {
  return option.label === option.value ? option.value : option;
}
