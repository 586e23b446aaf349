/** Trying the extension without an account anywhere: starts the sandbox, leads to the first sign-in, chooses faults. */
import { commands, env, ProgressLocation, UIKind, window, type Disposable, type OutputChannel } from 'vscode';
import type { RecordStore } from '../session/ports.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { holdsGrant } from '../session/state.ts';
import { externalBrowser } from './browser.ts';
import { sandboxMessages as messages } from './messages/sandbox.ts';
import { stoppedSandboxMessages as stopped } from './messages/stoppedSandbox.ts';
import type { RunningSandbox, StartSandbox } from './runningSandbox.ts';
import { configureSandbox, letTryAnew, sandboxSession, type SandboxEntryParts } from './sandboxEntry.ts';
import { closesRegistration, pickFaults } from './sandboxFaultChoice.ts';
import { signInWithPerson } from './signInCommand.ts';

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
}

export class SandboxCommands implements Disposable {
  private readonly parts: SandboxParts;
  private readonly closing = new AbortController();
  private channel: OutputChannel | undefined;
  private isStarting = false;
  private running: RunningSandbox | undefined;

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
    if (session !== undefined) this.tryAnew(session);
    await (session === undefined ? this.offerToAdd(running.mcpUrl) : this.offerToSignIn(session));
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
      if (session !== undefined) this.tryAnew(session);
      const clientsUrl = names.some(closesRegistration) ? running.clientsUrl : undefined;
      void this.offerSignIn(messages.faultsChosen(names), running.mcpUrl, clientsUrl);
    } catch (thrown) {
      this.reportFailure(thrown);
      await this.offerLog(messages.faultsUnreachable());
    }
  }

  async copyPassphrase(): Promise<void> {
    const running = await this.requireRunning();
    if (running === undefined) return;
    await env.clipboard.writeText(await this.passphrase());
    await this.offerSignIn(messages.passphraseCopied(), running.mcpUrl);
  }

  dispose(): void {
    this.closing.abort();
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
    this.running = running;
    showRunning(true);
    this.report(`The sandbox is running at ${running.mcpUrl}.`);
    const stopOffering = this.offerToCopyAtSignIn(running.mcpUrl);
    void running.ended.then((how) => {
      stopOffering();
      this.running = undefined;
      if (this.closing.signal.aborted) return;
      showRunning(false);
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

  private async offerToSignIn(session: Session): Promise<void> {
    const [signIn, copy] = [messages.signIn(), messages.copyPassphrase()];
    const buttons = isBusyOrSignedIn(session) ? [copy] : [signIn, copy];
    const choice = await window.showInformationMessage(messages.running(), ...buttons);
    if (choice === copy) await this.copyPassphrase();
    if (choice === signIn) await signInWithPerson(session);
  }

  /**
   * A sentence, with Sign In where nobody is signed in: most of what was said shows then.
   * @param clientsUrl Where a client is registered by hand, if that is wanted now.
   */
  private async offerSignIn(sentence: string, mcpUrl: string, clientsUrl?: string): Promise<void> {
    const session = sandboxSession(this.parts.sessions, mcpUrl);
    const [signIn, openClients] = [messages.signIn(), messages.openClientPage()];
    const buttons = session === undefined || isBusyOrSignedIn(session) ? [] : [signIn];
    if (clientsUrl !== undefined) buttons.push(openClients);
    const choice = await window.showInformationMessage(sentence, ...buttons);
    if (choice === signIn && session !== undefined && !isBusyOrSignedIn(session))
      await signInWithPerson(session);
    if (choice === openClients && clientsUrl !== undefined) await externalBrowser.open(clientsUrl);
  }

  /** However a sign-in to the sandbox was begun, its page asks for the passphrase. */
  private offerToCopyAtSignIn(mcpUrl: string): () => void {
    let wasWaiting = false;
    return this.parts.sessions.onDidChange(() => {
      const state = sandboxSession(this.parts.sessions, mcpUrl)?.state;
      const isWaiting = state?.kind === 'authorizing' && state.host !== undefined;
      if (isWaiting && !wasWaiting) void this.offerToCopy();
      wasWaiting = isWaiting;
    });
  }

  /** For who is about to see the consent page. */
  private async offerToCopy(): Promise<void> {
    const copy = messages.copyPassphrase();
    const choice = await window.showInformationMessage(messages.passphraseUse(), copy);
    if (choice === copy) await this.copyPassphrase();
  }

  private async offerToAdd(mcpUrl: string): Promise<void> {
    const [add, copy] = [messages.addServer(), messages.copyPassphrase()];
    const choice = await window.showInformationMessage(messages.runningAt(mcpUrl), add, copy);
    if (choice === add) await commands.executeCommand('mcpOAuth.addServer');
    if (choice === copy) await this.copyPassphrase();
  }

  /** Whoever waits for the server of the sandbox sees in its row what comes of it. */
  private tryAnew(session: Session): void {
    letTryAnew(session).catch((thrown: unknown) => this.reportFailure(thrown));
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

function isBusyOrSignedIn({ state }: Session): boolean {
  return holdsGrant(state) || state.kind === 'authorizing';
}

function showRunning(isRunning: boolean): void {
  void commands.executeCommand('setContext', 'mcpOAuth.sandboxRunning', isRunning);
}
