/** What becomes of a client of ours that its authorization server no longer knows (checklist 10.5, field case 4). */
import { AuthError } from '../oauth/authError.ts';
import { readRegistrationAgain } from '../oauth/registrationManagement.ts';
import type { Transport } from '../oauth/transport.ts';
import type { ClientIdentity } from '../oauth/wire/client.ts';
import type { IssuerDocument } from '../oauth/wire/issuerDocument.ts';
import type { SessionPorts } from './ports.ts';
import { registrationPrefix, registrationRecords, type RegistrationRecord } from './records.ts';
import { keepRecord, readRecord, type RecordPorts } from './storedRecord.ts';

/**
 * Sends a request as `client`; where that is refused, its registration is let go, and the next sign-in registers anew.
 * @throws AuthError of the request; `token_refused` in place of `client_refused`, since nothing is configured wrongly.
 */
export async function sendAs<Result>(
  ports: RecordPorts,
  issuer: IssuerDocument,
  client: ClientIdentity,
  send: () => Promise<Result>,
): Promise<Result> {
  try {
    return await send();
  } catch (thrown) {
    if (!(thrown instanceof AuthError) || thrown.code !== 'client_refused' || client.kind !== 'registered')
      throw thrown;
    await letGo(ports, issuer, client);
    throw new AuthError('token_refused', thrown.facts);
  }
}

/** Whether a refusal says that the client is not known (any more), and not that the person or the grant is not. */
export function isLostClient({ code, facts }: AuthError): boolean {
  return code === 'token_refused' && facts.serverCode === 'invalid_client';
}

/**
 * A client whose secret has run out may have a new one at the server (RFC 7592 §2.1), or on record already, where another
 * server's renewal has asked for it; undefined where there is none to be had.
 */
export async function withNewSecret(
  ports: RecordPorts & Pick<SessionPorts, 'lock'>,
  transport: Transport,
  issuer: IssuerDocument,
  client: ClientIdentity,
): Promise<ClientIdentity | undefined> {
  const [key] = (await registrationsOf(ports, issuer, client)).map(([key]) => key);
  const work = async () => {
    const known = await registrationsOf(ports, issuer, client);
    const newest = known[0]?.[1].client ?? client;
    if (!hasRunOut(newest, ports.clock.now())) return newest;
    const renewed = await readRegistrationAgain(transport, issuer, newest, new AbortController().signal);
    transport.decide({ id: 'secret_renewed', isRenewed: renewed !== undefined });
    if (renewed === undefined) return undefined;
    for (const [key, record] of known)
      await keepRecord(ports, key, registrationRecords, { ...record, client: renewed });
    return renewed;
  };
  // The answer may end the token that it was read with: whoever comes second has to find what the first has kept.
  return key === undefined ? work() : ports.lock.hold(key, work);
}

export function hasRunOut({ secretExpiresAtMs = Infinity }: ClientIdentity, nowMs: number): boolean {
  return secretExpiresAtMs <= nowMs;
}

async function letGo(ports: RecordPorts, issuer: IssuerDocument, client: ClientIdentity): Promise<void> {
  for (const [key] of await registrationsOf(ports, issuer, client)) await ports.store.remove(key);
}

async function registrationsOf(
  ports: RecordPorts,
  { issuer }: IssuerDocument,
  { clientId }: ClientIdentity,
): Promise<readonly (readonly [string, RegistrationRecord])[]> {
  const keys = (await ports.store.keys()).filter((key) => key.startsWith(registrationPrefix));
  const records = await Promise.all(
    keys.map(async (key) => [key, await readRecord(ports, key, registrationRecords)] as const),
  );
  return records.flatMap(([key, record]) =>
    record?.issuer === issuer && record.client.clientId === clientId ? [[key, record] as const] : [],
  );
}
