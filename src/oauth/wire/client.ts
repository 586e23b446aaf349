/** Who we are at an authorization server: registration requests and answers (RFC 7591, RFC 7592). */
import type * as oauth from 'oauth4webapi';
import * as z from 'zod/mini';
import { count, text, texts, toScopeParameter } from './members.ts';

/** How a client proves who it is at the token endpoint (RFC 7591 §2). */
export const ClientAuthMethod = z.lazy(() =>
  z.enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']),
);
export type ClientAuthMethod = z.infer<typeof ClientAuthMethod>;

/** Who we are at one issuer. */
export const ClientIdentity = z.lazy(() =>
  z.object({
    /** Given by the person, named by the address of its metadata document, or registered by us. */
    kind: z.enum(['configured', 'document', 'registered']),
    clientId: z.string(),
    /** A shared secret, or for `private_key_jwt` the private key as PKCS #8 PEM. */
    clientSecret: z.optional(z.string()),
    authMethod: ClientAuthMethod,
    /** When the secret ends, milliseconds since the epoch; absent where it does not. */
    secretExpiresAtMs: z.optional(z.number()),
    /** Where and with what the registration can be read and ended (RFC 7592). */
    management: z.optional(z.object({ address: z.string(), token: z.string() })),
  }),
);
export type ClientIdentity = z.infer<typeof ClientIdentity>;

export function toClient(identity: ClientIdentity): oauth.Client {
  return { client_id: identity.clientId };
}

/** What is registered for one redirect URI (RFC 7591 §2; checklist 4.11, 14.1). */
export function toRegistrationRequest(request: {
  readonly clientName: string;
  readonly softwareVersion: string;
  /** None where no browser is sent back, as with a device code. */
  readonly redirectUri: string | undefined;
  readonly applicationType: 'native' | 'web';
  readonly grantTypes: readonly string[];
  readonly authMethod: ClientAuthMethod;
  readonly scopes: readonly string[];
}): Partial<oauth.OmitSymbolProperties<oauth.Client>> {
  return {
    client_name: request.clientName,
    software_id: 'mcp-oauth.mcp-oauth',
    software_version: request.softwareVersion,
    redirect_uris: request.redirectUri === undefined ? [] : [request.redirectUri],
    application_type: request.applicationType,
    grant_types: [...request.grantTypes],
    response_types: request.redirectUri === undefined ? [] : ['code'],
    // Absent would mean client_secret_basic (RFC 7591 §2).
    token_endpoint_auth_method: request.authMethod,
    ...toScopeParameter(request.scopes),
  };
}

const RegistrationWire = z.lazy(() =>
  z.looseObject({
    client_id: z.string().check(z.minLength(1)),
    client_secret: text,
    client_secret_expires_at: count,
    token_endpoint_auth_method: text,
    redirect_uris: texts,
    registration_client_uri: text,
    registration_access_token: text,
  }),
);

export interface Registration {
  readonly client: ClientIdentity;
  /** What the server says that it registered; undefined where it does not say. */
  readonly redirectUris: readonly string[] | undefined;
}

/**
 * A registration answer; null or empty secrets and a missing expiry are common and mean none (checklist 14.1).
 * @param offered the ways to prove who asks that the server lists, where it does.
 * @param chosen the way that the person chose, where they did.
 */
export function readRegistration(
  document: unknown,
  offered: readonly string[] | undefined,
  chosen: ClientAuthMethod | undefined,
): Registration | undefined {
  const wire = RegistrationWire.safeParse(document).data;
  if (wire === undefined) return undefined;
  const { client_secret: clientSecret } = wire;
  const { registration_client_uri: address, registration_access_token: token } = wire;
  const client: ClientIdentity = {
    kind: 'registered',
    clientId: wire.client_id,
    authMethod:
      clientSecret === undefined
        ? 'none'
        : withSecret(wire.token_endpoint_auth_method, offered ?? [], chosen),
    ...secretMembers(clientSecret, endOf(wire.client_secret_expires_at)),
    ...(address !== undefined && token !== undefined && { management: { address, token } }),
  };
  return { client, redirectUris: wire.redirect_uris };
}

/**
 * A client as its server knows it now (RFC 7592 §3): secret and management token may have changed, what the answer
 * leaves out has not. Undefined where the answer is about no client or another one.
 * @param offered as for {@link readRegistration}.
 */
export function readRegistrationAnew(
  document: unknown,
  before: ClientIdentity,
  offered: readonly string[] | undefined,
): ClientIdentity | undefined {
  const wire = RegistrationWire.safeParse(document).data;
  if (wire?.client_id !== before.clientId) return undefined;
  const { client_secret: clientSecret } = wire;
  const { kind, clientId, authMethod, management } = before;
  const address = wire.registration_client_uri ?? management?.address;
  const token = wire.registration_access_token ?? management?.token;
  return {
    kind,
    clientId,
    // Whoever has a way to prove who asks goes on in it: the person may have chosen it.
    authMethod:
      clientSecret !== undefined && authMethod === 'none'
        ? withSecret(wire.token_endpoint_auth_method, offered ?? [], undefined)
        : authMethod,
    ...(clientSecret === undefined
      ? secretMembers(before.clientSecret, before.secretExpiresAtMs)
      : secretMembers(clientSecret, endOf(wire.client_secret_expires_at))),
    ...(address !== undefined && token !== undefined && { management: { address, token } }),
  };
}

/** When a secret ends, milliseconds since the epoch, from what the server says in seconds: 0 and nothing mean never. */
function endOf(seconds = 0): number | undefined {
  return seconds > 0 ? seconds * 1000 : undefined;
}

function secretMembers(
  clientSecret: string | undefined,
  secretExpiresAtMs: number | undefined,
): Pick<ClientIdentity, 'clientSecret' | 'secretExpiresAtMs'> {
  if (clientSecret === undefined) return {};
  return { clientSecret, ...(secretExpiresAtMs !== undefined && { secretExpiresAtMs }) };
}

/**
 * The person decides, else the answer (RFC 7591 §3.2.1), unless the server lists the other way alone (checklist 4.20). A
 * secret that comes with the method `none` is wanted all the same at the token endpoint (field case 14, Figma).
 */
function withSecret(
  declared: string | undefined,
  offered: readonly string[],
  chosen: ClientAuthMethod | undefined,
): ClientAuthMethod {
  // No key of ours is registered.
  if (chosen !== undefined && chosen !== 'private_key_jwt') return chosen;
  const [basic, post] = ['client_secret_basic', 'client_secret_post'] as const;
  const [first, second] = declared === basic || declared === undefined ? [basic, post] : [post, basic];
  return !offered.includes(first) && offered.includes(second) ? second : first;
}
