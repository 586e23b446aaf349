/** What is stored: one secret per grant, per registration and per pending attempt, and the keys under which they are. */
import * as z from 'zod/mini';
import { Account } from '../oauth/account.ts';
import { PendingAuthorization } from '../oauth/pendingAuthorization.ts';
import { ProofKey } from '../oauth/proofKey.ts';
import { ClientIdentity } from '../oauth/wire/client.ts';
import { IssuerDocument } from '../oauth/wire/issuerDocument.ts';
import { address } from '../oauth/wire/members.ts';
import { redirectKinds, type Server } from '../servers/server.ts';
import type { RecordKind } from './storedRecord.ts';

const GrantEnding = z.lazy(() =>
  z.object({
    reason: z.enum(['rejected', 'refused', 'client_lost']),
    host: z.optional(z.string()),
    serverWords: z.optional(z.string()),
  }),
);

/** Tokens and what they are for: used for this server URL, issuer and resource and no other (checklist 5.1, 5.2). */
const GrantRecord = z.lazy(() =>
  z.object({
    serverUrl: address,
    /** What the token was asked for; absent where the person turned the parameter off. */
    resource: z.optional(z.string()),
    /** The authorization server as it was when the grant was given, and who we were there: all that a refresh needs. */
    authorizationServer: IssuerDocument,
    /** True where settings named the authorization server: it serves no entry that leaves that to the server. */
    isIssuerChosen: z.optional(z.boolean()),
    client: ClientIdentity,
    /** How the answer came back from the browser, and what the authorization server was told of it. */
    redirect: z.optional(z.object({ kind: z.enum(redirectKinds), uri: z.optional(z.string()) })),
    /** Known habits of the authorization server that were followed, by their names. */
    habits: z.optional(z.readonly(z.array(z.string()))),
    /** Nothing else can be sent in a header (checklist 10.2). */
    accessToken: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
    refreshToken: z.optional(z.string()),
    /** Keeps every token of the grant usable by the holder of this key alone (RFC 9449). */
    proofKey: z.optional(ProofKey),
    expiresAtMs: z.optional(z.number()),
    scopes: z.readonly(z.array(z.string())),
    /** What was asked for, which a further request has to contain (checklist 6.3). */
    requestedScopes: z.readonly(z.array(z.string())),
    account: Account,
    grantedAtMs: z.number(),
    /** Of the sign-in that gave it, the same over all renewals. */
    signInId: z.optional(z.string()),
    /** Set when the grant is over: it is not used again. */
    ending: z.optional(GrantEnding),
  }),
);
export type GrantRecord = z.infer<typeof GrantRecord>;

export const grantRecords: RecordKind<GrantRecord> = {
  version: 2,
  schema: GrantRecord,
  migrations: {
    // Knew of an ending that the server had rejected the token, and of one account for each server.
    1: ({ rejected, ...members }) => ({
      ...members,
      ...(rejected === true && { ending: { reason: 'rejected' } }),
    }),
  },
};

const ServerName = z.lazy(() => z.tuple([z.string(), z.string()]));

const RegistrationRecord = z.lazy(() =>
  z.object({
    issuer: address,
    /** Where it was made, and near to which it is managed. */
    registrationEndpoint: z.optional(z.string()),
    /** Absent for a client that no browser is sent back to. */
    redirectUri: z.optional(z.string()),
    /** What the client was registered for. */
    scopes: z.readonly(z.array(z.string())),
    client: ClientIdentity,
    /** Name and address of each server that the client was used for. */
    servers: z.readonly(z.array(ServerName)),
  }),
);
export type RegistrationRecord = z.infer<typeof RegistrationRecord>;

export const registrationRecords: RecordKind<RegistrationRecord> = {
  version: 2,
  schema: RegistrationRecord,
  migrations: { 1: (members) => ({ ...members, servers: [] }) },
};

