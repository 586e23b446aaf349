/**
 * Stands in for the editor where files of the shell draw and ask: a tree that is asked for its rows as VS Code asks, and
 * lists at the top of the window that are kept to be looked at.
 */
export { l10n } from '../../src/driver/plainWords.ts';

type Listener<Event> = (event: Event) => unknown;

export class Disposable {
  static from(...all: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }

  private readonly run: () => unknown;

  constructor(run: () => unknown) {
    this.run = run;
  }

  dispose(): void {
    this.run();
  }
}

export class EventEmitter<Event> {
  private readonly listeners = new Set<Listener<Event>>();

  readonly event = (listener: Listener<Event>): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };

  fire(event: Event): void {
    for (const listener of this.listeners) listener(event);
  }

  dispose(): void {
    this.listeners.clear();
  }
}

export class ThemeColor {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}

export class ThemeIcon {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}

export class MarkdownString {
  readonly value: string;
  isTrusted: unknown;
  constructor(value: string) {
    this.value = value;
  }
}

export const Range = Object;
export const TabInputTextDiff = Object;
export const McpHttpServerDefinition = Object;
export class FileSystemError extends Error {}
export class CancellationError extends Error {}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const QuickPickItemKind = { Separator: -1, Default: 0 };
export const QuickInputButtons = { Back: {} };
export const ProgressLocation = { Window: 10, Notification: 15 };
export const UIKind = { Desktop: 1, Web: 2 };
export const StatusBarAlignment = { Left: 1, Right: 2 };
export const ConfigurationTarget = { Global: 1, Workspace: 2, WorkspaceFolder: 3 };
export const RelativePattern = Object;
export const Uri = {
  from: (parts: object) => parts,
  joinPath: (base: { toString(): string }, ...names: readonly string[]) => ({
    toString: () => [base.toString(), ...names].join('/'),
  }),
};
export const env = { uiKind: UIKind.Desktop, clipboard: { writeText: () => Promise.resolve() } };
const nothing = () => new Disposable(() => undefined);

/** One without folders, and without any file. */
export const workspace = {
  isTrusted: true,
  fs: { stat: () => Promise.reject(new FileSystemError()) },
  createFileSystemWatcher: () => ({
    ...{ dispose: () => undefined, onDidCreate: nothing, onDidChange: nothing, onDidDelete: nothing },
  }),
  onDidChangeWorkspaceFolders: nothing,
};
export const commands = {
  executeCommand(name: string) {
    shown.commands.push(name);
    return Promise.resolve();
  },
  registerCommand: () => nothing(),
};

export class TreeItem {
  readonly label: string;
  readonly collapsibleState: number;
  id?: string;
  tooltip?: string;
  description?: string;
  contextValue?: string;
  constructor(label: string, collapsibleState: number) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}

interface Provider<Row extends object> {
  readonly onDidChangeTreeData: (listener: Listener<Row | readonly Row[] | undefined>) => Disposable;
  getChildren(row?: Row): Promise<readonly Row[]> | readonly Row[];
  getTreeItem(row: Row): TreeItem;
  resolveTreeItem(item: TreeItem, row: Row): Promise<TreeItem>;
}

/** A view as VS Code holds it: rows by their ids, each drawn once until the provider says that it is another. */
export class View<Row extends object> {
  badge: { readonly value: number } | undefined;
  /** Ids of the rows whose items were asked for, in order; to be emptied by who counts. */
  readonly asked: string[] = [];
  /** How often the rows at the top were asked for. */
  rootsAsked = 0;
  private readonly provider: Provider<Row>;
  private readonly visibility = new EventEmitter<{ readonly visible: boolean }>();
  private readonly expansion = new EventEmitter<{ readonly element: Row }>();
  private readonly collapse = new EventEmitter<{ readonly element: Row }>();
  private readonly elements = new Map<string, Row>();
  private readonly items = new Map<Row, TreeItem>();
  private readonly below = new Map<string, readonly string[]>();
  /** Undefined stands for all. */
  private waiting: (Row | undefined)[] = [];

  readonly onDidChangeVisibility = this.visibility.event;
  readonly onDidExpandElement = this.expansion.event;
  readonly onDidCollapseElement = this.collapse.event;

  constructor(provider: Provider<Row>) {
    this.provider = provider;
    provider.onDidChangeTreeData((changed) => {
      const rows = Array.isArray(changed) ? (changed as readonly Row[]) : [changed as Row | undefined];
      // What VS Code does at once; it asks again a moment later.
      if (rows.some((row) => row === undefined)) this.elements.clear();
      this.waiting.push(...rows);
    });
  }

  dispose(): void {
    this.elements.clear();
  }

  async show(): Promise<void> {
    await this.drawAll();
    this.visibility.fire({ visible: true });
  }

  /** What a command gets that is chosen on the row of this id. */
  elementOf(id: string): Row | undefined {
    return this.elements.get(id);
  }

  itemOf(id: string): TreeItem | undefined {
    const row = this.elements.get(id);
    return row === undefined ? undefined : this.items.get(row);
  }

  /** The item as it is when the mouse has been over it. */
  async hovered(id: string): Promise<TreeItem | undefined> {
    const [row, item] = [this.elements.get(id), this.itemOf(id)];
    return row === undefined || item === undefined ? undefined : this.provider.resolveTreeItem(item, row);
  }

