/** JSON with comments as people write it, read without trust: limits on size and depth, and places to point at. */
import { createScanner, parseTree, type Node, type ParseError } from 'jsonc-parser';

/** A place in a text. */
export interface FileRange {
  /** In UTF-16 units of the text as it was given, a byte order mark included. */
  readonly offset: number;
  readonly length: number;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** Why a text could not be read. */
export type SyntaxFault =
  | 'too_large'
  | 'too_deep'
  | 'syntax'
  | 'value_expected'
  | 'name_expected'
  | 'colon_expected'
  | 'comma_expected'
  | 'brace_expected'
  | 'bracket_expected'
  | 'end_expected'
  | 'unfinished_comment'
  | 'unfinished_text'
  | 'bad_character';

export interface ReadJson {
  /** Undefined for a text without any value, and for one that could not be read at all. */
  readonly root: Node | undefined;
  /** The first ones, each once at a place; none for a text that is empty but for comments. */
  readonly faults: readonly { readonly fault: SyntaxFault; readonly range: FileRange }[];
  readonly rangeOf: (place: { readonly offset: number; readonly length: number }) => FileRange;
}

/** Nobody writes such a file by hand. */
const longest = 1_000_000;
const deepest = 100;
const mostFaults = 20;

export function readJson(text: string): ReadJson {
  const rangeOf = ranges(text);
  const failed = (fault: SyntaxFault, offset: number): ReadJson => {
    const faults = [{ fault, range: rangeOf({ offset, length: 0 }) }];
    return { root: undefined, faults, rangeOf };
  };
  if (text.length > longest) return failed('too_large', 0);
  const json = withoutMark(text);
  const deep = deepPlace(json);
  if (deep !== undefined) return failed('too_deep', deep);
  const errors: ParseError[] = [];
  const root = parseTree(json, errors, { allowTrailingComma: true });
  // The parser finds no value either where something else comes first, such as a comma.
  const first: number = createScanner(json, true).scan();
  const isEmpty = first === endOfFile && errors.every(({ error }) => faultOf(error) === 'value_expected');
  // A text that ends too early lacks every brace that is open, all of them at its end.
  const once = new Map(errors.map((error) => [`${error.offset} ${faultOf(error.error)}`, error]));
  const faults = isEmpty
    ? []
    : [...once.values()]
        .slice(0, mostFaults)
        .map(({ error, ...place }) => ({ fault: faultOf(error), range: rangeOf(place) }));
  return { root, faults, rangeOf };
}

/** What a text says; undefined where it cannot be read. */
export function parsedJson(text: string): unknown {
  const { root, faults } = readJson(text);
  return root === undefined || faults.length > 0 ? undefined : valueOf(root);
}

/** The text with a space for the mark at its start, so that every place stays where it is. */
export function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, ' ');
}

/** A member of an object. */
export interface Member {
  readonly name: string;
  /** Name and value. */
  readonly node: Node;
  readonly key: Node;
  readonly value: Node;
}

/** The members of an object as they stand, those whose value is missing left out; none of anything else. */
export function membersOf(node: Node | undefined): readonly Member[] {
  if (node?.type !== 'object') return [];
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) return [];
    return { name: String(key.value), node: property, key, value };
  });
}

/** The member of a name; the last one of several, as whoever parses the text has it. */
export function memberNamed(node: Node | undefined, name: string): Member | undefined {
  return membersOf(node).findLast((member) => member.name === name);
}

/** The value at a path of names. */
export function nodeAt(root: Node | undefined, path: readonly string[]): Node | undefined {
  return path.reduce<Node | undefined>((node, name) => memberNamed(node, name)?.value, root);
}

/** What a value is; a member called `__proto__` is one like any other. */
export function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type === 'object')
    return Object.fromEntries(membersOf(node).map(({ name, value }) => [name, valueOf(value)]));
  return node.value as unknown;
}

/** Where braces and brackets go deeper than anybody nests them: the parser calls itself for each. */
export function deepPlace(json: string): number | undefined {
  const scanner = createScanner(json, true);
  let depth = 0;
  for (let kind: number = scanner.scan(); kind !== endOfFile; kind = scanner.scan()) {
    if (kind === openBrace || kind === openBracket) depth += 1;
    if (kind === closeBrace || kind === closeBracket) depth -= 1;
    if (depth > deepest) return scanner.getTokenOffset();
  }
  return undefined;
}

/** `SyntaxKind` of the parser, whose enumerations are not there at run time for everybody. */
const openBrace = 1;
const closeBrace = 2;
const openBracket = 3;
const closeBracket = 4;
const endOfFile = 17;

/** `ParseErrorCode` of the parser, in our words. */
function faultOf(code: number): SyntaxFault {
  return faults[code] ?? 'syntax';
}

const faults: readonly (SyntaxFault | undefined)[] = [
  undefined,
  'syntax',
  'syntax',
  'name_expected',
  'value_expected',
  'colon_expected',
  'comma_expected',
  'brace_expected',
  'bracket_expected',
  'end_expected',
  'unfinished_comment',
  'unfinished_comment',
  'unfinished_text',
  'syntax',
  'bad_character',
  'bad_character',
  'bad_character',
];

function ranges(text: string): ReadJson['rangeOf'] {
  let starts: readonly number[] | undefined;
  return ({ offset, length }) => {
    starts ??= [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), ({ 0: end, index }) => index + end.length)];
    const line = lineAt(starts, offset);
    return { offset, length, line, column: offset - (starts[line - 1] ?? 0) + 1 };
  };
}

/** The number of the line that has the offset, from 1. */
function lineAt(starts: readonly number[], offset: number): number {
  let from = 0;
  let to = starts.length;
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if ((starts[middle] ?? 0) <= offset) from = middle;
    else to = middle;
  }
  return from + 1;
}
