/** Who we are at an authorization server, in the order of the specification (checklist 4.1): configured, document, registered. */
import { AuthError, mismatch } from '../oauth/authError.ts';
import { chooseAuthMethod } from '../oauth/clientAuthentication.ts';
import type { Decisions } from '../oauth/decision.ts';
import { registerClient } from '../oauth/registration.ts';
import { covers } from '../oauth/scopes.ts';
import { parseUrl } from '../oauth/secureUrl.ts';
import type { ClientIdentity } from '../oauth/wire/client.ts';
import type { IssuerDocument } from '../oauth/wire/issuerDocument.ts';
import type { MainGrantType } from '../oauth/wire/token.ts';
import type { Server } from '../servers/server.ts';
import type { Attempt } from './attempt.ts';
import { readClientSecret } from './clientSecrets.ts';
import { hasRunOut } from './lostClient.ts';
import {
  bindingKey,
  bindingRecords,
  registrationKey,
  registrationRecords,
  type RegistrationRecord,
} from './records.ts';
import { keepRecord, readRecord, type RecordPorts } from './storedRecord.ts';

export interface ClientChoice {
  readonly client: ClientIdentity;
  /** True for a client that was registered just now, which the server cannot have forgotten. */
  readonly isNew: boolean;
}

/** What a client is wanted for. */
export interface ClientNeed {
  readonly issuer: IssuerDocument;
  /** None where no browser is sent back. */
  readonly redirectUri: string | undefined;
  /** What the client will ask for tokens with. */
  readonly grantType: MainGrantType;
  readonly scopes: readonly string[];
}

/** @throws AuthError `client_issuer_mismatch`, and of a registration. */
export async function chooseClient(attempt: Attempt, need: ClientNeed): Promise<ClientChoice> {
  const configured = await configuredClient(attempt, need.issuer);
  const { trace } = attempt.ports;
  if (configured !== undefined) {
    trace?.decide({ id: 'client_chosen', kind: configured.kind as Named, method: configured.authMethod });
    return { client: configured, isNew: false };
  }
  const address = attempt.ports.clientDocument();
  if (address !== undefined && need.issuer.takesClientDocuments) {
    trace?.decide({ id: 'client_chosen', kind: 'document', method: 'none' });
    return { client: { kind: 'document', clientId: address, authMethod: 'none' }, isNew: false };
  }
  return registeredClient(attempt, need);
}

/** What a client of the person's own can be. */
type Named = Exclude<ClientIdentity['kind'], 'registered'>;

/** Registers anew in place of a client that the server does not know (any more), or of a document it does not take. */
export async function replaceClient(
  attempt: Attempt,
  need: ClientNeed,
  { clientId }: ClientIdentity,
): Promise<ClientChoice> {
  return registeredClient(attempt, need, clientId);
}

/**
 * The client that the person configured; a secret that they entered comes with it.
 * @throws AuthError as {@link requireBound}.
 */
export async function configuredClient(
  attempt: Attempt,
  issuer: IssuerDocument,
): Promise<ClientIdentity | undefined> {
  const { server } = attempt;
  const { clientId, tokenEndpointAuthMethod } = server.oauth;
  if (clientId === undefined) return undefined;
  const clientSecret = await readClientSecret(attempt.ports, server, 'client');
  const authMethod = chooseAuthMethod(issuer, clientSecret, tokenEndpointAuthMethod);
  // A secret that is shared is no document's (checklist 4.6): whoever takes documents would only have to ask for it.
  const isOpen = clientSecret === undefined || authMethod === 'private_key_jwt';
  const isDocument = isDocumentAddress(clientId) && issuer.takesClientDocuments && isOpen;
  const client: ClientIdentity = {
    kind: isDocument ? 'document' : 'configured',
    clientId,
    authMethod,
    ...(clientSecret !== undefined && { clientSecret }),
  };
  await requireBound(attempt, client, issuer);
  return client;
}

/**
 * What the person gave us for one authorization server goes to no other that the server names later.
 * @throws AuthError `client_issuer_mismatch`, unless the person named the issuer (checklist 4.16, 4.17).
 */
export async function requireBound(
  { server, ports }: Attempt,
  { kind, clientId }: ClientIdentity,
  { issuer }: IssuerDocument,
): Promise<void> {
  if (kind !== 'configured' || server.oauth.issuer === issuer) return;
  const binding = await readRecord(ports, bindingKey(server, clientId), bindingRecords);
  if (binding !== undefined && binding.issuer !== issuer)
    throw new AuthError('client_issuer_mismatch', mismatch(binding.issuer, issuer));
}

/** Ties a client of the person's own to the authorization server that let it in. */
export async function bindClient(
  {
    server,
    ports,
  }: { readonly server: Pick<Server, 'name' | 'url'>; readonly ports: Pick<RecordPorts, 'store'> },
  client: ClientIdentity,
  issuer: IssuerDocument,
): Promise<void> {
  if (client.kind !== 'configured') return;
  const binding = { issuer: issuer.issuer };
  await keepRecord(ports, bindingKey(server, client.clientId), bindingRecords, binding);
}

