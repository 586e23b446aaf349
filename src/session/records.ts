/**
 * What is stored: one secret per grant, per registration and per pending attempt, versioned and checked on reading.
 * A record that cannot be read counts as absent and costs that one sign-in only.
 */
import * as z from 'zod/mini';
import { Account } from '../oauth/account.ts';
import { PendingAuthorization } from '../oauth/authorization.ts';
import { ProofKey } from '../oauth/dpop.ts';
import { ClientIdentity } from '../oauth/wire/client.ts';
import { IssuerDocument } from '../oauth/wire/issuerDocument.ts';
import { AuthError } from '../oauth/authError.ts';
import { redirectKinds, type Server } from '../servers/server.ts';
import type { RecordStore } from './ports.ts';

/** Tokens and what they are for: used for this server URL, issuer and resource and no other (checklist 5.1, 5.2). */
export const GrantRecord = z.object({
  version: z.literal(1),
  serverUrl: z.string(),
  /** What the token was asked for; absent where the person turned the parameter off. */
  resource: z.optional(z.string()),
  /** The authorization server as it was when the grant was given, and who we were there: all that a refresh needs. */
  authorizationServer: IssuerDocument,
  client: ClientIdentity,
  accessToken: z.string(),
  refreshToken: z.optional(z.string()),
  /** Keeps every token of the grant usable by the holder of this key alone (RFC 9449). */
  proofKey: z.optional(ProofKey),
  expiresAtMs: z.optional(z.number()),
  scopes: z.readonly(z.array(z.string())),
  /** What was asked for, which a further request has to contain (checklist 6.3). */
  requestedScopes: z.readonly(z.array(z.string())),
  account: Account,
  grantedAtMs: z.number(),
  /** Set when the server answered 401 to the token: it is not sent again. */
  rejected: z.optional(z.boolean()),
});
export type GrantRecord = z.infer<typeof GrantRecord>;

export const RegistrationRecord = z.object({
  version: z.literal(1),
  issuer: z.string(),
  /** Absent for a client that no browser is sent back to. */
  redirectUri: z.optional(z.string()),
  /** What the client was registered for. */
  scopes: z.readonly(z.array(z.string())),
  client: ClientIdentity,
});
export type RegistrationRecord = z.infer<typeof RegistrationRecord>;

/** The way back that worked last at an issuer, so that it is tried first and need not be checked again at once. */
export const WayRecord = z.object({
  version: z.literal(1),
  kind: z.enum(redirectKinds),
  redirectUri: z.string(),
  /** Where the answer arrived; with the port that was listened at, which differs from the registered one on a remote. */
  arrivalUri: z.string(),
  clientId: z.string(),
  /** True where the person chose the kind for one server: others of the issuer are not led there. */
  isChosen: z.boolean(),
  workedAtMs: z.number(),
});
export type WayRecord = z.infer<typeof WayRecord>;

/** The issuer that a client of the person's own was let in by: its credentials go to no other (checklist 4.16). */
export const BindingRecord = z.object({ version: z.literal(1), issuer: z.string() });

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
export const registrationPrefix = 'registration:';
/** @param terms what the client is registered for, each another registration (checklist 4.19). */
export const registrationKey = (issuer: string, ...terms: readonly string[]): string =>
  registrationPrefix + JSON.stringify([issuer, ...terms]);
export const wayKey = (issuer: string): string => `way:${JSON.stringify([issuer])}`;
export const bindingKey = ({ name, url }: Pick<Server, 'name' | 'url'>, clientId: string): string =>
  `binding:${JSON.stringify([name, url, clientId])}`;
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

/** A failed write is an error that is seen, never a sign-in that is silently lost. */
export async function keepRecord(store: RecordStore, key: string, record: object): Promise<void> {
  try {
    await store.write(key, JSON.stringify(record));
  } catch (thrown) {
    throw new AuthError('storage_failed', {}, thrown);
  }
}
