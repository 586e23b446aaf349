/** Points at what is wrong with our settings in the file in which they stand. */
import type { Node } from 'jsonc-parser';
import {
  membersOf,
  nodeAt,
  readJson,
  type FileRange,
  type Member,
  type ReadJson,
  type SyntaxFault,
} from './jsonText.ts';
import { serversPath, type ServersFile } from './serversFile.ts';
import type { SettingsProblem } from './settings.ts';

/** A file that holds our settings. */
export type SettingsFile = Extract<ServersFile, 'settings' | 'workspace'>;

/** The entries of a text, which is read once, however many of them are looked for. */
export class EntriesInText {
  private readonly rangeOf: ReadJson['rangeOf'];
  /** The last one of several of a name, as whoever parses the text has it. */
  private readonly byName: ReadonlyMap<string, Member>;

  constructor(text: string, kind: ServersFile) {
    const { root, rangeOf } = readJson(text);
    this.rangeOf = rangeOf;
    this.byName = new Map(membersOf(serversIn(root, kind)).map((member) => [member.name, member]));
  }

  /** Where an entry stands, its name and its value. */
  find(name: string): FileRange | undefined {
    const entry = this.byName.get(name);
    return entry && this.rangeOf(entry.node);
  }

  /** The member that is wrong, else the entry, else undefined where the text does not have it. */
  findMember({ name, member }: Pick<SettingsProblem, 'name' | 'member'>): FileRange | undefined {
    const entry = this.byName.get(name);
    if (entry === undefined) return undefined;
    if (member === 'name') return this.rangeOf(entry.key);
    return this.rangeOf(nodeAt(entry.value, member.split('.')) ?? entry.key);
  }
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
