/** Signs a person in through their browser: finds a way back, opens the page, waits for the answer and redeems it. */
import { AuthError } from '../oauth/authError.ts';
import { beginAuthorization } from '../oauth/authorization.ts';
import { checkAuthorization } from '../oauth/authorizationCheck.ts';
import { authenticateClient } from '../oauth/clientAuthentication.ts';
import type { Onward, PendingAuthorization } from '../oauth/pendingAuthorization.ts';
import { joinPrompts, promptForAccount } from '../oauth/prompt.ts';
import { isRedirectRefusal } from '../oauth/registration.ts';
import { grantTypes } from '../oauth/wire/token.ts';
import type { Attempt, Demand } from './attempt.ts';
import { chooseClient, replaceClient, type ClientChoice } from './clients.ts';
import { signInByDevice } from './deviceSignIn.ts';
import { isLostClient } from './lostClient.ts';
import { askPerson } from './pageAnswer.ts';
import type { AddressKind, RedirectAddress } from './ports.ts';
import type { GrantRecord } from './records.ts';
import { redeem } from './redemption.ts';
import { redirectLadder } from './redirectLadder.ts';
import { doubtWay, isTrusted, readWay, rememberWay } from './ways.ts';

/** What differs where the person signs in to get at something else (checklist 17.2). */
export interface BrowserErrand {
  readonly client?: ClientChoice['client'];
  readonly onward?: Onward;
}

/**
 * Falls one step on where a server takes no address of a kind (field case 6); the first refusal is what is told.
 * @throws AuthError of every step; the signal's reason when it was aborted.
 */
export async function signInByBrowser(
  attempt: Attempt,
  demand: Demand,
  errand: BrowserErrand = {},
): Promise<GrantRecord> {
  const { ports, server } = attempt;
  const { issuer } = demand;
  const way = await readWay(ports, issuer);
  const kinds = redirectLadder({
    offered: ports.redirects.kinds,
    settings: server.oauth,
    issuer,
    remembered: way?.isChosen === true ? undefined : way?.kind,
  });
  ports.trace?.decide({ id: 'redirects_possible', kinds });
  let refusal: AuthError | undefined;
  for (const kind of kinds) {
    if (kind === 'device' && errand.onward !== undefined) continue;
    try {
      return kind === 'device'
        ? await signInByDevice(attempt, demand)
        : await signInAt(kind, attempt, demand, errand);
    } catch (thrown) {
      if (!(thrown instanceof AuthError) || !mayTryNext(thrown)) throw thrown;
      ports.log.info('redirect_not_taken', { server: server.name, kind, failure: thrown.code });
      ports.trace?.decide({ id: 'redirect_passed_over', kind, failure: thrown.code });
      refusal ??= thrown;
    }
  }
  throw (
    refusal ?? new AuthError('redirect_unavailable', { host: new URL(server.url).host, setting: 'redirect' })
  );
}

function mayTryNext(error: AuthError): boolean {
  return (
    isRedirectRefusal(error) || error.code === 'redirect_refused' || error.code === 'redirect_unavailable'
  );
}

/** @param mayRepeat false for the second time, with a client that was registered anew. */
async function signInAt(
  kind: AddressKind,
  attempt: Attempt,
  demand: Demand,
  errand: BrowserErrand,
  mayRepeat = true,
): Promise<GrantRecord> {
  const { ports } = attempt;
  const address = await prepareAddress(kind, attempt, demand);
  ports.trace?.decide({ id: 'redirect_prepared', kind, address: address.redirectUri });
  try {
    const { isNew, ...ready } = await readyAttempt(address, attempt, demand, errand);
    const pending = { ...ready.pending, redirectKind: kind };
    const { issuer, client, redirectUri } = pending;
    try {
      const received = await askPerson(pending, attempt, demand);
      const grant = await redeem(attempt, pending, received);
      const isChosen = attempt.server.oauth.redirect !== undefined;
      const { arrivalUri } = address;
      const { clientId } = client;
      // A hint for the next time, worth no sign-in that has succeeded.
      await rememberWay(ports, issuer, { kind, redirectUri, arrivalUri, clientId, isChosen }).catch(
        () => undefined,
      );
      return grant;
    } catch (thrown) {
      await doubtWay(ports, issuer).catch(() => undefined);
      // Field case 4: it is let go by now, and the next one is new. Nobody who sent us a new one has forgotten it.
      const isForgotten = mayRepeat && !isNew && thrown instanceof AuthError && isLostClient(thrown);
      if (!isForgotten) throw thrown;
    }
  } catch (thrown) {
    throw address.lasts === false ? withoutAddress(thrown) : thrown;
  } finally {
    address.close();
  }
  return signInAt(kind, attempt, demand, errand, false);
}

