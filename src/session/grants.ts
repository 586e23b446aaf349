/** Turns tokens into the grant that is kept. */
import { namelessAccount, type Account } from '../oauth/account.ts';
import { lookUpAccount } from '../oauth/accountLookup.ts';
import { Proofs } from '../oauth/dpop.ts';
import type { ProofKey } from '../oauth/proofKey.ts';
import { without } from '../oauth/scopes.ts';
import type { Tokens } from '../oauth/tokenRequest.ts';
import { withDeadline } from '../oauth/transport.ts';
import type { ClientIdentity } from '../oauth/wire/client.ts';
import type { IssuerDocument } from '../oauth/wire/issuerDocument.ts';
import type { Server } from '../servers/server.ts';
import { namedAccount, onlyAccount, unnamedAccount } from './accountNames.ts';
import { openTransport } from './attempt.ts';
import type { SessionPorts } from './ports.ts';
import { grantKey, grantRecords, type AccountWish, type GrantRecord } from './records.ts';
import { keepRecord, readRecord } from './storedRecord.ts';

/** What tokens were given for. */
export interface GrantPurpose {
  readonly issuer: IssuerDocument;
  readonly client: ClientIdentity;
  readonly resource: string | undefined;
  readonly scopes: readonly string[];
  readonly proofKey: ProofKey | undefined;
  /** Of the sign-in that is renewed; a new one where there is none. */
  readonly signInId?: string | undefined;
  readonly isIssuerChosen?: boolean | undefined;
  /** Absent where no browser was sent anywhere. */
  readonly redirect?: GrantRecord['redirect'];
  /** What is known of the authorization server and was followed. */
  readonly habits?: readonly string[] | undefined;
}

/**
 * The grant that tokens make.
 * @throws AuthError `storage_failed`; the signal's reason when the attempt was aborted.
 */
export type KeepGrant = (purpose: GrantPurpose, tokens: Tokens) => Promise<GrantRecord>;

export function grantOf(
  server: Server,
  purpose: GrantPurpose,
  tokens: Tokens,
  account: Account,
  grantedAtMs: number,
): GrantRecord {
  const { issuer, client, resource, scopes, proofKey, redirect } = purpose;
  return {
    serverUrl: server.url,
    authorizationServer: issuer,
    client,
    accessToken: tokens.accessToken,
    scopes: tokens.scopes,
    requestedScopes: scopes,
    account,
    grantedAtMs,
    signInId: purpose.signInId ?? crypto.randomUUID(),
    ...(purpose.isIssuerChosen === true && { isIssuerChosen: true }),
    ...(resource !== undefined && { resource }),
    ...(redirect !== undefined && { redirect }),
    ...(purpose.habits !== undefined && purpose.habits.length > 0 && { habits: purpose.habits }),
    ...(proofKey !== undefined && { proofKey }),
    ...(tokens.refreshToken !== undefined && { refreshToken: tokens.refreshToken }),
    ...(tokens.expiresAtMs !== undefined && { expiresAtMs: tokens.expiresAtMs }),
  };
}

/** Says what was received, without the tokens. */
export function noteTokens(
  { trace, clock }: Pick<SessionPorts, 'trace' | 'clock'>,
  { scopes: asked, proofKey }: Pick<GrantPurpose, 'scopes'> & Partial<Pick<GrantPurpose, 'proofKey'>>,
  { refreshToken, expiresAtMs, scopes }: Tokens,
): void {
  trace?.decide({
    ...{ id: 'tokens_received', scopes },
    ...(expiresAtMs !== undefined && { lifetimeSeconds: Math.round((expiresAtMs - clock.now()) / 1000) }),
    isRenewable: refreshToken !== undefined,
    isBound: proofKey !== undefined,
  });
  const missing = without(asked, scopes);
  if (missing.length > 0) trace?.decide({ id: 'scopes_narrowed', missing });
}

