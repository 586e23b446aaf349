/** What becomes of a client of ours that its authorization server no longer knows (checklist 10.5, field case 4). */
import { AuthError } from '../oauth/authError.ts';
import type { ClientIdentity } from '../oauth/wire/client.ts';
import type { IssuerDocument } from '../oauth/wire/issuerDocument.ts';
import type { RecordStore } from './ports.ts';
import { readRecord, RegistrationRecord, registrationPrefix } from './records.ts';

/**
 * Sends a request as `client`; where that is refused, its registration is let go, and the next sign-in registers anew.
 * @throws AuthError of the request; `token_refused` in place of `client_refused`, since nothing is configured wrongly.
 */
export async function sendAs<Result>(
  store: RecordStore,
  issuer: IssuerDocument,
  client: ClientIdentity,
  send: () => Promise<Result>,
): Promise<Result> {
  try {
    return await send();
  } catch (thrown) {
    if (!(thrown instanceof AuthError) || thrown.code !== 'client_refused' || client.kind !== 'registered')
      throw thrown;
    await letGo(store, issuer, client);
    throw new AuthError('token_refused', thrown.facts);
  }
}

async function letGo(store: RecordStore, { issuer }: IssuerDocument, client: ClientIdentity): Promise<void> {
  const keys = (await store.keys()).filter((key) => key.startsWith(registrationPrefix));
  for (const key of keys) {
    const record = await readRecord(store, key, RegistrationRecord);
    if (record?.issuer === issuer && record.client.clientId === client.clientId) await store.remove(key);
  }
}