/** The way back that worked last at an issuer, so that it is tried first and need not be checked again at once. */
const WayRecord = z.lazy(() =>
  z.object({
    kind: z.enum(redirectKinds),
    redirectUri: z.string(),
    /** Where the answer arrived; with the port that was listened at, which differs from the registered one on a remote. */
    arrivalUri: address,
    clientId: z.string(),
    /** True where the person chose the kind for one server: others of the issuer are not led there. */
    isChosen: z.boolean(),
    workedAtMs: z.number(),
  }),
);
export type WayRecord = z.infer<typeof WayRecord>;
export const wayRecords: RecordKind<WayRecord> = { version: 1, schema: WayRecord };

/** The issuer that a client of the person's own was let in by: its credentials go to no other (checklist 4.16). */
export const bindingRecords: RecordKind<{ issuer: string }> = {
  version: 1,
  schema: z.lazy(() => z.object({ issuer: z.string() })),
};

/** Whose sign-in an attempt is to be, as far as that was said before it began. */
const AccountWish = z.lazy(() =>
  z.object({
    /** Whose grant is to be replaced. */
    previous: z.optional(Account),
    /** True where the person wants an account beside those that are there. */
    isAnother: z.optional(z.boolean()),
    /** True where the settings of the window that began named the authorization server. */
    isIssuerChosen: z.optional(z.boolean()),
  }),
);
export type AccountWish = z.infer<typeof AccountWish>;

const PendingRecord = z.lazy(() =>
  z.object({
    serverName: z.string(),
    serverUrl: address,
    startedAtMs: z.number(),
    authorization: PendingAuthorization,
    wish: AccountWish,
  }),
);
export type PendingRecord = z.infer<typeof PendingRecord>;

export const pendingRecords: RecordKind<PendingRecord> = {
  version: 2,
  schema: PendingRecord,
  migrations: { 1: (members) => ({ ...members, wish: {} }) },
};

type ServerIdentity = Pick<Server, 'name' | 'url'>;

const grantPrefix = 'grant:';

/**
 * Server, issuer and account together: an edited address finds no old credentials (field case 28), and no account those
 * of another; a client of the person's own is part of it, since another workspace may have another.
 */
export function grantKey(
  server: ServerIdentity,
  grant: Pick<GrantRecord, 'account' | 'authorizationServer' | 'client'>,
): string {
  const { account, authorizationServer, client } = grant;
  const own = client.kind === 'configured' ? [client.clientId] : [];
  const parts = [server.name, server.url, authorizationServer.issuer, account.id, ...own];
  return grantPrefix + JSON.stringify(parts);
}

/** Whose grant a key is for; undefined for a key of anything else. Version 1 had no issuer and account in it. */
export function serverOfGrantKey(key: string): ServerIdentity | undefined {
  return key.startsWith(grantPrefix) ? serverIn(key) : undefined;
}

/** The name and address that a key of a server's own begins with. */
export function serverIn(key: string): ServerIdentity | undefined {
  try {
    const parts: unknown = JSON.parse(key.slice(key.indexOf(':') + 1));
    const [name, url] = Array.isArray(parts) ? (parts as readonly unknown[]) : [];
    return typeof name === 'string' && typeof url === 'string' ? { name, url } : undefined;
  } catch {
    return undefined;
  }
}

export const registrationPrefix = 'registration:';
/** @param terms what the client is registered for, each another registration (checklist 4.19). */
export const registrationKey = (issuer: string, ...terms: readonly string[]): string =>
  registrationPrefix + JSON.stringify([issuer, ...terms]);
export const wayKey = (issuer: string): string => `way:${JSON.stringify([issuer])}`;
export const bindingPrefix = 'binding:';
export const bindingKey = ({ name, url }: ServerIdentity, clientId: string): string =>
  bindingPrefix + JSON.stringify([name, url, clientId]);
export const pendingPrefix = 'pending:';
export const pendingKey = (state: string): string => pendingPrefix + state;
