/** Edits of single members of an entry's `oauth`, text in and text out: everything else of the entry stays as it is. */
import { cutsFor, editableRoot, findEntry, withoutCuts, withValue, type Edited } from './fileEdits.ts';
import { indentAt, layoutOf, written } from './itemInsertion.ts';
import { memberNamed, nodeAt } from './jsonText.ts';
import { serversPath, type ServersFile } from './serversFile.ts';

/** Members by name; those that are undefined are taken out. */
export type OAuthMembers = Readonly<Record<string, string | number | undefined>>;

export function setOAuthMembers(
  text: string,
  kind: ServersFile,
  name: string,
  members: OAuthMembers,
): Edited {
  let edited: Edited = { text };
  for (const [member, value] of Object.entries(members)) {
    if (edited.text === undefined) break;
    edited = setMember(edited.text, kind, name, member, value);
  }
  return edited;
}

function setMember(
  text: string,
  kind: ServersFile,
  name: string,
  member: string,
  value: OAuthMembers[string],
): Edited {
  const found = findEntry(text, kind, name);
  if ('refusal' in found) return found;
  const path = [...serversPath[kind], name, 'oauth'];
  const root = editableRoot(text, path);
  if (typeof root === 'string') return { refusal: root };
  const oauth = nodeAt(root, path);
  const there = memberNamed(oauth, member);
  if (there === undefined || oauth === undefined)
    return { text: value === undefined ? text : withValue(text, root, [...path, member], value) };
  if (value === undefined) {
    const index = oauth.children?.indexOf(there.node) ?? -1;
    return { text: withoutCuts(text, cutsFor(text, oauth, index)) };
  }
  const { offset, length } = there.value;
  const json = written(value, indentAt(text, there.node.offset), layoutOf(text));
  return { text: text.slice(0, offset) + json + text.slice(offset + length) };
}
