/**
 * The page at which an attempt waits for a person. Its address carries the state of the attempt: it is kept in memory while
 * the attempt runs and handed to the clipboard and the browser alone, and nothing that prints an object shows it.
 */
import type { Browser, DeviceCode } from './ports.ts';

export interface PageParts {
  readonly url: string;
  /** Under which the attempt is kept until its answer is taken; none where no browser is sent back. */
  readonly state?: string;
  readonly browser: Browser;
  /** The code that is entered there, where that is how a person signs in. */
  readonly device?: DeviceCode;
  /** Told how each try to open it ended, while the attempt runs. */
  readonly onTried?: (isOpen: boolean) => void;
}

/**
 * Nobody can have seen the page when the time was up, or another window has what came of it: the person is told of no
 * failure here.
 */
export class PageDeclined extends Error {}

export class SignInPage {
  readonly device: DeviceCode | undefined;
  readonly #browser: Browser;
  readonly #onTried: (isOpen: boolean) => void;
  readonly #state: string | undefined;
  #url: string | undefined;
  #wasShown = false;

  constructor({ url, state, browser, device, onTried = () => undefined }: PageParts) {
    this.#url = url;
    this.#state = state;
    this.#browser = browser;
    this.#onTried = onTried;
    this.device = device;
  }

  /** What the answer that the attempt waits for carries. */
  get state(): string | undefined {
    return this.#state;
  }

  /** Whether somebody may have seen it: it was opened, or its address was handed out. */
  get wasShown(): boolean {
    return this.#wasShown;
  }

  /** For the clipboard; undefined when the attempt is over. */
  handOut(): string | undefined {
    this.#wasShown ||= this.#url !== undefined;
    return this.#url;
  }

  /** False where the browser did not open, and when the attempt is over. */
  async open(): Promise<boolean> {
    const url = this.#url;
    if (url === undefined) return false;
    const isOpen = await this.#browser.open(url);
    this.#wasShown ||= isOpen;
    // What comes late says nothing about the attempt that may run by now.
    if (this.#url !== undefined) this.#onTried(isOpen);
    return isOpen;
  }

  /** The attempt is over, or goes on without the person. */
  close(): void {
    this.#url = undefined;
  }
}
