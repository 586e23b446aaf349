/** Trying the extension without an account anywhere: starts the sandbox, leads to the first sign-in, chooses faults. */
import { commands, env, ProgressLocation, UIKind, window, type Disposable, type OutputChannel } from 'vscode';
import type { Clock } from '../oauth/clock.ts';
import type { RecordStore } from '../session/ports.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { needsPerson } from '../session/state.ts';
import { externalBrowser } from './browser.ts';
import { sandboxMessages as messages } from './messages/sandbox.ts';
import { stoppedSandboxMessages as stopped } from './messages/stoppedSandbox.ts';
import type { ClientPages, RunningSandbox, StartSandbox } from './runningSandbox.ts';
import {
  configureSandbox,
  letTryAnew,
  noteStopped,
  sandboxSession,
  type SandboxEntryParts,
} from './sandboxEntry.ts';
import { closesRegistration, pickFaults } from './sandboxFaultChoice.ts';

/** No sweep of the records reaches it. */
const passphraseKey = 'sandbox:passphrase';

export interface SandboxParts {
  readonly sessions: Sessions;
  readonly store: RecordStore;
  readonly configured: SandboxEntryParts['configured'];
  readonly putServer: SandboxEntryParts['putServer'];
  /** Reads the settings again. */
  readonly follow: () => Promise<void>;
  readonly start: StartSandbox;
  readonly newPassphrase: () => string;
  /** Has what copies the passphrase while the sandbox runs, by the address of its server: its sign-in page asks for it. */
  readonly passphrases: Map<string, () => Promise<void>>;
  /** Has the page on which a client is registered by hand while the sandbox runs. */
  readonly clientPages: ClientPages;
  readonly clock: Clock;
}

export class SandboxCommands implements Disposable {
  private readonly parts: SandboxParts;
  private readonly closing = new AbortController();
  private channel: OutputChannel | undefined;
  private isStarting = false;
  private running: RunningSandbox | undefined;
  private offer: Disposable | undefined;

  constructor(parts: SandboxParts) {
    this.parts = parts;
  }

  /** Leads to the sign-in also where the sandbox runs already. */
  async start(): Promise<void> {
    // The progress of the start is on the screen.
    if (this.isStarting) return;
    const running = this.running ?? (await this.startReporting());
    if (running === 'cancelled') return;
    if (running === 'failed') {
      await this.offerLog(messages.notStarted());
      return;
    }
    const session = await configureSandbox(this.parts, running.mcpUrl);
    if (session === undefined) return this.offerToAdd(running.mcpUrl);
    this.tryAnew(session);
    await this.tell(session, messages.running(), { isCopyOffered: true });
  }

  async stop(): Promise<void> {
    const running = await this.requireRunning();
    if (running === undefined) return;
    await running.stop();
    void window.showInformationMessage(messages.stopped());
  }

  async chooseFaults(): Promise<void> {
    const running = await this.requireRunning();
    if (running === undefined) return;
    try {
      const names = await pickFaults(await running.readFaults());
      if (names === undefined) return;
      await running.chooseFaults(names);
      const session = sandboxSession(this.parts.sessions, running.mcpUrl);
      const isClosed = names.some(closesRegistration);
      if (session !== undefined) this.tryAnew(session, isClosed);
      void this.tell(session, messages.faultsChosen(names), { isClientWanted: isClosed });
    } catch (thrown) {
      this.reportFailure(thrown);
      await this.offerLog(messages.faultsUnreachable());
    }
  }

  async copyPassphrase(): Promise<void> {
    const running = await this.requireRunning();
    if (running === undefined) return;
    await this.putOnClipboard();
    await this.tell(sandboxSession(this.parts.sessions, running.mcpUrl), messages.passphraseCopied());
  }

  /** Whoever comes from here needs no passphrase there. */
  async openClientPage(): Promise<void> {
    const running = await this.requireRunning();
    if (running === undefined) return;
    try {
      await externalBrowser.open(await running.clientPage());
    } catch (thrown) {
      this.reportFailure(thrown);
      await this.offerLog(messages.clientPageUnreachable());
    }
  }

  dispose(): void {
    this.closing.abort();
    this.offer?.dispose();
    void this.running?.stop();
    this.channel?.dispose();
  }

  private async startReporting(): Promise<RunningSandbox | 'cancelled' | 'failed'> {
    this.isStarting = true;
    this.channel ??= window.createOutputChannel('MCP OAuth Sandbox');
    try {
      const running = await this.startWithProgress(await this.passphrase());
      if (running !== 'cancelled') this.watch(running);
      return running;
    } catch (thrown) {
      this.reportFailure(thrown);
      return 'failed';
    } finally {
      this.isStarting = false;
    }
  }