/** Keeps what an attempt obtains; whoever gave it up meanwhile gets no grant. */
export function grantKeeper(
  server: Server,
  wish: AccountWish,
  ports: SessionPorts,
  signal: AbortSignal,
): KeepGrant {
  return async (purpose, tokens) => {
    signal.throwIfAborted();
    noteTokens(ports, purpose, tokens);
    const account = await accountOf(server, purpose, tokens, wish, ports, signal);
    const isIssuerChosen = wish.isIssuerChosen ?? namesIssuer(server);
    const grant = grantOf(server, { ...purpose, isIssuerChosen }, tokens, account, ports.clock.now());
    const key = grantKey(server, grant);
    // A renewal of the same account that is under way in another window would be written over it.
    return ports.lock.hold(
      key,
      async () => {
        const there = await readRecord(ports, key, grantRecords);
        // The server itself has led to this issuer before: that settings name it, too, takes nothing away.
        if (there !== undefined && there.isIssuerChosen !== true) delete grant.isIssuerChosen;
        await keepRecord(ports, key, grantRecords, grant);
        ports.trace?.decide({ id: 'grant_kept' });
        return grant;
      },
      signal,
    );
  };
}

export function namesIssuer({ oauth }: Server): boolean {
  return oauth !== false && oauth.issuer !== undefined;
}

/** The tokens are in hand and not yet kept: asking whose they are must not take long. */
const lookUpMs = 5_000;

/** OpenID Connect Core §2; what is longer names nobody and would be part of a key. */
const maxIdLength = 255;

/** Whose tokens they are, as the server tells; else as the person said before, or says when asked (design 6). */
async function accountOf(
  server: Server,
  purpose: GrantPurpose,
  tokens: Tokens,
  wish: AccountWish,
  ports: SessionPorts,
  signal: AbortSignal,
): Promise<Account> {
  const named = tokens.account ?? (await lookUp(server, purpose, tokens, ports, signal));
  const told = named ?? namelessAccount(tokens.subject);
  if (told !== undefined && told.id.length <= maxIdLength) {
    ports.trace?.decide({ id: 'account_named', by: 'server' });
    return told;
  }
  if (wish.isAnother === true) {
    const name = await ports.person.nameAccount(server.name, signal);
    ports.trace?.decide({ id: 'account_named', by: name === undefined ? 'nobody' : 'person' });
    if (name !== undefined) return freshlyNamed(server, purpose, ports, name);
    // Left open it is nobody's who is there already: the tokens of two accounts under one key would cost one of them.
    return unnamedAccount(server);
  }
  ports.trace?.decide({ id: 'account_named', by: 'nobody' });
  return wish.previous ?? onlyAccount(server);
}

/** A name that somebody typed before means that account again, unless they have called it something else since. */
async function freshlyNamed(
  server: Server,
  { issuer, client }: GrantPurpose,
  ports: SessionPorts,
  name: string,
): Promise<Account> {
  const account = namedAccount(name);
  const key = grantKey(server, { account, authorizationServer: issuer, client });
  const there = await readRecord(ports, key, grantRecords);
  const isRenamed = there !== undefined && there.account.label !== name;
  return isRenamed ? { ...unnamedAccount(server), label: name } : account;
}

async function lookUp(
  server: Server,
  { issuer, client, proofKey }: GrantPurpose,
  { accessToken, idToken, scopes, subject }: Tokens,
  ports: SessionPorts,
  signal: AbortSignal,
): Promise<Account | undefined> {
  const { host } = new URL(issuer.issuer);
  const proofs = proofKey && (await Proofs.of(proofKey));
  const transport = openTransport(server, ports);
  // OpenID Connect Core §5.3.2 binds to the id token; what an access token says of itself is another matter.
  const expectedSubject = idToken === undefined ? undefined : subject;
  const asked = { issuer, client, proofs, accessToken, scopes, expectedSubject };
  try {
    return await withDeadline(ports.clock, lookUpMs, host, signal, (ends) =>
      lookUpAccount(transport, asked, ends),
    );
  } catch {
    // A name to show is worth no failed sign-in.
    signal.throwIfAborted();
    return undefined;
  }
}
