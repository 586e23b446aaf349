/** A page of ours in an editor tab. What it posts is judged as if a stranger had sent it. */
import { env, ViewColumn, window, type Disposable, type WebviewPanel } from 'vscode';
import { isTranslated } from '../messages/language.ts';
import { askedOf, framedPage, newNonce, type FramedPage } from './pageFrame.ts';

export interface PanelParts<Message> {
  readonly viewType: string;
  /** Of the tab. */
  readonly tab: string;
  readonly page: Omit<FramedPage, 'language'>;
  /** Judges what the page posts; undefined for what is not listened to. */
  readonly read: (received: unknown) => Message | undefined;
  readonly onMessage: (message: Message) => void;
  /** Whoever closed it. */
  readonly onClose: () => void;
}

/** A page as whoever fills it knows it. Of one that is closed nothing happens. */
export interface OpenPage {
  post(message: object): void;
  /** Puts another page into the tab: nothing of what was typed is left, nor heard of that was on its way. */
  replace(page: PanelParts<never>['page']): void;
  /** Brings the tab to the front, and the focus into it. */
  reveal(): void;
  dispose(): void;
}

export class PagePanel<Message> implements OpenPage, Disposable {
  private readonly panel: WebviewPanel;
  /** Of the page that is shown. */
  private nonce = '';
  private isClosed = false;

  constructor({ viewType, tab, page, read, onMessage, onClose }: PanelParts<Message>) {
    this.panel = window.createWebviewPanel(viewType, tab, ViewColumn.Active, {
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: [],
      // What somebody typed stays while they are at the vendor's page or in another tab.
      retainContextWhenHidden: true,
      enableFindWidget: true,
    });
    this.panel.onDidDispose(() => {
      this.isClosed = true;
      onClose();
    });
    this.panel.webview.onDidReceiveMessage((received: unknown) => {
      const message = read(askedOf(received, this.nonce));
      if (message !== undefined) onMessage(message);
    });
    this.replace(page);
  }

  replace(page: PanelParts<never>['page']): void {
    if (this.isClosed) return;
    this.nonce = newNonce();
    const language = isTranslated() ? env.language : 'en';
    this.panel.webview.html = framedPage({ ...page, language }, this.nonce);
  }

  post(message: object): void {
    if (!this.isClosed) void this.panel.webview.postMessage(message);
  }

  reveal(): void {
    if (!this.isClosed) this.panel.reveal();
  }

  dispose(): void {
    if (!this.isClosed) this.panel.dispose();
  }
}
