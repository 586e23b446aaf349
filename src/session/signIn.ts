/** One attempt to sign in, from the first request to the stored grant. Reads as the protocol does. */
import { AuthError } from '../oauth/authError.ts';
import { discover } from '../oauth/discovery.ts';
import type { DocumentCache } from '../oauth/documentCache.ts';
import { newProofKey } from '../oauth/dpop.ts';
import type { Habit } from '../oauth/habits.ts';
import { chooseScopes, choiceOfScopes, union, type ScopeWish } from '../oauth/scopes.ts';
import type { Challenge } from '../oauth/wire/challenge.ts';
import {
  asksAgain,
  openTransport,
  type Attempt,
  type AttemptListener,
  type Demand,
  type SignInServer,
} from './attempt.ts';
import { signInByBrowser } from './browserSignIn.ts';
import type { KeepGrant } from './grants.ts';
import {
  chooseResource,
  discoverySettings,
  followHabits,
  mayNameByScope,
  scopesOnOffer,
} from './knownHabits.ts';
import type { SessionPorts } from './ports.ts';
import type { AccountWish, GrantRecord } from './records.ts';
import { signInAsClient, signInAsWorkload, signInByOrganization } from './unattendedSignIn.ts';
import { readWayOf } from './ways.ts';

export type SignInOutcome =
  { readonly kind: 'granted'; readonly grant: GrantRecord } | { readonly kind: 'not_needed' };

/** What is known before the attempt begins. */
export interface SignInReason {
  /** What the server said to a request that it refused. */
  readonly challenge?: Challenge;
  /** What somebody needs beside what is asked for anyway. */
  readonly scopes?: readonly string[];
  /** The grant that is to be replaced. */
  readonly previous?: GrantRecord;
  readonly wish: AccountWish;
}

/** Ways to obtain a grant, by the setting `grant`. */
const grants = {
  authorizationCode: signInByBrowser,
  clientCredentials: signInAsClient,
  workloadIdentity: signInAsWorkload,
  enterprise: signInByOrganization,
} as const;

/**
 * @param keep what becomes of the tokens.
 * @param listener hears how far it has come.
 * @throws AuthError; the signal's reason when it was aborted.
 */
export async function signIn(
  server: SignInServer,
  ports: SessionPorts,
  documents: DocumentCache,
  reason: SignInReason,
  keep: KeepGrant,
  listener: AttemptListener,
  signal: AbortSignal,
): Promise<SignInOutcome> {
  const transport = openTransport(server, ports);
  const { wish } = reason;
  const attempt: Attempt = { server, ports, documents, transport, wish, keep, ...listener, signal };
  try {
    const demand = await learnDemand(attempt, reason);
    if (demand === undefined) return { kind: 'not_needed' };
    const { habits, ...wanted } = demand;
    const keepNoting: KeepGrant = (purpose, tokens) => keep({ ...purpose, habits }, tokens);
    return { kind: 'granted', grant: await obtain({ ...attempt, keep: keepNoting }, wanted) };
  } catch (thrown) {
    // What was learnt may be why it failed: the next attempt asks anew.
    if (thrown instanceof AuthError) documents.forget(server.url);
    throw thrown;
  }
}

/** What the server wants, and whether the tokens for it have to be bound to a key. */
type Learnt = Omit<Demand, 'proofKey'> & { readonly bindsTokens: boolean };

async function obtain(attempt: Attempt, { bindsTokens, ...demand }: Learnt): Promise<GrantRecord> {
  const { grant = 'authorizationCode', dpop = false } = attempt.server.oauth;
  const { trace } = attempt.ports;
  if (bindsTokens || dpop) trace?.decide({ id: 'tokens_bound', by: bindsTokens ? 'server' : 'setting' });
  if (grant !== 'authorizationCode') trace?.decide({ id: 'grant_chosen', grant });
  try {
    const proofKey = bindsTokens || dpop ? await newProofKey(demand.issuer) : undefined;
    return await grants[grant](attempt, { ...demand, proofKey });
  } catch (thrown) {
    const issuer = demand.issuer.issuer;
    if (thrown instanceof AuthError && thrown.remedy === 'configure_client')
      throw new AuthError(thrown.code, { ...thrown.facts, issuer }, thrown.cause);
    const isChoice = !bindsTokens && thrown instanceof AuthError && thrown.code === 'token_use_unsupported';
    throw isChoice ? new AuthError(thrown.code, { ...thrown.facts, setting: 'dpop' }) : thrown;
  }
}

async function learnDemand(
  { server, ports, documents, transport, signal }: Attempt,
  { challenge, scopes: needed = [], previous }: SignInReason,
): Promise<(Learnt & { readonly habits: readonly Habit[] }) | undefined> {
  const found = await discover(
    transport,
    documents,
    {
      serverUrl: server.url,
      headers: server.headers,
      settings: discoverySettings(server, ports),
      ...(challenge !== undefined && { challenge }),
      isKnownAt: async (issuer) =>
        issuer === previous?.authorizationServer.issuer || (await readWayOf(ports, issuer)) !== undefined,
    },
    ports.clock,
    signal,
  );
  if (found.kind === 'none') return undefined;
  const { issuer, bindsTokens, notes } = found;
  if (notes.length > 0) ports.log.info('tolerated', { server: server.name, notes: notes.join(' ') });
  for (const tolerance of notes) transport.decide({ id: 'tolerated', tolerance });
  const before = previous?.authorizationServer.issuer;
  const isMoved = before !== undefined && before !== issuer.issuer;
  if (isMoved) transport.decide({ id: 'issuer_moved', from: before, to: issuer.issuer });
  const offer = scopesOnOffer(server, found);
  const isSame =
    before === issuer.issuer &&
    (previous?.resource === found.resource ||
      (previous?.resource === undefined && mayNameByScope(server, found)));
  const wish: ScopeWish = {
    configured: server.oauth.scopes,
    challenge: found.challenge,
    supported: offer.scopesSupported,
    previous: isSame ? (previous?.requestedScopes ?? []) : [],
    issuer,
    wantsRefreshToken: !asksAgain(server),
  };
  const scopes = union(chooseScopes(wish), needed);
  transport.decide(choiceOfScopes(wish, scopes));
  const { resource, habits: unnamed } = chooseResource(server, found, scopes);
  const { parameters, habits } = followHabits(server, found, [...unnamed, ...offer.habits], scopes, ports);
  const service = found.service?.name ?? new URL(issuer.issuer).host;
  for (const habit of habits) transport.decide({ id: 'habit_followed', habit, service });
  return {
    issuer,
    resource,
    scopes,
    parameters,
    challenge: found.challenge,
    bindsTokens,
    habits,
    previousHost: isMoved ? new URL(before).host : undefined,
  };
}