  async expand(id: string): Promise<readonly (TreeItem | undefined)[]> {
    const element = this.elements.get(id);
    if (element === undefined) return [];
    this.expansion.fire({ element });
    await this.drawBelow(id, element);
    return this.itemsBelow(id);
  }

  itemsBelow(id: string): readonly (TreeItem | undefined)[] {
    return (this.below.get(id) ?? []).map((child) => this.itemOf(child));
  }

  /** Asks for what is to be drawn again. */
  async drawChanges(): Promise<void> {
    const rows = new Set(this.waiting);
    this.waiting = [];
    if (rows.has(undefined)) return this.drawAll();
    for (const row of rows) {
      if (row === undefined || !this.items.has(row)) continue;
      const id = this.draw(row);
      if (this.below.has(id)) await this.drawBelow(id, row);
    }
  }

  private async drawAll(): Promise<void> {
    this.rootsAsked += 1;
    this.items.clear();
    this.elements.clear();
    for (const row of await this.provider.getChildren()) {
      const id = this.draw(row);
      if (this.below.has(id)) await this.drawBelow(id, row);
    }
  }

  private async drawBelow(id: string, row: Row): Promise<void> {
    const rows = await this.provider.getChildren(row);
    this.below.set(
      id,
      rows.map((child) => this.draw(child)),
    );
  }

  private draw(row: Row): string {
    const item = this.provider.getTreeItem(row);
    const id = item.id ?? '';
    this.asked.push(id);
    this.items.set(row, item);
    this.elements.set(id, row);
    return id;
  }
}

interface PickItem {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}

interface Message {
  readonly sentence: string;
  readonly buttons: readonly string[];
  /** Of a dialog. */
  readonly detail?: string;
}

/** What a person was shown since it was emptied. */
export const shown = {
  views: [] as View<object>[],
  lists: [] as (readonly PickItem[])[],
  prompts: [] as string[],
  /** What the person will type into the next boxes; where nothing is left they go away. */
  typed: [] as string[],
  /** Titles of what goes on, as the status bar has them. */
  progress: [] as string[],
  /** Texts of the item in the status bar, one for each time that it was drawn. */
  statusTexts: [] as string[],
  /** What was run of the editor's commands and ours. */
  commands: [] as string[],
  /** Providers that are registered, and those that somebody asked for without being silent, by id. */
  providers: new Set<string>(),
  accountEntries: [] as string[],
  messages: [] as Message[],
};

/** A list or a box at the top of the window, which the person leaves at once where they have nothing to type. */
function answered(keep: (input: { items: readonly PickItem[]; prompt: string }) => void) {
  const hidden = new EventEmitter<undefined>();
  const accepted = new EventEmitter<undefined>();
  const never = new EventEmitter<never>().event;
  const input = {
    ...{ items: [] as readonly PickItem[], prompt: '', value: '' },
    activeItems: [] as readonly PickItem[],
    ...{
      onDidAccept: accepted.event,
      onDidChangeValue: never,
      onDidTriggerButton: never,
      onDidTriggerItemButton: never,
      onDidHide: hidden.event,
    },
    show() {
      keep(input);
      const text = input.items.length > 0 ? undefined : shown.typed.shift();
      queueMicrotask(() => {
        if (text !== undefined) input.value = text;
        (text === undefined ? hidden : accepted).fire(undefined);
      });
    },
    dispose: () => undefined,
  };
  return input;
}

export const lm = {};

/** Every extension is there. */
export const extensions = {
  getExtension: (id: string) => ({ id, packageJSON: { displayName: id } }),
};

export const authentication = {
  registerAuthenticationProvider(id: string) {
    shown.providers.add(id);
    return new Disposable(() => shown.providers.delete(id));
  },
  getSession(id: string) {
    // VS Code would wait for it.
    if (!shown.providers.has(id)) throw new Error(`${id} is not registered.`);
    shown.accountEntries.push(id);
    return Promise.resolve(undefined);
  },
};

const say = (sentence: string, ...rest: readonly unknown[]) => {
  const buttons = rest.filter((button) => typeof button === 'string');
  const [{ detail } = {}] = rest as readonly { readonly detail?: string }[];
  shown.messages.push({ sentence, buttons, ...(detail !== undefined && { detail }) });
  return Promise.resolve(undefined);
};

export const window = {
  createTreeView(_: string, { treeDataProvider }: { readonly treeDataProvider: Provider<object> }) {
    const view = new View(treeDataProvider);
    shown.views.push(view);
    return view;
  },
  createStatusBarItem: () => ({
    set text(text: string) {
      shown.statusTexts.push(text);
    },
    ...{ show: () => undefined, hide: () => undefined, dispose: () => undefined },
  }),
  showQuickPick(items: readonly (PickItem | string)[]) {
    shown.lists.push(items.map((item) => (typeof item === 'string' ? { label: item } : item)));
    return Promise.resolve(undefined);
  },
  showInputBox({ prompt = '' }: { readonly prompt?: string }) {
    shown.prompts.push(prompt);
    return Promise.resolve(undefined);
  },
  createQuickPick: () => answered(({ items }) => void shown.lists.push(items)),
  createInputBox: () => answered(({ prompt }) => void shown.prompts.push(prompt)),
  withProgress({ title }: { readonly title: string }, work: () => Promise<unknown>) {
    shown.progress.push(title);
    return work();
  },
  showInformationMessage: say,
  showWarningMessage: say,
  showErrorMessage: say,
};
