/** A page of ours in an editor tab. What it posts is judged as if a stranger had sent it. */
import { env, ViewColumn, window, type Disposable, type WebviewPanel } from 'vscode';
import { isTranslated } from '../messages/language.ts';
import { framedPage, newNonce, type FramedPage } from './pageFrame.ts';

export interface PanelParts<Message> {
  readonly viewType: string;
  /** Of the tab. */
  readonly tab: string;
  readonly page: Omit<FramedPage, 'language'>;
  /** Whether what has the focus keeps it; the page is seen all the same. */
  readonly preserveFocus: boolean;
  /** Judges what the page posts; undefined for what is not listened to. */
  readonly read: (received: unknown) => Message | undefined;
  readonly onMessage: (message: Message) => void;
  /** Whoever closed it. */
  readonly onClose: () => void;
}

export class PagePanel<Message> implements Disposable {
  private readonly panel: WebviewPanel;
  private isClosed = false;

  constructor({ viewType, tab, page, preserveFocus, read, onMessage, onClose }: PanelParts<Message>) {
    this.panel = window.createWebviewPanel(
      viewType,
      tab,
      { viewColumn: ViewColumn.Active, preserveFocus },
      {
        enableScripts: true,
        enableCommandUris: false,
        localResourceRoots: [],
        // What somebody typed stays while they are at the vendor's page or in another tab.
        retainContextWhenHidden: true,
        enableFindWidget: true,
      },
    );
    this.panel.onDidDispose(() => {
      this.isClosed = true;
      onClose();
    });
    this.panel.webview.onDidReceiveMessage((received: unknown) => {
      const message = read(received);
      if (message !== undefined) onMessage(message);
    });
    const language = isTranslated() ? env.language : 'en';
    this.panel.webview.html = framedPage({ ...page, language }, newNonce());
  }

  post(message: object): void {
    if (!this.isClosed) void this.panel.webview.postMessage(message);
  }

  reveal(preserveFocus = false): void {
    if (!this.isClosed) this.panel.reveal(undefined, preserveFocus);
  }

  dispose(): void {
    if (!this.isClosed) this.panel.dispose();
  }
}
