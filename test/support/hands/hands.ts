// What a person can do in the browser that shows VS Code, as tests inside the extension host may ask for it.
// Everything waits until it can be done, up to a deadline, and says what was on the screen if it could not.

export interface QuickInputText {
  readonly title: string;
  readonly placeholder: string;
  readonly message: string;
  /** Labels of the entries that can be picked. */
  readonly items: readonly string[];
}

/** An entry of a list in the quick input, as far as the list shows it. */
export interface QuickItem {
  readonly label: string;
  readonly description: string;
  /** The line below. */
  readonly detail: string;
  /** The codicon in front, if it has one: `key`. */
  readonly icon: string | undefined;
  /** What stands above the entry, where a group begins with it. */
  readonly group: string;
  /** Titles of its buttons. */
  readonly buttons: readonly string[];
  readonly isActive: boolean;
}

export interface Notification {
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly source: string;
  readonly buttons: readonly string[];
}

export interface Dialog {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** What a screen reader says, without ", has actions". */
  readonly ariaLabel: string;
  /** 1 for rows at the top. */
  readonly level: number;
  /** The codicon of the row, if it has one: `account`. */
  readonly icon: string | undefined;
  /** Titles of the buttons that appear under the mouse. */
  readonly actions: readonly string[];
}

export interface WalkthroughStep {
  readonly title: string;
  readonly description: string;
  readonly buttons: readonly string[];
  readonly isDone: boolean;
}

export interface StatusBarItem {
  readonly id: string;
  readonly text: string;
  readonly icons: readonly string[];
  readonly ariaLabel: string;
  readonly background: 'none' | 'warning' | 'error' | 'other';
}

/** A part of the screen that can be looked at by itself. */
export type Surface =
  | { readonly kind: 'view'; readonly title: string }
  | { readonly kind: 'statusBarItem'; readonly idOrText: string }
  /** The one whose message holds the text; the notification centre may stay open. */
  | { readonly kind: 'notification'; readonly text: string }
  /** The whole page of the extension that is in front. */
  | { readonly kind: 'webview' }
  /** The whole page that `waitForPage` found, in the colours that the person chose for the computer. */
  | { readonly kind: 'page'; readonly colours: 'light' | 'dark' | 'forced' };

/** Something that axe finds wrong. */
export interface AccessibilityProblem {
  /** The id of axe's rule: `color-contrast`. */
  readonly rule: string;
  /** The rule as a sentence. */
  readonly help: string;
  /** A selector of the element. */
  readonly target: string;
  /** What would mend it. */
  readonly summary: string;
}

/** Where keys go: to the window of VS Code, or to the page that `waitForPage` found. */
export type KeyboardPlace = 'workbench' | 'page';

export interface Hands {
  /** Opens the command palette and picks the entry of exactly this title: `MCP OAuth: Show Log`. */
  runCommand(title: string): Promise<void>;
  /** Types into the open quick input and confirms. */
  quickInput(text: string): Promise<void>;
  pickQuickItem(label: string): Promise<void>;
  quickInputText(): Promise<QuickInputText>;
  /** The entries that are on the screen. */
  quickItems(): Promise<readonly QuickItem[]>;
  clickQuickItemButton(label: string, button: string): Promise<void>;
  /** Presses a key, as Playwright names it: `Escape`; in the workbench, unless another place is named. */
  press(key: string, place?: KeyboardPlace): Promise<void>;
  /** Types into whatever has the focus. */
  type(text: string, place?: KeyboardPlace): Promise<void>;
  /** The name of what has the focus, in any frame; of a list the row that it means. */
  focusedElement(place?: KeyboardPlace): Promise<string>;

  /** What is on the screen now, or else what the notification centre holds. */
  notifications(): Promise<readonly Notification[]>;
  /** Waits for a notification whose message holds this text. */
  waitForNotification(text: string): Promise<Notification>;
  clickNotification(button: string): Promise<void>;
  /** A link in the text of the notification whose message holds `text`, or a button of it. */
  clickInNotification(text: string, link: string): Promise<void>;
  clearNotifications(): Promise<void>;
  dialog(): Promise<Dialog>;
  clickDialog(button: string): Promise<void>;

