/** Secrets that a person entered for a client of their own: kept beside the grants, never in the settings (design 8). */
import * as z from 'zod/mini';
import type { Server } from '../servers/server.ts';
import type { RecordStore } from './ports.ts';
import { readRecord } from './records.ts';

/** Whose secret it is: of the client at the server's authorization server, or at the person's identity provider. */
export type SecretOwner = 'client' | 'identityProvider';

const SecretRecord = z.object({ version: z.literal(1), secret: z.string() });

/** The client id is part of the key: another client finds no secret. */
function secretKey(server: Server, owner: SecretOwner): string {
  const settings = server.oauth === false ? {} : server.oauth;
  const clientId = owner === 'client' ? settings.clientId : settings.identityProvider?.clientId;
  return `secret:${JSON.stringify([server.name, server.url, owner, clientId ?? ''])}`;
}

/** A shared secret or a private key as PEM; undefined where none was entered. */
export async function readClientSecret(
  store: RecordStore,
  server: Server,
  owner: SecretOwner,
): Promise<string | undefined> {
  return (await readRecord(store, secretKey(server, owner), SecretRecord))?.secret;
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
  else await store.write(key, JSON.stringify({ version: 1, secret }));
}
