/**
 * One attempt to sign in, from the first request to the stored grant. Reads as the protocol does; every step is a
 * function of the engine.
 */
import { AuthError } from '../oauth/authError.ts';
import {
  beginAuthorization,
  buildAuthorizationUrl,
  type PendingAuthorization,
} from '../oauth/authorization.ts';
import { discoverIssuer } from '../oauth/issuer.ts';
import { checkRedirect } from '../oauth/redirect.ts';
import { registerClient } from '../oauth/registration.ts';
import { discoverDemand } from '../oauth/resource.ts';
import { chooseScopes } from '../oauth/scopes.ts';
import { policyFor } from '../oauth/secureUrl.ts';
import { exchangeCode } from '../oauth/token.ts';
import { createTransport, type Transport } from '../oauth/transport.ts';
import type { ClientIdentity, IssuerDocument } from '../oauth/wire.ts';
import type { OAuthSettings, Server } from '../servers/server.ts';
import { logExchange, type SessionPorts } from './ports.ts';
import type { GrantRecord } from './records.ts';
import {
  grantKey,
  pendingKey,
  pendingLifetimeMs,
  readRecord,
  RegistrationRecord,
  registrationKey,
} from './records.ts';

/** A server that may be signed in to. */
export type SignInServer = Server & { readonly oauth: OAuthSettings };

export type SignInOutcome =
  { readonly kind: 'granted'; readonly grant: GrantRecord } | { readonly kind: 'not_needed' };

/**
 * @param onOpening is told the host of the page that is about to open.
 * @throws AuthError; the signal's reason when it was aborted.
 */
export async function signIn(
  server: SignInServer,
  ports: SessionPorts,
  onOpening: (host: string) => void,
  signal: AbortSignal,
): Promise<SignInOutcome> {
  const transport = transportFor(server, ports);
  const demand = await discoverDemand(transport, server.url, server.headers, signal);
  if (demand.kind === 'none') return { kind: 'not_needed' };

  // Checklist 2.10: of several authorization servers the client chooses; the first is the server's own preference.
  const issuer = await discoverIssuer(transport, demand.document.issuers[0], signal);
  const scopes = chooseScopes(server.oauth.scopes, demand.challenge, demand.document);
  const address = await ports.redirects.prepare();
  const client =
    configuredClient(server.oauth) ??
    (await registeredClient(transport, issuer, address.redirectUri, scopes, ports, signal));
  const pending = beginAuthorization({
    ...address,
    issuer,
    client,
    scopes,
    resource: demand.document.resource,
  });
  const received = await askPerson(server, pending, transport, ports, onOpening, signal);
  return { kind: 'granted', grant: await redeem(server, pending, received, ports, signal) };
}

/** Checks an authorization answer and turns it into a stored grant; serves any window that gets the answer. */
export async function redeem(
  server: Server,
  pending: PendingAuthorization,
  received: string,
  ports: SessionPorts,
  signal: AbortSignal,
): Promise<GrantRecord> {
  const checked = checkRedirect(pending, received);
  const tokens = await exchangeCode(
    transportFor(server, ports),
    pending,
    checked,
    () => ports.clock.now(),
    signal,
  );
  const grant: GrantRecord = {
    version: 1,
    serverUrl: server.url,
    issuer: pending.issuer.issuer,
    resource: pending.resource,
    clientId: pending.client.clientId,
    accessToken: tokens.accessToken,
    scopes: tokens.scopes,
    account: tokens.account ?? { id: server.name, label: new URL(server.url).host },
    grantedAtMs: ports.clock.now(),
    ...(tokens.expiresAtMs !== undefined && { expiresAtMs: tokens.expiresAtMs }),
  };
  await keep(ports, grantKey(server), grant);
  return grant;
}

function transportFor(server: Server, ports: SessionPorts): Transport {
  const { fetch, clock, log } = ports;
  return createTransport(
    { fetch, clock, onExchange: (exchange) => logExchange(log, server.name, exchange) },
    policyFor(server.url),
  );
}

function configuredClient({ clientId }: OAuthSettings): ClientIdentity | undefined {
  return clientId === undefined ? undefined : { kind: 'configured', clientId, authMethod: 'none' };
}

/**
 * A registration is reused for the identical issuer and redirect URI only (checklist 4.16, field case 5), and where it
 * covers the scopes: some servers allow a client no others than it was registered with.
 */
async function registeredClient(
  transport: Transport,
  issuer: IssuerDocument,
  redirectUri: string,
  scopes: readonly string[],
  ports: SessionPorts,
  signal: AbortSignal,
): Promise<ClientIdentity> {
  const key = registrationKey(issuer.issuer, redirectUri);
  const known = await readRecord(ports.store, key, RegistrationRecord);
  const isUsable =
    known !== undefined &&
    (known.client.secretExpiresAtMs ?? Infinity) > ports.clock.now() &&
    scopes.every((scope) => known.scopes.includes(scope));
  if (isUsable) return known.client;
  const request = { softwareVersion: ports.softwareVersion, redirectUri, scopes };
  const client = await registerClient(transport, issuer, request, signal);
  await keep(ports, key, {
    version: 1,
    issuer: issuer.issuer,
    redirectUri,
    scopes,
    client,
  } satisfies RegistrationRecord);
  return client;
}

/** Opens the browser and waits for its answer, ten minutes at most; the attempt is stored meanwhile (checklist 7.7). */
async function askPerson(
  server: Server,
  authorization: PendingAuthorization,
  transport: Transport,
  ports: SessionPorts,
  onOpening: (host: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const { state } = authorization;
  const url = await buildAuthorizationUrl(authorization, transport.policy);
  const { host } = new URL(url);
  const started = {
    version: 1,
    serverName: server.name,
    serverUrl: server.url,
    startedAtMs: ports.clock.now(),
  } as const;
  const limit = new AbortController();
  const tooLate = new AuthError('sign_in_timed_out', { host });
  const stopTimer = ports.clock.after(pendingLifetimeMs, () => limit.abort(tooLate));
  const waiting = AbortSignal.any([signal, limit.signal]);
  try {
    await keep(ports, pendingKey(state), { ...started, authorization });
    // Cancelled while it was being prepared: no page opens that nobody waits for.
    waiting.throwIfAborted();
    onOpening(host);

    const answer = ports.redirects.receive(state, waiting);
    answer.catch(() => undefined);
    if (!(await ports.browser.open(url))) throw new AuthError('browser_not_opened', { host });
    return await answer;
  } finally {
    stopTimer();
    // One answer per state (checklist 7.6): whatever comes later finds nothing.
    limit.abort();
    await ports.store.remove(pendingKey(state));
  }
}

/** A failed write is an error that is seen, never a sign-in that is silently lost. */
async function keep(ports: SessionPorts, key: string, record: unknown): Promise<void> {
  try {
    await ports.store.write(key, JSON.stringify(record));
  } catch (thrown) {
    throw new AuthError('storage_failed', {}, thrown);
  }
}
