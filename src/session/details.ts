/** What is known of a server's sign-in beside its state, for whoever wants to look closer. Nothing of it is a secret. */
import type { AuthError } from '../oauth/authError.ts';
import type { ClientIdentity } from '../oauth/wire/client.ts';
import type { RedirectKind, Server } from '../servers/server.ts';
import type { HeldGrant } from './heldGrant.ts';

/** A failure, and when it happened. */
export interface NotedError {
  readonly error: AuthError;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

export interface SignInDetails {
  /** The authorization server; without a grant the one that the settings name. */
  readonly issuer?: string;
  /** What the token is for. */
  readonly resource?: string;
  /** Who we are there; without a grant the client that the settings name. */
  readonly client?: Pick<ClientIdentity, 'kind' | 'clientId'>;
  /** How the answer came back from the browser; absent where that was never noted. */
  readonly redirectKind?: RedirectKind;
  /** What the authorization server was told of it; absent for a way that has no address. */
  readonly redirectUri?: string;
  readonly scopes: { readonly granted: readonly string[]; readonly requested: readonly string[] };
  /** Known habits of the authorization server that were followed, by their names. */
  readonly habits?: readonly string[];
  /** When the token ends, milliseconds since the epoch; absent where the server did not say. */
  readonly expiresAtMs?: number;
  /** Whether a new token is had without the person; absent without a grant. */
  readonly renewable?: boolean;
  /** What failed last, also where it took nothing away; until somebody signs in or out. */
  readonly lastError?: NotedError;
}

/** @param held the grant that is used. */
export function detailsOf(
  server: Server,
  held: HeldGrant | undefined,
  lastError: NotedError | undefined,
): SignInDetails {
  return {
    ...(held === undefined ? fromSettings(server) : fromGrant(held)),
    ...(lastError !== undefined && { lastError }),
  };
}

function fromSettings({ oauth }: Server): SignInDetails {
  const scopes = { granted: [], requested: [] };
  if (oauth === false) return { scopes };
  const { issuer, clientId, resource } = oauth;
  return {
    scopes,
    ...(issuer !== undefined && { issuer }),
    ...(typeof resource === 'string' && { resource }),
    ...(clientId !== undefined && { client: { kind: 'configured', clientId } }),
  };
}

function fromGrant({ record, facts }: HeldGrant): SignInDetails {
  const { authorizationServer, client, resource, redirect, habits, expiresAtMs } = record;
  const { kind, clientId } = client;
  return {
    issuer: authorizationServer.issuer,
    scopes: { granted: record.scopes, requested: record.requestedScopes },
    renewable: record.ending === undefined && facts.renewable,
    ...(resource !== undefined && { resource }),
    // Whoever shows an assertion in place of a client has no id.
    ...(clientId !== '' && { client: { kind, clientId } }),
    ...(redirect !== undefined && { redirectKind: redirect.kind }),
    ...(redirect?.uri !== undefined && { redirectUri: redirect.uri }),
    ...(habits !== undefined && { habits }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
}
