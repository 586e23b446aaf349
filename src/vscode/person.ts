/** The person at this editor, asked and told by notifications; nothing here opens a browser by itself. */
import { CancellationTokenSource, commands, env, ProgressLocation, window, type Disposable } from 'vscode';
import { quotable } from '../oauth/authError.ts';
import type { Browser, DeviceCode, Person } from '../session/ports.ts';
import { accessMessages, accountMessages, deviceMessages } from './messages/questions.ts';

// Links of notifications run commands; a name that begins so is offered to nobody else.
const copyCommand = '_mcpOAuth.copyDeviceCode';
const openCommand = '_mcpOAuth.openDevicePage';

export class PersonAtEditor implements Person, Disposable {
  private readonly browser: Browser;
  /** Codes that are shown, by the number that their links carry. */
  private readonly codes = new Map<number, DeviceCode>();
  private lastCode = 0;
  private asking: Promise<unknown> = Promise.resolve();
  private readonly registrations: readonly Disposable[];

  constructor(browser: Browser) {
    this.browser = browser;
    this.registrations = [
      commands.registerCommand(copyCommand, async (number: unknown) => {
        const code = this.codes.get(number as number);
        if (code !== undefined) await env.clipboard.writeText(shown(code.userCode));
      }),
      commands.registerCommand(openCommand, async (number: unknown) => {
        const code = this.codes.get(number as number);
        if (code !== undefined) await this.browser.open(code.verificationUriComplete ?? code.verificationUri);
      }),
    ];
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
  }

  /** A progress notification is the only kind that can be closed again; its buttons are links. */
  showDeviceCode(server: string, code: DeviceCode, signal: AbortSignal): void {
    if (signal.aborted) return;
    const number = (this.lastCode += 1);
    this.codes.set(number, code);
    const { host } = new URL(code.verificationUri);
    const title = [
      deviceMessages.enter(server, shown(code.userCode), host),
      link(deviceMessages.copy(), copyCommand, number),
      link(deviceMessages.open(), openCommand, number),
    ].join(' ');
    void window.withProgress({ location: ProgressLocation.Notification, title }, () => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      signal.addEventListener(
        'abort',
        () => {
          this.codes.delete(number);
          resolve(undefined);
        },
        { once: true },
      );
      return promise;
    });
  }

  /** One question at a time: whoever has several servers is not buried in them (field case 24). */
  allowsMoreAccess(server: string, scopes: readonly string[], signal: AbortSignal): Promise<boolean> {
    const answer = this.asking.then(() => askForAccess(server, scopes, signal));
    this.asking = answer.catch(() => undefined);
    return answer;
  }

  async nameAccount(server: string, signal: AbortSignal): Promise<string | undefined> {
    const over = new CancellationTokenSource();
    const stop = () => over.cancel();
    signal.addEventListener('abort', stop, { once: true });
    const name = await window.showInputBox(
      {
        title: accountMessages.nameTitle(server),
        prompt: accountMessages.namePrompt(),
        ignoreFocusOut: true,
        validateInput: (typed) =>
          quotable(typed) === undefined || typed.length > 100 ? accountMessages.nameInvalid() : undefined,
      },
      over.token,
    );
    signal.removeEventListener('abort', stop);
    over.dispose();
    return quotable(name);
  }

  /** Nobody who is not at it is sent to a browser: the answer to the blocked request says what to do. */
  allowsSignIn(): Promise<boolean> {
    return Promise.resolve(false);
  }
}

async function askForAccess(
  server: string,
  scopes: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) return false;
  const allow = accessMessages.allow();
  const { promise: over, resolve } = Promise.withResolvers<undefined>();
  const stop = () => resolve(undefined);
  signal.addEventListener('abort', stop, { once: true });
  const question = accessMessages.question(server, shown(scopes.join(', ')));
  const answer = window.showWarningMessage(question, allow, accessMessages.notNow());
  const pressed = await Promise.race([answer, over]);
  signal.removeEventListener('abort', stop);
  return pressed === allow && !signal.aborted;
}

/** A server's text between words and links of ours: one line, and no bracket that would make it part of a link. */
function shown(text: string): string {
  return (quotable(text) ?? '').replaceAll(/[[\]]/g, ' ').trim();
}

function link(label: string, command: string, number: number): string {
  return `[${label}](command:${command}?${encodeURIComponent(JSON.stringify([number]))})`;
}
