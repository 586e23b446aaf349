/** A tab of an editor as far as what fills it with a page knows it. */
import type { OpenPage, PanelParts } from '../../src/vscode/pages/pagePanel.ts';

export class OpenTab<Request, News extends object> implements OpenPage {
  readonly posted: News[] = [];
  /** What was shown in it, one after another. */
  readonly pages: string[];
  reveals = 0;
  isClosed = false;
  private readonly given: PanelParts<Request>;

  constructor(given: PanelParts<Request>) {
    this.given = given;
    this.pages = [given.page.body.text];
  }

  get text(): string {
    return (this.pages.at(-1) ?? '').replaceAll(/\s+/g, ' ');
  }

  press(request: Request): void {
    this.given.onMessage(request);
  }

  post(news: News): void {
    this.posted.push(news);
  }

  replace(page: PanelParts<never>['page']): void {
    this.pages.push(page.body.text);
  }

  reveal(): void {
    this.reveals += 1;
  }

  dispose(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.given.onClose();
  }
}
