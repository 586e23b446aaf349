/** Turns tokens into the grant that is kept. */
import type { ProofKey } from '../oauth/dpop.ts';
import type { Tokens } from '../oauth/tokenRequest.ts';
import type { ClientIdentity } from '../oauth/wire/client.ts';
import type { IssuerDocument } from '../oauth/wire/issuerDocument.ts';
import type { Server } from '../servers/server.ts';
import type { SignInServer } from './attempt.ts';
import type { RecordStore, SessionPorts } from './ports.ts';
import { grantKey, GrantRecord, keepRecord, readRecord } from './records.ts';

/** What tokens were given for. */
export interface GrantPurpose {
  readonly issuer: IssuerDocument;
  readonly client: ClientIdentity;
  readonly resource: string | undefined;
  readonly scopes: readonly string[];
  readonly proofKey: ProofKey | undefined;
}

export function grantOf(
  server: Server,
  purpose: GrantPurpose,
  tokens: Tokens,
  grantedAtMs: number,
): GrantRecord {
  const { issuer, client, resource, scopes, proofKey } = purpose;
  return {
    version: 1,
    serverUrl: server.url,
    authorizationServer: issuer,
    client,
    accessToken: tokens.accessToken,
    scopes: tokens.scopes,
    requestedScopes: scopes,
    account: tokens.account ?? { id: server.name, label: new URL(server.url).host },
    grantedAtMs,
    ...(resource !== undefined && { resource }),
    ...(proofKey !== undefined && { proofKey }),
    ...(tokens.refreshToken !== undefined && { refreshToken: tokens.refreshToken }),
    ...(tokens.expiresAtMs !== undefined && { expiresAtMs: tokens.expiresAtMs }),
  };
}

/**
 * Whoever signed out meanwhile gets no grant.
 * @throws AuthError `storage_failed`; the signal's reason when it was aborted.
 */
export async function keepGrant(
  server: Server,
  purpose: GrantPurpose,
  tokens: Tokens,
  ports: Pick<SessionPorts, 'clock' | 'store'>,
  signal: AbortSignal,
): Promise<GrantRecord> {
  signal.throwIfAborted();
  const grant = grantOf(server, purpose, tokens, ports.clock.now());
  await keepRecord(ports.store, grantKey(server), grant);
  return grant;
}

/** The stored grant of a server, or undefined where there is none that it may use. */
export async function readGrant(store: RecordStore, server: SignInServer): Promise<GrantRecord | undefined> {
  const grant = await readRecord(store, grantKey(server), GrantRecord);
  return grant !== undefined && isFor(server, grant) ? grant : undefined;
}

/** Settings may say since that another issuer, resource or client is meant: what was given for one serves no other. */
function isFor({ url, oauth }: SignInServer, grant: GrantRecord): boolean {
  const { issuer, resource, clientId } = oauth;
  return (
    grant.serverUrl === url &&
    (issuer === undefined || issuer === grant.authorizationServer.issuer) &&
    (resource === undefined || (resource === false ? undefined : resource) === grant.resource) &&
    (clientId === undefined || clientId === grant.client.clientId)
  );
}