  private startWithProgress(passphrase: string): Thenable<RunningSandbox | 'cancelled'> {
    return window.withProgress(
      { location: ProgressLocation.Notification, cancellable: true, title: messages.starting() },
      (_, cancellation) => {
        const cancel = new AbortController();
        cancellation.onCancellationRequested(() => cancel.abort());
        return this.parts.start({
          passphrase,
          // The editor in a browser leads `localhost` and 127.0.0.1 through a proxy of its own; it leaves names below
          // `localhost` alone. Not every system resolves those, so that the desktop is given the plain name.
          pagesHost: env.uiKind === UIKind.Web ? 'sandbox.localhost' : 'localhost',
          signal: AbortSignal.any([cancel.signal, this.closing.signal]),
          onLogLine: (line) => this.report(line),
        });
      },
    );
  }

  private watch(running: RunningSandbox): void {
    const { sessions, passphrases, clientPages } = this.parts;
    this.running = running;
    showRunning(true);
    this.report(`The sandbox is running at ${running.mcpUrl}.`);
    passphrases.set(running.mcpUrl, () => this.putOnClipboard());
    const { origin: mcpOrigin } = new URL(running.mcpUrl);
    clientPages.set(running.issuer, { mcpOrigin, open: () => this.openClientPage() });
    void running.ended.then((how) => {
      passphrases.delete(running.mcpUrl);
      clientPages.delete(running.issuer);
      this.offer?.dispose();
      this.running = undefined;
      if (this.closing.signal.aborted) return;
      showRunning(false);
      const session = sandboxSession(sessions, running.mcpUrl);
      if (session !== undefined) noteStopped(session);
      if (how === 'unexpectedly') void this.offerLog(messages.ended());
    });
  }

  /** Made once, so that it need not be learned anew with each start. */
  private async passphrase(): Promise<string> {
    const { store, newPassphrase } = this.parts;
    const kept = await store.read(passphraseKey);
    if (kept !== undefined) return kept;
    const made = newPassphrase();
    await store.write(passphraseKey, made);
    return made;
  }

  private async putOnClipboard(): Promise<void> {
    await env.clipboard.writeText(await this.passphrase());
  }

  /**
   * A sentence that takes the place of the last one, with Sign In where nobody is signed in: most of what was said shows
   * then. A sign-in that goes on has a notification of its own, which has the passphrase, too.
   * @param isClientWanted true where a client is to be registered by hand now.
   */
  private async tell(
    session: Session | undefined,
    sentence: string,
    { isCopyOffered = false, isClientWanted = false } = {},
  ): Promise<void> {
    const { offerSignIn } = await import('./signInOffer.ts');
    this.offer?.dispose();
    const openClients = messages.openClientPage();
    if (session === undefined || !needsPerson(session.state)) {
      const buttons = isClientWanted ? [openClients] : [];
      if ((await window.showInformationMessage(sentence, ...buttons)) === openClients)
        await this.openClientPage();
      return;
    }
    const links = [
      ...(isCopyOffered ? [{ words: messages.copyPassphrase(), act: () => this.copyPassphrase() }] : []),
      ...(isClientWanted ? [{ words: openClients, act: () => this.openClientPage() }] : []),
    ];
    this.offer = offerSignIn(this.parts, session, { sentence, links });
  }

  private async offerToAdd(mcpUrl: string): Promise<void> {
    const [add, copy] = [messages.addServer(), messages.copyPassphrase()];
    const choice = await window.showInformationMessage(messages.runningAt(mcpUrl), add, copy);
    if (choice === add) await commands.executeCommand('mcpOAuth.addServer');
    if (choice === copy) await this.copyPassphrase();
  }

  /** Whoever waits for the server of the sandbox sees in its row what comes of it. */
  private tryAnew(session: Session, isClosed = false): void {
    letTryAnew(session, isClosed).catch((thrown: unknown) => this.reportFailure(thrown));
  }

  private async offerLog(sentence: string): Promise<void> {
    const show = messages.showLog();
    if ((await window.showErrorMessage(sentence, show)) === show) this.channel?.show();
  }

  /** The palette offers what needs it only while it runs; a key may be bound to it all the same. */
  private async requireRunning(): Promise<RunningSandbox | undefined> {
    if (this.running !== undefined) return this.running;
    const start = stopped.start();
    if ((await window.showInformationMessage(stopped.notRunning(), start)) === start) await this.start();
    return undefined;
  }

  private reportFailure(thrown: unknown): void {
    this.report(thrown instanceof Error ? thrown.message : String(thrown));
  }

  /** A channel that was closed takes nothing more. */
  private report(line: string): void {
    if (!this.closing.signal.aborted) this.channel?.appendLine(line);
  }
}

function showRunning(isRunning: boolean): void {
  void commands.executeCommand('setContext', 'mcpOAuth.sandboxRunning', isRunning);
}
