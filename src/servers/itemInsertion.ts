/** Puts an item into an object or a list of a JSON text, in the manner of those that are there. */
import type { Node } from 'jsonc-parser';
import { isSpread, placeOf } from './itemPlace.ts';

/** The text of an item, with the comments that go with it. */
export interface ItemText {
  /** Comments and indentation before it; empty for none. */
  readonly lead: string;
  readonly item: string;
  /** Comments behind it on its line; empty for none. */
  readonly tail: string;
}

/** How a text is laid out. */
export interface Layout {
  readonly eol: string;
  /** One step of indentation. */
  readonly unit: string;
}

export function layoutOf(text: string): Layout {
  return {
    eol: /\r\n|\n/.exec(text)?.[0] ?? '\n',
    unit: /[{[,]\s*?[\r\n]([ \t]+)["{/]/.exec(text)?.[1] ?? '\t',
  };
}

/** What the line begins with on which a place is. */
export function indentAt(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return /^\ufeff?([ \t]*)/.exec(text.slice(start, offset))?.[1] ?? '';
}

/** How far the items of a container are indented, or would be. */
export function indentIn(text: string, container: Node, { unit }: Layout): string {
  const items = container.children ?? [];
  const index = items.findIndex((_, at) => placeOf(text, container, at).ownsLines);
  const item = items[index];
  return item === undefined ? indentAt(text, container.offset) + unit : indentAt(text, item.offset);
}

/** Writes a value as it stands at a place with that indentation. */
export function written(value: unknown, indent: string, { eol, unit }: Layout): string {
  return JSON.stringify(value, undefined, unit).replaceAll('\n', eol + indent);
}

/**
 * @param after index of the item that it comes behind; -1 to come first.
 * @returns the text with the item in it, and no other character of the items and their comments changed.
 */
export function insertItem(text: string, container: Node, after: number, own: ItemText): string {
  const items = container.children ?? [];
  if (items.length === 0) return insertAlone(text, container, own);
  if (!isSpread(text, container) && isPlain(own)) return insertInline(text, container, after, own.item);
  const layout = layoutOf(text);
  const { eol } = layout;
  const indent = indentIn(text, container, layout);
  const place = placeOf(text, container, Math.max(after, 0));
  if (after < 0) {
    const block = blockOf(own, indent, ',');
    return splice(text, place.start, place.ownsLines ? block + eol : eol + block + eol + indent);
  }
  const isLast = after === items.length - 1;
  const block = blockOf(own, indent, isLast && place.comma === undefined ? '' : ',');
  const closing = isLast ? indentAt(text, container.offset) : indent;
  const put = splice(text, place.tail, eol + block + (place.endsLine ? '' : eol + closing));
  return place.comma === undefined ? splice(put, place.end, ',') : put;
}

function blockOf({ lead, item, tail }: ItemText, indent: string, comma: ',' | ''): string {
  return (lead.trim() === '' ? indent : lead) + item + comma + tail;
}

function insertInline(text: string, container: Node, after: number, item: string): string {
  const place = placeOf(text, container, Math.max(after, 0));
  const space = text.slice(place.start, place.offset).includes(' ') ? ' ' : '';
  if (after < 0) return splice(text, place.offset, `${item},${space}`);
  if (place.comma === undefined) return splice(text, place.end, `,${space}${item}`);
  return splice(text, place.comma + 1, `${space}${item},`);
}

/** Into a container that holds nothing but comments. */
function insertAlone(text: string, container: Node, own: ItemText): string {
  const layout = layoutOf(text);
  const { eol } = layout;
  const outer = indentAt(text, container.offset);
  const block = blockOf(own, outer + layout.unit, '');
  const brace = container.offset + container.length - 1;
  const inside = text.slice(container.offset + 1, brace);
  const lastLine = /[\r\n]([ \t]*)$/.exec(inside)?.[1];
  if (lastLine !== undefined) return splice(text, brace - lastLine.length, block + eol);
  return splice(text, brace, eol + block + eol + outer);
}

/** Whether it can stand among others on one line. */
function isPlain({ lead, tail }: ItemText): boolean {
  return lead.trim() === '' && tail.trim() === '';
}

export function splice(text: string, offset: number, added: string): string {
  return text.slice(0, offset) + added + text.slice(offset);
}
