/**
 * What is stored: one secret per grant, per registration and per pending attempt, versioned and checked on reading.
 * A record that cannot be read counts as absent and costs that one sign-in only.
 */
import * as z from 'zod/mini';
import { Account } from '../oauth/account.ts';
import { PendingAuthorization } from '../oauth/authorization.ts';
import { ClientIdentity } from '../oauth/wire.ts';
import type { Server } from '../servers/server.ts';
import type { RecordStore } from './ports.ts';

/** Tokens and what they are for: used for this server URL, issuer and resource and no other (checklist 5.1, 5.2). */
export const GrantRecord = z.object({
  version: z.literal(1),
  serverUrl: z.string(),
  issuer: z.string(),
  resource: z.string(),
  clientId: z.string(),
  accessToken: z.string(),
  expiresAtMs: z.optional(z.number()),
  scopes: z.readonly(z.array(z.string())),
  account: Account,
  grantedAtMs: z.number(),
  /** Set when the server answered 401 to the token: it is not sent again. */
  rejected: z.optional(z.boolean()),
});
export type GrantRecord = z.infer<typeof GrantRecord>;

export const RegistrationRecord = z.object({
  version: z.literal(1),
  issuer: z.string(),
  redirectUri: z.string(),
  /** What the client was registered for. */
  scopes: z.readonly(z.array(z.string())),
  client: ClientIdentity,
});
export type RegistrationRecord = z.infer<typeof RegistrationRecord>;

export const PendingRecord = z.object({
  version: z.literal(1),
  serverName: z.string(),
  serverUrl: z.string(),
  startedAtMs: z.number(),
  authorization: PendingAuthorization,
});
export type PendingRecord = z.infer<typeof PendingRecord>;

/** A pending attempt that is older is no longer finished by anybody (checklist 7.6). */
export const pendingLifetimeMs = 600_000;

/** Name and address together: an edited address finds no old credentials (field case 28). */
export const grantKey = ({ name, url }: Pick<Server, 'name' | 'url'>): string =>
  `grant:${JSON.stringify([name, url])}`;
export const registrationKey = (issuer: string, redirectUri: string): string =>
  `registration:${JSON.stringify([issuer, redirectUri])}`;
const pendingPrefix = 'pending:';
export const pendingKey = (state: string): string => pendingPrefix + state;

/** A record, or undefined where there is none that this version can read. */
export async function readRecord<Schema extends z.ZodMiniType>(
  store: RecordStore,
  key: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  try {
    const text = await store.read(key);
    return text === undefined ? undefined : schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The live attempt that `state` belongs to; an old one is removed and counts as absent. */
export async function readPending(
  store: RecordStore,
  state: string,
  nowMs: number,
): Promise<PendingRecord | undefined> {
  const record = await readRecord(store, pendingKey(state), PendingRecord);
  if (record !== undefined && nowMs - record.startedAtMs < pendingLifetimeMs) return record;
  await store.remove(pendingKey(state));
  return undefined;
}

/** Removes what attempts left behind that never came to an end. */
export async function sweepPending(store: RecordStore, nowMs: number): Promise<void> {
  const pending = (await store.keys()).filter((key) => key.startsWith(pendingPrefix));
  await Promise.all(pending.map((key) => readPending(store, key.slice(pendingPrefix.length), nowMs)));
}
