/**
 * What can be done with a row of the tree, as the manifest says it for the tree's own menus: whatever else shows servers
 * offers the same, in the same words.
 */

export interface MenuEntry {
  /** Its full name, such as `mcpOAuth.signIn`. */
  readonly command: string;
  /** In the language of the editor. */
  readonly title: string;
  /** The name of a codicon. */
  readonly icon: string | undefined;
  /** Entries of different groups are apart from each other in a menu. */
  readonly group: string;
}

/** As far as it is read. The editor writes a title with its English original beside it in another language. */
interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string | { readonly value: string };
      readonly icon?: string;
    }[];
    readonly menus: {
      readonly 'view/item/context': readonly {
        readonly command: string;
        readonly when: string;
        readonly group: string;
      }[];
    };
  };
}

const inline = 'inline';

export class ServerMenu {
  private readonly entries: readonly (MenuEntry & { readonly when: string })[];
  private readonly manifest: Manifest['contributes'];
  private readonly view: string;

  /** @param packageJson of this extension, as the editor hands it out: every text in its language. */
  constructor(packageJson: unknown, view: string) {
    this.manifest = (packageJson as Manifest).contributes;
    this.view = view;
    const declared = new Set(this.manifest.commands.map(({ command }) => command));
    this.entries = this.manifest.menus['view/item/context']
      .filter(({ command }) => declared.has(command))
      .map(({ command, when, group }) => ({ ...this.entry(command), when, ...placeOf(group) }))
      .toSorted((one, other) => compare(one.group, other.group) || one.at - other.at);
  }

  /** A command of the manifest by its full name. */
  entry(command: string): MenuEntry {
    const found = this.manifest.commands.find((other) => other.command === command);
    const title = found?.title ?? command;
    return {
      command,
      title: typeof title === 'string' ? title : title.value,
      icon: /^\$\((.+)\)$/.exec(found?.icon ?? '')?.[1],
      group: '',
    };
  }

  /** The buttons of a row: the one action that helps comes first. */
  buttonsFor(contextValue: string): readonly MenuEntry[] {
    return this.allFor(contextValue).filter(({ group }) => group === inline);
  }

  /** The one action that helps. */
  actionFor(contextValue: string): MenuEntry | undefined {
    return this.buttonsFor(contextValue)[0];
  }

  /** Everything that can be done with a row, each thing once. */
  entriesFor(contextValue: string): readonly MenuEntry[] {
    const all = this.allFor(contextValue);
    return all.filter(({ command }, at) => all.findIndex((other) => other.command === command) === at);
  }

  private allFor(contextValue: string): readonly MenuEntry[] {
    const context = { view: this.view, viewItem: contextValue };
    return this.entries.filter(({ when }) => holds(when, context));
  }
}

/** `1_session@2` is the second of its group; buttons stand before every group. */
function placeOf(text: string): { readonly group: string; readonly at: number } {
  const [group = '', at = '0'] = text.split('@');
  return { group, at: Number(at) };
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  if (one === inline || other === inline) return one === inline ? -1 : 1;
  return one < other ? -1 : 1;
}

/** Conditions that speak of more than the row are not known here, and hold for nothing. */
function holds(when: string, context: Readonly<Record<string, string>>): boolean {
  return when.split(' && ').every((clause) => {
    const [, key = '', operator, value = ''] = /^(\w+) (==|=~) (.+)$/.exec(clause) ?? [];
    const actual = context[key];
    if (actual === undefined) return false;
    if (operator === '==') return actual === value;
    return new RegExp(value.replace(/^\/|\/$/g, '')).test(actual);
  });
}
