/** The person at this editor, asked by notifications and shown codes; nothing here opens a browser by itself. */
import { env } from 'vscode';
import type { Browser, DeviceCode, Person } from '../session/ports.ts';
import { besideLinks } from './notificationLinks.ts';
import type { ShownDeviceCode } from './pages/deviceCodes.ts';
import { OneAtATime } from './oneAtATime.ts';

/** Shows a code large, until the signal says that it is over. */
export type ShowDeviceCode = (shown: ShownDeviceCode, signal: AbortSignal) => void;

export class PersonAtEditor implements Person {
  private readonly browser: Browser;
  private readonly showCode: ShowDeviceCode;
  /** Whoever has several servers is not buried in questions (field case 24). */
  private readonly questions = new OneAtATime();

  constructor(browser: Browser, showCode: ShowDeviceCode) {
    this.browser = browser;
    this.showCode = showCode;
  }

  /** The notification of the sign-in has the code, too. */
  showDeviceCode(server: string, code: DeviceCode, signal: AbortSignal): void {
    const { userCode, issuerHost, expiresAtMs, verificationUri, verificationUriComplete } = code;
    const { host } = new URL(verificationUri);
    const shown: ShownDeviceCode = {
      ...{ server, host, issuerHost, userCode, expiresAtMs },
      copy: async () => env.clipboard.writeText(userCode),
      open: async () => {
        if (!(await this.browser.open(verificationUriComplete ?? verificationUri)))
          throw new Error('The browser did not open.');
      },
    };
    this.showCode(shown, signal);
  }

  allowsMoreAccess(server: string, scopes: readonly string[], signal: AbortSignal): Promise<boolean> {
    // Nobody waits for the answer, and so nobody for the turn of the question either.
    if (signal.aborted) return Promise.resolve(false);
    return this.questions.ask(async () => {
      const { askForAccess } = await import('./questions.ts');
      return askForAccess(server, besideLinks(scopes.join(', ')), signal);
    });
  }

  async nameAccount(server: string, signal: AbortSignal): Promise<string | undefined> {
    const { nameAccount } = await import('./questions.ts');
    return nameAccount(server, signal);
  }

  /** Nobody who is not at it is sent to a browser: the answer to the blocked request says what to do. */
  allowsSignIn(): Promise<boolean> {
    return Promise.resolve(false);
  }
}
