/**
 * Where an item of an object or a list stands among the others: its own lines, the comments that belong to it, its comma.
 * A comment belongs to what stands behind it on a line of its own, or before it on the same line.
 */
import { createScanner, type Node } from 'jsonc-parser';

export interface ItemPlace {
  /** Where its own text begins, comments before it included; the start of a line where it has lines of its own. */
  readonly start: number;
  /** Where the item itself is. */
  readonly offset: number;
  readonly end: number;
  /** Where its own text ends, comments behind it on its line included, without the end of that line. */
  readonly tail: number;
  /** Where what follows begins: behind the end of the line, where it has lines of its own and nothing follows on them. */
  readonly next: number;
  /** The comma behind it. */
  readonly comma: number | undefined;
  /** The comma before it. */
  readonly commaBefore: number | undefined;
  /** Whether a line ends behind its own text. */
  readonly endsLine: boolean;
  /** Whether its own text begins a line. */
  readonly ownsLines: boolean;
}

/** @param index of the item among the children of an object or a list. */
export function placeOf(text: string, container: Node, index: number): ItemPlace {
  const items = container.children ?? [];
  const offset = items[index]?.offset ?? container.offset;
  const end = endOf(items[index]);
  const from = index === 0 ? container.offset + 1 : endOf(items[index - 1]);
  const to = items[index + 1]?.offset ?? container.offset + container.length - 1;
  const before = gap(text, from, offset);
  const behind = gap(text, end, to);
  const lead = leadOf(before, index === 0 ? from : (before.comma ?? from - 1) + 1);
  const start = lead ?? (before.comma === undefined ? from : before.comma + 1);
  const ownsLines = lead !== undefined;
  const closing = (behind.comma ?? end - 1) + 1;
  const lineEnd = behind.tokens.find(({ kind, at }) => kind === 'break' && at >= closing);
  return {
    start,
    offset,
    end,
    tail: lineEnd?.at ?? closing,
    next: lineEnd === undefined ? closing : ownsLines ? lineEnd.end : lineEnd.at,
    comma: behind.comma,
    commaBefore: before.comma,
    endsLine: lineEnd !== undefined,
    ownsLines,
  };
}

/** Where a value or a member with its value ends. */
export function endOf(item: Node | undefined): number {
  const last = item?.type === 'property' ? item.children?.[1] : item;
  return last === undefined ? 0 : last.offset + last.length;
}

/** Whether there is an end of a line between the braces that belongs to no item. */
export function isSpread(text: string, container: Node): boolean {
  const first = container.children?.[0]?.offset ?? container.offset + container.length - 1;
  return gap(text, container.offset + 1, first).tokens.some(({ kind }) => kind === 'break');
}

interface Token {
  readonly kind: 'break' | 'space' | 'comment';
  readonly at: number;
  readonly end: number;
}

interface Gap {
  readonly tokens: readonly Token[];
  readonly comma: number | undefined;
}

/** What stands between two items. */
function gap(text: string, from: number, to: number): Gap {
  const scanner = createScanner(text);
  scanner.setPosition(from);
  const tokens: Token[] = [];
  let comma: number | undefined;
  while (scanner.getPosition() < to) {
    const kind: number = scanner.scan();
    const at = scanner.getTokenOffset();
    if (kind === commaToken) comma ??= at;
    else if (kind === lineBreak) tokens.push({ kind: 'break', at, end: scanner.getPosition() });
    else if (kind === space) tokens.push({ kind: 'space', at, end: scanner.getPosition() });
    else if (kind === lineComment || kind === blockComment)
      tokens.push({ kind: 'comment', at, end: scanner.getPosition() });
    else break;
  }
  return { tokens, comma };
}

/** The start of the lines that belong to what follows the gap: behind the last blank line, else behind the first line. */
function leadOf({ tokens }: Gap, from: number): number | undefined {
  let lead: number | undefined;
  let isBlank = false;
  for (const { kind, at, end } of tokens) {
    if (at < from) continue;
    if (kind === 'comment') isBlank = false;
    if (kind !== 'break') continue;
    if (lead === undefined || isBlank) lead = end;
    isBlank = true;
  }
  return lead;
}

/** `SyntaxKind` of the parser. */
const commaToken = 5;
const lineComment = 12;
const blockComment = 13;
const lineBreak = 14;
const space = 15;
