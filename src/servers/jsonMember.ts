/** Adds, changes and removes one member of a JSON text and leaves every other character, comments included, where it is. */
import { createScanner, findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';

/** @returns the text with the member as the last one of the object at `path`, whose missing parts are made. */
export function addMember(text: string, path: readonly string[], name: string, value: object): string {
  const root = treeOf(text);
  const [first, ...rest] = path;
  const parent = root && findNodeAtLocation(root, [...path]);
  if (root === undefined) return text;
  if (parent?.type !== 'object')
    return first === undefined ? text : addMember(text, [], first, nested([...rest, name], value));
  const { unit, eol } = styleOf(text);
  const outer = indentAt(text, parent.offset);
  const last = parent.children?.at(-1);
  const inner =
    last !== undefined && startsLine(text, last.offset) ? indentAt(text, last.offset) : outer + unit;
  const written = JSON.stringify(value, undefined, unit).replaceAll('\n', eol + inner);
  const member = `${eol}${inner}${JSON.stringify(name)}: ${written}`;
  const brace = parent.offset + parent.length - 1;
  // Behind the last thing that stands there, which may be a comment of the last member.
  const end = text.slice(0, brace).trimEnd().length;
  const tail = text.slice(end, brace).includes('\n') ? text.slice(end) : eol + outer + text.slice(brace);
  const before = last === undefined ? text.slice(0, end) : withComma(text, last.offset + last.length, end);
  return before + member + tail;
}

export function replaceText(text: string, path: readonly string[], value: string): string {
  const root = treeOf(text);
  const node = root && findNodeAtLocation(root, [...path]);
  if (node === undefined) return text;
  return text.slice(0, node.offset) + JSON.stringify(value) + text.slice(node.offset + node.length);
}

export function removeMember(text: string, path: readonly string[]): string {
  const root = treeOf(text);
  const member = (root && findNodeAtLocation(root, [...path]))?.parent;
  if (member?.parent?.children === undefined) return text;
  const { children } = member.parent;
  const end = member.offset + member.length;
  const behind = commaBetween(text, end, member.parent.offset + member.parent.length);
  const start = startsLine(text, member.offset)
    ? text.slice(0, member.offset).trimEnd().length
    : member.offset;
  const left = text.slice(0, start) + text.slice(behind === undefined ? end : behind + 1);
  const previous = children[children.indexOf(member) - 1];
  if (behind !== undefined || previous === undefined) return left;
  const comma = commaBetween(text, previous.offset + previous.length, member.offset);
  return comma === undefined ? left : left.slice(0, comma) + left.slice(comma + 1);
}

function treeOf(text: string): Node | undefined {
  return parseTree(text, [], { allowTrailingComma: true });
}

function nested(path: readonly string[], value: object): object {
  return path.reduceRight<object>((inner, name) => ({ [name]: inner }), value);
}

function withComma(text: string, from: number, end: number): string {
  const comma = commaBetween(text, from, end);
  return comma === undefined ? `${text.slice(0, from)},${text.slice(from, end)}` : text.slice(0, end);
}

/** Where the next comma is that belongs to no comment. */
function commaBetween(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  scanner.scan();
  const offset = scanner.getTokenOffset();
  return offset < to && text[offset] === ',' ? offset : undefined;
}

function startsLine(text: string, offset: number): boolean {
  return /(^|\n)[ \t]*$/.test(text.slice(0, offset));
}

/** What the line begins with that holds this place. */
function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function styleOf(text: string): { readonly unit: string; readonly eol: string } {
  return {
    unit: /\n([ \t]+)["/]/.exec(text)?.[1] ?? '  ',
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}
