/** The sign-in of one server that runs in this window, if any: joined, cancelled, and brought to its end. */
import { toAuthError, type AuthError } from '../oauth/authError.ts';
import type { DocumentCache } from '../oauth/documentCache.ts';
import type { Server } from '../servers/server.ts';
import { mayAsk, type AttemptListener } from './attempt.ts';
import type { KeepGrant } from './grants.ts';
import { findPending } from './pendingAttempts.ts';
import { logFailure, type SessionPorts } from './ports.ts';
import type { GrantRecord } from './records.ts';
import type { signIn, SignInReason } from './signIn.ts';
import { PageDeclined, type SignInPage } from './signInPage.ts';
import type { Standing } from './standing.ts';
import { secretsIn } from './storedGrants.ts';
import type { Trace, Traces } from './trace.ts';

/** How a sign-in ended that did not fail. Cancelled is an outcome, not an error. */
export type SignInResult = 'granted' | 'cancelled' | 'not_needed';

/** The session that a sign-in runs for. */
export interface SignInHost {
  readonly server: Server;
  readonly ports: SessionPorts;
  readonly documents: DocumentCache;
  readonly standing: Standing;
  readonly traces: Traces;
  /** Takes what was obtained; it is the one that is used from now on. */
  accept(grant: GrantRecord, reason: SignInReason): void;
}

export class SignInRun {
  private readonly host: SignInHost;
  private running:
    | {
        readonly abort: AbortController;
        readonly wantsAnother: boolean;
        readonly result: Promise<SignInResult>;
      }
    | undefined;
  private openPage: SignInPage | undefined;
  private signOuts = 0;
  /** The token that the attempt obtained, before anybody else has it. */
  private obtained: string | undefined;

  constructor(host: SignInHost) {
    this.host = host;
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** Where the person is waited for; it carries the attempt's state, and ends with the attempt. */
  get page(): SignInPage | undefined {
    return this.openPage;
  }

  /** Whether a grant that appears in the store is this window's own doing. */
  hasObtained({ accessToken }: GrantRecord): boolean {
    return this.obtained === accessToken;
  }

  /**
   * A second caller joins the attempt that runs.
   * @throws AuthError also kept as the state.
   */
  start(reason: SignInReason): Promise<SignInResult> {
    if (this.running !== undefined) return this.running.result;
    const abort = new AbortController();
    const result = this.attempt(reason, abort.signal).finally(
      () => (this.running = this.obtained = this.openPage = undefined),
    );
    this.running = { abort, wantsAnother: reason.wish.isAnother === true, result };
    return result;
  }

  /** Somebody had enough. */
  cancel(): void {
    this.running?.abort.abort('cancelled');
  }

  /**
   * Whether a new sign-in of another window is what this attempt waits for: any will do, but for whoever wants another
   * account, who wants the one whose page they answered.
   */
  async isAnsweredElsewhere(): Promise<boolean> {
    const { running, openPage } = this;
    if (running?.wantsAnother !== true) return running !== undefined;
    const state = openPage?.state;
    return state !== undefined && (await findPending(this.host.ports, state)).kind === 'absent';
  }

  /** Another window has brought the attempt to its end. */
  adopt(): void {
    this.running?.abort.abort('adopted');
  }

  /** Somebody signs out: also of what is on its way. */
  noteSignOut(): void {
    this.signOuts += 1;
    this.cancel();
  }

  /** To be called before a grant is asked for; what it returns gives the grant back where somebody has signed out since. */
  begin(): (grant: GrantRecord) => Promise<'late' | 'in_time'> {
    const { signOuts } = this;
    const { server, ports } = this.host;
    return async (grant) => {
      if (signOuts === this.signOuts) return 'in_time';
      const { giveBack } = await import('./dealings.ts');
      await giveBack(server, grant, ports);
      return 'late';
    };
  }

  /** @param isState false while another attempt runs, whose state it is. */
  failed(thrown: unknown, isState: boolean, trace: Trace): AuthError {
    const error = trace.fail(toAuthError(thrown));
    logFailure(this.host.ports.log, 'sign_in_failed', this.host.server.name, error);
    if (isState) this.host.standing.dispatch({ kind: 'sign_in_failed', error });
    return error;
  }

  private async attempt(reason: SignInReason, signal: AbortSignal): Promise<SignInResult> {
    const { server, ports, documents } = this.host;
    if (!mayAsk(server)) return 'not_needed';
    this.host.standing.dispatch({ kind: 'sign_in_started' });
    ports.log.info('sign_in_started', { server: server.name });
    const result = await this.bring(reason, signal, server, documents);
    ports.log.info('sign_in_finished', { server: server.name, outcome: result });
    return result;
  }

  private async bring(
    reason: SignInReason,
    signal: AbortSignal,
    server: Parameters<typeof signIn>[0],
    documents: DocumentCache,
  ): Promise<SignInResult> {
    const trace = this.host.traces.begin('sign_in');
    if (reason.previous !== undefined) trace.hide(...secretsIn(reason.previous));
    const ports = { ...this.host.ports, trace };
    const judge = this.begin();
    try {
      const { grantKeeper, signIn } = await import('./dealings.ts');
      const keeper = grantKeeper(server, reason.wish, ports, signal);
      const keep: KeepGrant = (purpose, tokens) => {
        this.obtained = tokens.accessToken;
        return keeper(purpose, tokens);
      };
      const outcome = await signIn(server, ports, documents, reason, keep, this.listener, signal);
      if (outcome.kind === 'granted' && (await judge(outcome.grant)) === 'late') signal.throwIfAborted();
      trace.end(outcome.kind);
      if (outcome.kind === 'granted') this.host.accept(outcome.grant, reason);
      else this.host.standing.dispatch({ kind: 'sign_in_not_needed' });
      return outcome.kind;
    } catch (thrown) {
      if (!signal.aborted && !(thrown instanceof PageDeclined)) throw this.failed(thrown, true, trace);
      trace.end(signal.reason === 'adopted' ? 'answered_elsewhere' : 'cancelled');
      this.host.standing.dispatch({ kind: 'sign_in_cancelled' });
      return signal.reason === 'adopted' ? 'granted' : 'cancelled';
    }
  }

  /** Nothing of the page but its host gets into the state. */
  private get listener(): AttemptListener {
    const { standing } = this.host;
    return {
      onStep: (step) => {
        this.openPage = undefined;
        standing.dispatch({ kind: 'sign_in_step', step });
      },
      onOpening: ({ host, previousHost, page, isOpen }) => {
        this.openPage = page;
        standing.dispatch({ kind: 'browser_opening', host, previousHost, isUnopened: isOpen === false });
      },
    };
  }
}
