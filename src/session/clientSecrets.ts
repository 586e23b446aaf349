/** Secrets that a person entered for a client of their own: kept beside the grants, never in the settings (design 8). */
import * as z from 'zod/mini';
import type { Server } from '../servers/server.ts';
import type { RecordStore } from './ports.ts';
import { keepRecord, readRecord, type RecordKind, type RecordPorts } from './storedRecord.ts';

/** Whose secret it is: of the client at the server's authorization server, or at the person's identity provider. */
export type SecretOwner = 'client' | 'identityProvider';

const secretRecords: RecordKind<{ secret: string }> = {
  version: 1,
  schema: z.lazy(() => z.object({ secret: z.string() })),
};

export const secretPrefix = 'secret:';

/** Whose the secret is, and for whom, is part of the key: an entry that names another client or issuer finds none. */
function secretKey({ name, url, oauth }: Server, owner: SecretOwner): string {
  const { clientId, issuer, identityProvider } = oauth === false ? {} : oauth;
  const whose =
    owner === 'client'
      ? [clientId ?? '', issuer ?? '']
      : [identityProvider?.clientId ?? '', identityProvider?.issuer ?? ''];
  return secretPrefix + JSON.stringify([name, url, owner, ...whose]);
}

/** A shared secret or a private key as PEM; undefined where none was entered. */
export async function readClientSecret(
  ports: RecordPorts,
  server: Server,
  owner: SecretOwner,
): Promise<string | undefined> {
  return (await readRecord(ports, secretKey(server, owner), secretRecords))?.secret;
}

/** Keeps a secret, or forgets it where there is none. */
export async function writeClientSecret(
  store: RecordStore,
  server: Server,
  owner: SecretOwner,
  secret: string | undefined,
): Promise<void> {
  const key = secretKey(server, owner);
  if (secret === undefined) await store.remove(key);
  else await keepRecord({ store }, key, secretRecords, { secret });
}