  /** By the title of a view or of its container. */
  openView(title: string): Promise<void>;
  treeRows(viewTitle: string): Promise<readonly TreeRow[]>;
  /** Waits for a row whose label or description holds this text. */
  waitForTreeRow(viewTitle: string, text: string): Promise<TreeRow>;
  clickTreeRow(rowLabel: string): Promise<void>;
  /** Shows what is below a row, or hides it. */
  setTreeRowOpen(rowLabel: string, isOpen: boolean): Promise<void>;
  /** The number on the icon of a view's container and its words, `2: 2 servers need you`; empty where there is none. */
  viewBadge(containerTitle: string): Promise<string>;
  clickTreeAction(rowLabel: string, actionTitle: string): Promise<void>;
  /** What a row shows under the mouse, once that is known; with a name, a picture of it is saved too. */
  treeTooltip(rowLabel: string, pictureName?: string): Promise<string>;
  /** Opens the row's context menu and clicks through it. */
  treeMenuClick(rowLabel: string, path: readonly string[]): Promise<void>;
  /** The text a view shows while it has no rows. */
  viewWelcome(viewTitle: string): Promise<string>;
  clickViewWelcome(viewTitle: string, button: string): Promise<void>;

  /** By the item's whole id, the end of it, or a part of its text or aria label. */
  statusBarItem(idOrText: string): Promise<StatusBarItem>;
  /** With a name, a picture of the open tooltip is saved too. */
  statusBarTooltip(idOrText: string, pictureName?: string, colorScheme?: 'light' | 'dark'): Promise<string>;
  clickStatusBarTooltip(idOrText: string, link: string): Promise<void>;
  clickStatusBarItem(idOrText: string): Promise<void>;
  /** Labels of the entries of the Accounts menu; with a name, a picture of the open menu is saved too. */
  accountsMenu(pictureName?: string): Promise<readonly string[]>;
  accountsMenuClick(path: readonly string[]): Promise<void>;

  /** Waits for another tab or popup whose address starts so; the page operations then mean that one. */
  waitForPage(urlPrefix: string): Promise<string>;
  pageText(): Promise<string>;
  pageUrl(): Promise<string>;
  pageClick(selector: string): Promise<void>;
  pageFill(selector: string, text: string): Promise<void>;
  pageClose(): Promise<void>;
  /** Plugs a platform authenticator into every tab, whose person is always there; passkeys last as long as the browser. */
  plugInAuthenticator(): Promise<void>;

  /** What a person reads on the page of an extension that is in front, or in an element of it. */
  webviewText(selector?: string): Promise<string>;
  /** What is in a field of it. */
  webviewValue(selector: string): Promise<string>;
  /** How an element of it is drawn: `font-size`. */
  webviewStyle(selector: string, property: string): Promise<string>;
  webviewFill(selector: string, text: string): Promise<void>;
  webviewClick(selector: string): Promise<void>;

  /** Steps of the walkthrough that is in front. */
  walkthroughSteps(): Promise<readonly WalkthroughStep[]>;
  clickWalkthroughButton(stepTitle: string, button: string): Promise<void>;

  /**
   * Opens a second window of the same VS Code, with the folder or empty, and works in it from then on. Its extension
   * host is another one; settings and the browser's storage are shared.
   */
  openWindow(folder?: string): Promise<void>;
  /** From then on everything that is not about other pages is done in that window. The tests run in the first. */
  useWindow(number: 1 | 2): Promise<void>;
  /** Loads the current window again; refuses the first. Its extension host of before may live on for some seconds. */
  reloadWindow(): Promise<void>;
  /** Closes the current window and goes back to the first; refuses the first. */
  closeWindow(): Promise<void>;

  /** Saves a PNG in the screenshots folder and returns its path. The page is the one that `waitForPage` found. */
  screenshot(name: string, target?: 'workbench' | 'page', colorScheme?: 'light' | 'dark'): Promise<string>;
  /** What axe finds wrong with it, by WCAG 2.1 A and AA and by its best practices. */
  accessibilityProblems(surface: Surface): Promise<readonly AccessibilityProblem[]>;
  /** Roles and names as a screen reader gets them, in Playwright's notation: `- treeitem "notes, connected as ada"`. */
  accessibilityTree(surface: Surface): Promise<string>;
  /** The places in the browser's storage, of any origin, that hold this text: `localStorage …`. */
  browserStorageHolding(text: string): Promise<readonly string[]>;
}

/** One operation on the wire, as JSON. */
export type HandsRequest = {
  [Name in keyof Hands]: {
    readonly operation: Name;
    readonly args: Parameters<Hands[Name]>;
    readonly deadlineMs: number;
  };
}[keyof Hands];

export type HandsResponse =
  | { readonly outcome: 'done'; readonly value?: unknown }
  | { readonly outcome: 'failed'; readonly message: string };
