/** Points at what is wrong with our settings in the file in which they stand. */
import type { Node } from 'jsonc-parser';
import { memberNamed, nodeAt, readJson, type FileRange, type SyntaxFault } from './jsonText.ts';
import { serversPath, type ServersFile } from './serversFile.ts';
import type { SettingsProblem } from './settings.ts';

/** A file that holds our settings. */
export type SettingsFile = Extract<ServersFile, 'settings' | 'workspace'>;

/** The member that is wrong, else the entry, else undefined where the file does not have it. */
export function locateInSettings(
  text: string,
  kind: SettingsFile,
  { name, member }: Pick<SettingsProblem, 'name' | 'member'>,
): FileRange | undefined {
  const { root, rangeOf } = readJson(text);
  const entry = memberNamed(serversIn(root, kind), name);
  if (entry === undefined) return undefined;
  if (member === 'name') return rangeOf(entry.key);
  return rangeOf(nodeAt(entry.value, member.split('.')) ?? entry.key);
}

/** Where the entry of a server stands, its name and its value. */
export function locateEntry(text: string, kind: ServersFile, name: string): FileRange | undefined {
  const { root, rangeOf } = readJson(text);
  const entry = memberNamed(serversIn(root, kind), name);
  return entry && rangeOf(entry.node);
}

/** Why the editor may not have read all of a file of settings. */
export function syntaxFaults(
  text: string,
): readonly { readonly fault: SyntaxFault; readonly range: FileRange }[] {
  return readJson(text).faults;
}

/** The list of servers; in files of settings it may also stand as `"mcpOAuth": { "servers": … }`. */
function serversIn(root: Node | undefined, kind: ServersFile): Node | undefined {
  const path = serversPath[kind];
  return (
    nodeAt(root, path) ??
    nodeAt(
      root,
      path.flatMap((name) => name.split('.')),
    )
  );
}
