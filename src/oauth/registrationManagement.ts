/** What becomes of a registration after it was made (RFC 7592, checklist 14.2): it is read again, and taken back. */
import { readJson } from './jsonBody.ts';
import { parseUrl } from './secureUrl.ts';
import type { Purpose, Transport } from './transport.ts';
import { readRegistrationAnew, type ClientIdentity } from './wire/client.ts';
import type { IssuerDocument } from './wire/issuerDocument.ts';

/** What of an issuer says where its registrations may be managed. */
export type RegistrationIssuer = Pick<IssuerDocument, 'issuer' | 'registrationEndpoint'>;

/**
 * True where the server took the registration back, or has none any more that we could; false where it has no way to,
 * refused, or could not be reached.
 * @throws nothing but the signal's reason.
 */
export async function removeRegistration(
  transport: Transport,
  issuer: RegistrationIssuer,
  client: ClientIdentity,
  signal: AbortSignal,
): Promise<boolean> {
  const response = await askManagement(transport, 'DELETE', issuer, client, signal);
  // RFC 7592 §2.3: 401 is also how a server says that the client is gone; 404 is how others do.
  return response !== undefined && [204, 200, 401, 404].includes(response.status);
}

/**
 * The client as the server knows it now, with what was changed there; undefined where that cannot be had.
 * @throws nothing but the signal's reason.
 */
export async function readRegistrationAgain(
  transport: Transport,
  issuer: RegistrationIssuer & Pick<IssuerDocument, 'tokenAuthMethods'>,
  client: ClientIdentity,
  signal: AbortSignal,
): Promise<ClientIdentity | undefined> {
  const response = await askManagement(transport, 'GET', issuer, client, signal);
  if (response?.ok !== true) return undefined;
  return readRegistrationAnew(await readJson(response), client, issuer.tokenAuthMethods);
}

const purposes = { GET: 'registration_read', DELETE: 'registration_removal' } as const satisfies Record<
  string,
  Purpose
>;

/** Undefined where there is no answer, or nobody that may be asked. */
async function askManagement(
  transport: Transport,
  method: keyof typeof purposes,
  issuer: RegistrationIssuer,
  { management }: ClientIdentity,
  signal: AbortSignal,
): Promise<Response | undefined> {
  if (management === undefined || !isOfIssuer(management.address, issuer)) return undefined;
  const headers = { accept: 'application/json', authorization: `Bearer ${management.token}` };
  try {
    return await transport.send(purposes[method], management.address, { method, headers, signal });
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** The token that goes along can end the registration: only who gave it gets to see it. */
function isOfIssuer(address: string, { issuer, registrationEndpoint = issuer }: RegistrationIssuer): boolean {
  const origin = parseUrl(address)?.origin;
  return [registrationEndpoint, issuer].some((own) => parseUrl(own)?.origin === origin);
}
