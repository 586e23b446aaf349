/** Opens the page at which a person is asked, and waits for the answer that their browser brings. */
import { AuthError } from '../oauth/authError.ts';
import { buildAuthorizationUrl } from '../oauth/authorization.ts';
import type { PendingAuthorization } from '../oauth/pendingAuthorization.ts';
import { untilAborted } from '../oauth/transport.ts';
import { AnswerElsewhere } from './answerElsewhere.ts';
import type { Attempt, Demand } from './attempt.ts';
import { sendAs } from './lostClient.ts';
import { isLive, keepPending, pendingLifetimeMs, takePending } from './pendingAttempts.ts';
import { pendingKey } from './records.ts';
import { PageDeclined, SignInPage } from './signInPage.ts';

/**
 * Opens the browser and waits for its answer, ten minutes at most; the attempt is stored meanwhile (checklist 7.7).
 * @throws AuthError; PageDeclined, also where another window has taken the answer and has not finished the attempt within
 *   a minute; the signal's reason, also where it has.
 */
export async function askPerson(
  authorization: PendingAuthorization,
  { server, transport, ports, wish, onStep, onOpening, signal }: Attempt,
  { previousHost }: Demand,
): Promise<string> {
  const { state, issuer, client } = authorization;
  // A request that is pushed shows the client there already.
  const build = () => buildAuthorizationUrl(authorization, transport, signal);
  const url = await sendAs(ports, issuer, client, build);
  const { host } = new URL(url);
  const page = new SignInPage({
    ...{ url, state, browser: ports.browser },
    onTried: (isOpen) => onOpening({ host, previousHost, page, isOpen }),
  });
  const limit = new AbortController();
  const stopTimer = ports.clock.after(pendingLifetimeMs, () =>
    limit.abort(page.wasShown ? new AuthError('sign_in_timed_out', { host }) : new PageDeclined()),
  );
  // What went wrong with the answer is told where it is.
  const elsewhere = new AnswerElsewhere(ports, state, () => limit.abort(new PageDeclined()));
  const waiting = AbortSignal.any([signal, limit.signal]);
  const startedAtMs = ports.clock.now();
  try {
    await keepPending(ports, {
      serverName: server.name,
      serverUrl: server.url,
      startedAtMs,
      authorization,
      wish: { ...wish, ...(server.oauth.issuer !== undefined && { isIssuerChosen: true }) },
    });
    // Cancelled while it was being prepared: no page opens that nobody waits for.
    waiting.throwIfAborted();
    onOpening({ host, previousHost, page });

    const answer = ports.redirects.receive(state, waiting);
    answer.catch(() => undefined);
    // A person may take their time before they let the browser open, and answer without it.
    const isOpen = await Promise.race([page.open(), answer.then(() => true)]);
    if (!isOpen && ports.browser.offersPage !== true) throw new AuthError('browser_not_opened', { host });
    if (isOpen) ports.trace?.decide({ id: 'page_opened', host });
    const received = await answer;
    // The computer slept meanwhile, and the timer with it: no window takes it any more.
    if (!isLive(startedAtMs, ports.clock.now())) throw new AuthError('sign_in_timed_out', { host });
    const taken = await takePending(ports, state);
    if (taken.kind === 'unreadable') throw new AuthError('storage_failed');
    // One answer per state (checklist 7.6); where the answer arrived in another window, too, one of them finishes.
    if (taken.kind === 'absent') {
      await elsewhere.look();
      await untilAborted(new Promise(() => undefined), waiting);
    }
    // Taken here, it is no longer another window's to finish.
    onStep({ kind: 'finishing', host });
    return received;
  } finally {
    page.close();
    stopTimer();
    elsewhere.stop();
    limit.abort();
    // Whatever comes later finds nothing.
    await ports.store
      .remove(pendingKey(state))
      .catch((thrown: unknown) => ports.log.error('attempt_not_removed', {}, thrown));
  }
}
