/**
 * One notification for each sign-in that goes on in this window, however it was begun: what happens, where, and links to do
 * something about it. Loaded with the first sign-in.
 */
import { commands, Disposable, env, ProgressLocation, window, type Progress } from 'vscode';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { SignInPage } from '../session/signInPage.ts';
import { progressText, progressTitle, type Link, type LinkAction } from './messages/signInProgress.ts';
import { besideLinks, notificationLink } from './notificationLinks.ts';

// A name that begins so is offered to nobody else.
const commandNames: Record<LinkAction, string> = {
  open: '_mcpOAuth.openSignInPage',
  copy: '_mcpOAuth.copySignIn',
  paste: '_mcpOAuth.pasteCallback',
  passphrase: '_mcpOAuth.copyPassphrase',
};

/** Copies what the sign-in page of a server asks for, where this editor knows it; by the address of the server. */
export type Passphrases = ReadonlyMap<string, () => Promise<void>>;

/** One attempt and its notification. */
interface Notice {
  readonly session: Session;
  /** In its links, in place of anything that says something about the attempt. */
  readonly number: number;
  /** What a person has copied here last: the link or code of a page, or the passphrase that it asks for. */
  copied?: SignInPage | 'passphrase' | undefined;
  progress?: Progress<{ message: string }>;
  shown?: string;
  readonly end: () => void;
}

export class SignInProgress implements Disposable {
  private readonly sessions: Sessions;
  private readonly passphrases: Passphrases;
  private readonly notices = new Map<number, Notice>();
  private lastNumber = 0;
  private readonly registrations: Disposable;

  constructor(sessions: Sessions, passphrases: Passphrases) {
    this.sessions = sessions;
    this.passphrases = passphrases;
    const on = (action: LinkAction, act: (notice: Notice) => unknown) =>
      commands.registerCommand(commandNames[action], async (number: unknown) => {
        const notice = this.notices.get(number as number);
        if (notice !== undefined) await act(notice);
      });
    this.registrations = Disposable.from(
      on('open', ({ session }) => session.page?.open()),
      on('copy', (notice) => this.copy(notice)),
      on('paste', ({ session }) => commands.executeCommand('mcpOAuth.pasteCallback', session)),
      on('passphrase', (notice) => this.copyPassphrase(notice)),
      new Disposable(sessions.onDidChange(() => this.follow())),
    );
    this.follow();
  }

  dispose(): void {
    this.registrations.dispose();
    for (const { end } of this.notices.values()) end();
  }

  private follow(): void {
    for (const notice of this.notices.values()) this.draw(notice);
    const drawn = new Set([...this.notices.values()].map(({ session }) => session));
    for (const session of this.sessions.all)
      if (session.state.kind === 'authorizing' && !drawn.has(session)) this.show(session);
  }

  /**
   * A progress notification is the only kind that can be closed again; its buttons are links. Cancel stands out although it
   * is the last thing to do: a notification without any button is folded to one line, without its links.
   */
  private show(session: Session): void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const number = (this.lastNumber += 1);
    const notice: Notice = {
      session,
      number,
      end: () => {
        this.notices.delete(number);
        resolve(undefined);
      },
    };
    this.notices.set(number, notice);
    const title = progressTitle(besideLinks(session.server.name));
    void window.withProgress(
      { location: ProgressLocation.Notification, cancellable: true, title },
      (progress, cancellation) => {
        cancellation.onCancellationRequested(() => {
          if (this.notices.has(number)) session.cancelSignIn();
        });
        notice.progress = progress;
        this.draw(notice);
        return promise;
      },
    );
  }

  private draw(notice: Notice): void {
    const { session, progress } = notice;
    const { state, page } = session;
    if (state.kind !== 'authorizing') {
      notice.end();
      return;
    }
    const device = page?.device && {
      code: besideLinks(page.device.userCode),
      issuerHost: page.device.issuerHost,
    };
    const isCopied = page !== undefined && notice.copied === page;
    const passphrase = this.passphrases.has(session.server.url)
      ? ({ isCopied: notice.copied === 'passphrase' } as const)
      : undefined;
    const view = { state, device, hasPage: page !== undefined, isCopied, passphrase };
    const message = progressText(view, linkOf(notice));
    if (message === notice.shown || progress === undefined) return;
    notice.shown = message;
    progress.report({ message });
  }

  /** The code where one is entered, else the address; the notification says that it is done. */
  private async copy(notice: Notice): Promise<void> {
    const { page } = notice.session;
    const text = page?.device?.userCode ?? page?.handOut();
    if (text === undefined) return;
    await env.clipboard.writeText(text);
    notice.copied = page;
    if (this.notices.has(notice.number)) this.draw(notice);
  }

  private async copyPassphrase(notice: Notice): Promise<void> {
    const copy = this.passphrases.get(notice.session.server.url);
    if (copy === undefined) return;
    await copy();
    notice.copied = 'passphrase';
    if (this.notices.has(notice.number)) this.draw(notice);
  }
}

function linkOf({ number }: Notice): Link {
  return (words, action) => notificationLink(words, commandNames[action], number);
}