/** Whoever registers an address of one attempt by hand never gets any further with it (field case 7). */
function withoutAddress(thrown: unknown): unknown {
  if (!(thrown instanceof AuthError)) return thrown;
  const facts = Object.entries(thrown.facts).filter(([fact]) => fact !== 'redirectUris');
  return new AuthError(thrown.code, Object.fromEntries(facts), thrown.cause);
}

/** The port of an earlier sign-in is tried first: what is registered carries it (field case 5). */
async function prepareAddress(kind: AddressKind, attempt: Attempt, demand: Demand): Promise<RedirectAddress> {
  const { ports, server } = attempt;
  const way = await readWay(ports, demand.issuer);
  const port = way?.kind === kind && kind === 'loopback' ? Number(new URL(way.arrivalUri).port) : 0;
  if (port === 0 || server.oauth.redirectPort !== undefined)
    return ports.redirects.prepare(kind, server.oauth);
  try {
    return await ports.redirects.prepare(kind, { ...server.oauth, redirectPort: port });
  } catch {
    return ports.redirects.prepare(kind, server.oauth);
  }
}

/**
 * An attempt whose client the server is known to take: one that was forgotten is replaced before a person sees an error
 * page (field case 4). Never done to a client that the person configured.
 */
async function readyAttempt(
  address: RedirectAddress,
  attempt: Attempt,
  demand: Demand,
  errand: BrowserErrand,
): Promise<{ readonly pending: PendingAuthorization; readonly isNew: boolean }> {
  const { ports, transport, signal } = attempt;
  const { issuer, scopes } = demand;
  const { redirectUri } = address;
  const need = { issuer, redirectUri, grantType: grantTypes.authorizationCode, scopes };
  const choice = errand.client ? { client: errand.client, isNew: false } : await chooseClient(attempt, need);
  // What is missing at the token endpoint is better known before a person goes to the browser.
  await authenticateClient(choice.client);
  const pending = begin(address, attempt, demand, choice.client, errand);
  const { clientId, kind } = choice.client;
  const { isNew } = choice;
  const isLatelyUsed = async () =>
    isTrusted(await readWay(ports, issuer), { redirectUri, clientId }, ports.clock.now());
  if (isNew || (await isLatelyUsed())) {
    if (!isNew) ports.trace?.decide({ id: 'client_trusted' });
    return { pending, isNew };
  }
  const verdict = await checkAuthorization(transport, pending, signal);
  ports.trace?.decide({ id: 'client_checked', verdict });
  if (verdict === 'fine' || verdict === 'unanswered') return { pending, isNew };
  // Whether it is more than passing trouble the person sees in the browser; nothing of theirs is wrong so far.
  if (verdict === 'broken' && kind !== 'registered') return { pending, isNew };
  const { host } = new URL(issuer.issuer);
  ports.log.info('client_not_taken', { server: attempt.server.name, host, verdict, kind });
  if (kind !== 'registered' && verdict === 'redirect_refused')
    throw new AuthError('redirect_refused', { host, redirectUris: [redirectUri] });
  if (kind === 'configured') throw new AuthError('client_refused', { host });
  ports.trace?.decide({ id: 'client_replaced' });
  const { client } = await replaceClient(attempt, need, choice.client);
  return { pending: begin(address, attempt, demand, client, errand), isNew: true };
}

function begin(
  address: RedirectAddress,
  { server, wish }: Attempt,
  demand: Demand,
  client: ClientChoice['client'],
  { onward }: BrowserErrand,
): PendingAuthorization {
  const { issuer, resource, scopes, challenge, proofKey } = demand;
  const { redirectUri, arrivalUri, relayTarget } = address;
  const { authorizationParameters = {} } = server.oauth;
  const { prompt: consent, ...added } = demand.parameters;
  const choice = wish.isAnother === true ? promptForAccount(issuer) : undefined;
  const prompt = joinPrompts(choice, consent);
  return beginAuthorization(
    {
      issuer,
      client,
      redirectUri,
      arrivalUri,
      scopes,
      parameters: { ...added, ...(prompt !== undefined && { prompt }), ...authorizationParameters },
      ...(resource !== undefined && { resource }),
      ...(challenge?.acrValues !== undefined && { acrValues: challenge.acrValues }),
      ...(challenge?.maxAgeSeconds !== undefined && { maxAgeSeconds: challenge.maxAgeSeconds }),
      ...(proofKey !== undefined && { proofKey }),
      ...(onward !== undefined && { onward }),
    },
    relayTarget,
  );
}