/**
 * Ties a client that a person has just entered to the authorization server that they were told it is for, before it has
 * let anybody in. One that is tied to another stays so: whoever the server names next may ask for it in this way.
 */
export async function bindEntered(
  ports: RecordPorts,
  server: Pick<Server, 'name' | 'url'>,
  clientId: string,
  issuer: string,
): Promise<void> {
  const key = bindingKey(server, clientId);
  if ((await readRecord(ports, key, bindingRecords)) === undefined)
    await keepRecord(ports, key, bindingRecords, { issuer });
}

/**
 * The authorization server that a client of the person's own, and with it its secret, is for; undefined for one that is tied
 * to none yet.
 */
export async function boundIssuer(
  ports: RecordPorts,
  { name, url, oauth }: Pick<Server, 'name' | 'url' | 'oauth'>,
): Promise<string | undefined> {
  const { clientId, issuer } = oauth === false ? {} : oauth;
  if (issuer !== undefined || clientId === undefined) return issuer;
  return (await readRecord(ports, bindingKey({ name, url }, clientId), bindingRecords))?.issuer;
}

/** Checklist 4.5: an https address with a path may name a client by its metadata document. */
function isDocumentAddress(clientId: string): boolean {
  const url = parseUrl(clientId);
  return url?.protocol === 'https:' && url.pathname !== '/';
}

function keyFor({ server }: Attempt, { issuer, redirectUri, grantType }: ClientNeed): string {
  const { tokenEndpointAuthMethod: method } = server.oauth;
  const terms = [redirectUri ?? grantType, ...(method === undefined ? [] : [method])];
  return registrationKey(issuer.issuer, ...terms);
}

/**
 * A registration is reused for the identical issuer, redirect URI and way to prove who asks only (checklist 4.16, 4.19,
 * field case 5), while its secret lasts, and where it covers the scopes: some servers allow a client no others than it was
 * registered with. Windows that need one at the same time make one.
 * @param lost the id of a client that is not to be used again.
 */
function registeredClient(attempt: Attempt, need: ClientNeed, lost?: string): Promise<ClientChoice> {
  const { server, ports, signal } = attempt;
  const { trace } = ports;
  const key = keyFor(attempt, need);
  const reuseOrRegister = async (): Promise<ClientChoice> => {
    const known = await readRecord(ports, key, registrationRecords);
    const fault = known && faultOf(known, need, lost, ports.clock.now());
    if (fault !== undefined) trace?.decide({ id: 'registration_passed_over', reason: fault });
    if (known === undefined || fault !== undefined) {
      const client = await register(attempt, need, key);
      trace?.decide({ id: 'client_chosen', kind: 'registered', method: client.authMethod });
      return { client, isNew: true };
    }
    if (!known.servers.some((user) => isSame(user, server))) {
      const servers: RegistrationRecord['servers'] = [...known.servers, [server.name, server.url]];
      await keepRecord(ports, key, registrationRecords, { ...known, servers });
    }
    trace?.decide({ id: 'client_chosen', kind: 'stored', method: known.client.authMethod });
    return { client: known.client, isNew: false };
  };
  return ports.lock.hold(key, reuseOrRegister, signal);
}

/** Why the registration on record does not serve; undefined where it does. */
function faultOf(
  { client, scopes }: RegistrationRecord,
  need: ClientNeed,
  lost: string | undefined,
  nowMs: number,
): Decisions['registration_passed_over']['reason'] | undefined {
  if (client.clientId === lost) return 'not_taken';
  if (hasRunOut(client, nowMs)) return 'secret_ran_out';
  return covers(scopes, need.scopes) ? undefined : 'other_scopes';
}

async function register(
  { server, ports, transport, onStep, signal }: Attempt,
  { issuer, redirectUri, grantType, scopes }: ClientNeed,
  key: string,
): Promise<ClientIdentity> {
  const authMethod = server.oauth.tokenEndpointAuthMethod;
  onStep({ kind: 'registering', host: new URL(issuer.issuer).host });
  const request = { softwareVersion: ports.softwareVersion, redirectUri, grantType, scopes, authMethod };
  const client = await registerClient(transport, issuer, request, signal);
  await keepRecord(ports, key, registrationRecords, {
    issuer: issuer.issuer,
    registrationEndpoint: issuer.registrationEndpoint,
    scopes,
    client,
    servers: [[server.name, server.url]],
    ...(redirectUri !== undefined && { redirectUri }),
  });
  return client;
}

export function isSame(
  [name, url]: readonly [string, string],
  server: Pick<Server, 'name' | 'url'>,
): boolean {
  return name === server.name && url === server.url;
}
