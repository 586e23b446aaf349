/** Takes an entry out of a file so that it can be put back, byte for byte where nobody changed the file since. */
import type { Node } from 'jsonc-parser';
import { cutsFor, editableRoot, findEntry, withValue, type EditRefusal, type Edited } from './fileEdits.ts';
import { insertItem, splice, type ItemText } from './itemInsertion.ts';
import { placeOf } from './itemPlace.ts';
import { memberNamed, membersOf, nodeAt } from './jsonText.ts';
import { serversPath, type ServersFile } from './serversFile.ts';

/** Plain data, to be stored as JSON. It may hold a header with a credential: to be stored as a secret. */
export interface RemovedEntry {
  readonly kind: ServersFile;
  readonly name: string;
  /** What to insert into the text that was left, last first, to have it as it was. */
  readonly cuts: readonly { readonly offset: number; readonly text: string }[];
  /** Fingerprint of the text that was left. */
  readonly left: string;
  /** The entry and its comments, for a file that changed since. */
  readonly own: ItemText;
  /** Names of the entries before it, the nearest first, and of those behind it. */
  readonly before: readonly string[];
  readonly behind: readonly string[];
}

export type TakenOut =
  | { readonly text: string; readonly removed: RemovedEntry; readonly refusal?: undefined }
  | { readonly text?: undefined; readonly refusal: EditRefusal };

/** Takes an entry out with the comments that belong to it, so that {@link putBack} can undo it. */
export function takeOut(text: string, kind: ServersFile, name: string): TakenOut {
  const found = findEntry(text, kind, name);
  if ('refusal' in found) return found;
  const { servers, index } = found;
  const cuts: { offset: number; text: string }[] = [];
  let left = '';
  let kept = 0;
  for (const { from, to } of cutsFor(text, servers, index)) {
    left += text.slice(kept, from);
    cuts.push({ offset: left.length, text: text.slice(from, to) });
    kept = to;
  }
  left += text.slice(kept);
  const names = membersOf(servers).map((member) => member.name);
  const removed: RemovedEntry = {
    kind,
    name,
    cuts,
    left: fingerprint(left),
    own: ownText(text, servers, index),
    before: names.slice(0, index).reverse(),
    behind: names.slice(index + 1),
  };
  return { text: left, removed };
}

/**
 * Puts an entry back: byte for byte where the file is as it was left, else its own text, comments included, beside the
 * nearest neighbour that is still there, else at the end.
 */
export function putBack(text: string, removed: RemovedEntry): Edited {
  const { kind, name, cuts, own } = removed;
  if (fingerprint(text) === removed.left)
    return { text: cuts.reduceRight((left, cut) => splice(left, cut.offset, cut.text), text) };
  const path = serversPath[kind];
  const root = editableRoot(text, path);
  if (typeof root === 'string') return { refusal: root };
  const servers = nodeAt(root, path);
  if (memberNamed(servers, name) !== undefined) return { refusal: 'present' };
  if (servers !== undefined) return { text: insertItem(text, servers, indexFor(servers, removed), own) };
  const empty = withValue(text, root, path, {});
  const made = nodeAt(editableNode(empty, path), path);
  return made === undefined ? { refusal: 'not_object' } : { text: insertItem(empty, made, -1, own) };
}

function editableNode(text: string, path: readonly string[]): Node | undefined {
  const root = editableRoot(text, path);
  return typeof root === 'string' ? undefined : root;
}

/** The index of the entry to come behind; -1 to come first. */
function indexFor(servers: Node, { before, behind }: RemovedEntry): number {
  const names = membersOf(servers).map((member) => member.name);
  const previous = before.find((name) => names.includes(name));
  if (previous !== undefined) return names.indexOf(previous);
  const next = behind.find((name) => names.includes(name));
  return (next === undefined ? names.length : names.indexOf(next)) - 1;
}

function ownText(text: string, servers: Node, index: number): ItemText {
  const { start, offset, end, tail, comma } = placeOf(text, servers, index);
  const item = text.slice(offset, end);
  const behind =
    comma === undefined ? text.slice(end, tail) : text.slice(end, comma) + text.slice(comma + 1, tail);
  return { lead: text.slice(start, offset), item, tail: behind.trimEnd() };
}

/** Tells one text from another; nothing secret hangs on it. */
function fingerprint(text: string): string {
  let one = 0x811c9dc5;
  let other = 0x9747b28c;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x5bd1e995) ^ (other >>> 15);
  }
  return [text.length, one >>> 0, other >>> 0].join('-');
}
