/** The person at this editor, asked by notifications and shown codes; nothing here opens a browser by itself. */
import type { Browser, DeviceCode, Person } from '../session/ports.ts';
import { besideLinks } from './notificationLinks.ts';
import type { ShownDeviceCode } from './pages/deviceCodes.ts';
import { OneAtATime } from './oneAtATime.ts';
import type * as questions from './questions.ts';

/** Shows a code large, until the signal says that it is over. */
export type ShowDeviceCode = (shown: ShownDeviceCode, signal: AbortSignal) => void;

export interface PersonParts {
  readonly browser: Browser;
  readonly showCode: ShowDeviceCode;
  readonly copy: (text: string) => PromiseLike<void>;
  /** What shows a question; loaded with the first. */
  readonly openQuestions: () => Promise<Pick<typeof questions, 'askForAccess' | 'nameAccount'>>;
}

export class PersonAtEditor implements Person {
  private readonly parts: PersonParts;
  /** Whoever has several servers is not buried in questions (field case 24). */
  private readonly questions = new OneAtATime();
  /** One box would take the place of another, whose account had no name then. */
  private readonly names = new OneAtATime();

  constructor(parts: PersonParts) {
    this.parts = parts;
  }

  /** The notification of the sign-in has the code, too. */
  showDeviceCode(server: string, code: DeviceCode, signal: AbortSignal): void {
    const { userCode, issuerHost, expiresAtMs, verificationUri, verificationUriComplete } = code;
    const { host } = new URL(verificationUri);
    const shown: ShownDeviceCode = {
      ...{ server, host, issuerHost, userCode, expiresAtMs },
      copy: async () => this.parts.copy(userCode),
      open: async () => {
        if (!(await this.parts.browser.open(verificationUriComplete ?? verificationUri)))
          throw new Error('The browser did not open.');
      },
    };
    this.parts.showCode(shown, signal);
  }

  async allowsMoreAccess(server: string, scopes: readonly string[], signal: AbortSignal): Promise<boolean> {
    const allows = await this.questions.ask(async () => {
      const { askForAccess } = await this.parts.openQuestions();
      // Loading it takes a moment.
      return !signal.aborted && askForAccess(server, besideLinks(scopes.join(', ')), signal);
    }, signal);
    return allows === true && !signal.aborted;
  }

  nameAccount(server: string, signal: AbortSignal): Promise<string | undefined> {
    return this.names.ask(async () => {
      const { nameAccount } = await this.parts.openQuestions();
      return signal.aborted ? undefined : nameAccount(server, signal);
    }, signal);
  }

  /** Nobody who is not at it is sent to a browser: the answer to the blocked request says what to do. */
  allowsSignIn(): Promise<boolean> {
    return Promise.resolve(false);
  }
}
