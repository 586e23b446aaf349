/**
 * The wire format: the one file that spells parameter and member names of OAuth. Foreign documents come in through
 * schemas that ignore what they do not know and drop optional members of a wrong type; domain objects go out.
 */
import type * as oauth from 'oauth4webapi';
import * as z from 'zod/mini';

/** A string member that may be absent, null, empty or of another type: all of these are undefined. */
const text = z.catch(z.optional(z.string().check(z.minLength(1))), undefined);
const texts = z.catch(z.optional(z.array(z.string())), undefined);

/** What a 401 or 403 asks for (RFC 6750 §3, RFC 9728 §5.1). */
export interface Challenge {
  readonly resourceMetadata: string | undefined;
  readonly scopes: readonly string[] | undefined;
  readonly error: string | undefined;
  readonly errorDescription: string | undefined;
}

export function readChallengeParameters(parameters: ReadonlyMap<string, string>): Challenge {
  return {
    resourceMetadata: parameters.get('resource_metadata') ?? undefined,
    scopes: parseScope(parameters.get('scope')),
    error: parameters.get('error'),
    errorDescription: parameters.get('error_description'),
  };
}

/** Protected resource metadata (RFC 9728 §2). */
export interface ResourceDocument {
  /** The identifier as the server spells it, byte for byte. */
  readonly resource: string;
  readonly issuers: readonly [string, ...string[]];
  readonly scopesSupported: readonly string[] | undefined;
}

const ResourceWire = z.looseObject({
  resource: z.string(),
  authorization_servers: z.array(z.string()),
  scopes_supported: texts,
});

export function readResourceDocument(document: unknown): ResourceDocument | undefined {
  const wire = ResourceWire.safeParse(document).data;
  const [first, ...rest] = wire?.authorization_servers ?? [];
  if (wire === undefined || first === undefined) return undefined;
  return { resource: wire.resource, issuers: [first, ...rest], scopesSupported: wire.scopes_supported };
}

/** Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery 1.0 §3), strict, since it is also stored. */
export const IssuerDocument = z.object({
  issuer: z.string(),
  authorizationEndpoint: z.string(),
  tokenEndpoint: z.string(),
  registrationEndpoint: z.optional(z.string()),
  responseTypes: z.optional(z.array(z.string())),
  codeChallengeMethods: z.optional(z.array(z.string())),
  /** Whether every authorization answer must carry `iss` (RFC 9207 §3). */
  sendsIss: z.boolean(),
});
export type IssuerDocument = z.infer<typeof IssuerDocument>;

const IssuerWire = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  registration_endpoint: text,
  response_types_supported: texts,
  code_challenge_methods_supported: texts,
  authorization_response_iss_parameter_supported: z.catch(z.optional(z.boolean()), undefined),
});

export function readIssuerDocument(document: unknown): IssuerDocument | undefined {
  const wire = IssuerWire.safeParse(document).data;
  return (
    wire && {
      issuer: wire.issuer,
      authorizationEndpoint: wire.authorization_endpoint,
      tokenEndpoint: wire.token_endpoint,
      registrationEndpoint: wire.registration_endpoint,
      responseTypes: wire.response_types_supported,
      codeChallengeMethods: wire.code_challenge_methods_supported,
      sendsIss: wire.authorization_response_iss_parameter_supported === true,
    }
  );
}

/** The issuer as oauth4webapi wants it. */
export function toAuthorizationServer(document: IssuerDocument): oauth.AuthorizationServer {
  return {
    issuer: document.issuer,
    authorization_endpoint: document.authorizationEndpoint,
    token_endpoint: document.tokenEndpoint,
    authorization_response_iss_parameter_supported: document.sendsIss,
    ...(document.registrationEndpoint !== undefined && {
      registration_endpoint: document.registrationEndpoint,
    }),
  };
}

/** How a client proves who it is at the token endpoint (RFC 7591 §2). */
const ClientAuthMethod = z.enum(['none', 'client_secret_basic', 'client_secret_post']);

/** Who we are at one issuer. */
export const ClientIdentity = z.object({
  kind: z.enum(['configured', 'registered']),
  clientId: z.string(),
  clientSecret: z.optional(z.string()),
  authMethod: ClientAuthMethod,
  /** When the secret ends, milliseconds since the epoch; absent where it does not. */
  secretExpiresAtMs: z.optional(z.number()),
});
export type ClientIdentity = z.infer<typeof ClientIdentity>;

export function toClient(identity: ClientIdentity): oauth.Client {
  return { client_id: identity.clientId };
}

/** What is registered for one redirect URI (RFC 7591 §2; checklist 4.11, 14.1). */
export function toRegistrationRequest(request: {
  readonly clientName: string;
  readonly softwareVersion: string;
  readonly redirectUri: string;
  readonly applicationType: 'native' | 'web';
  readonly scopes: readonly string[];
}): Partial<oauth.OmitSymbolProperties<oauth.Client>> {
  return {
    client_name: request.clientName,
    software_id: 'mcp-oauth.mcp-oauth',
    software_version: request.softwareVersion,
    redirect_uris: [request.redirectUri],
    application_type: request.applicationType,
    grant_types: ['authorization_code'],
    response_types: ['code'],
    // Absent would mean client_secret_basic (RFC 7591 §2).
    token_endpoint_auth_method: 'none',
    ...(request.scopes.length > 0 && { scope: request.scopes.join(' ') }),
  };
}

const RegistrationWire = z.looseObject({
  client_id: z.string().check(z.minLength(1)),
  client_secret: text,
  client_secret_expires_at: z.catch(z.optional(z.number()), undefined),
  token_endpoint_auth_method: text,
});

/** A registration answer; null or empty secrets and a missing expiry are common and mean none (checklist 14.1). */
export function readRegistration(document: unknown): ClientIdentity | undefined {
  const wire = RegistrationWire.safeParse(document).data;
  if (wire === undefined) return undefined;
  const { client_secret: clientSecret, client_secret_expires_at: endsAt = 0 } = wire;
  const declared = ClientAuthMethod.safeParse(wire.token_endpoint_auth_method).data;
  return {
    kind: 'registered',
    clientId: wire.client_id,
    // RFC 7591 §3.2.1: the answer decides the method, whatever was asked for.
    authMethod: clientSecret === undefined ? 'none' : (declared ?? 'client_secret_basic'),
    ...(clientSecret !== undefined && { clientSecret }),
    ...(clientSecret !== undefined && endsAt > 0 && { secretExpiresAtMs: endsAt * 1000 }),
  };
}

/** Query of the authorization request (checklist 7.1). */
export function toAuthorizationParameters(request: {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly codeChallenge: string;
  readonly resource: string;
}): Record<string, string> {
  return {
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    state: request.state,
    code_challenge: request.codeChallenge,
    code_challenge_method: 'S256',
    resource: request.resource,
    ...(request.scopes.length > 0 && { scope: request.scopes.join(' ') }),
  };
}

/** What came back on the redirect, each parameter with all its values, so that duplicates are seen (checklist 9.5). */
export function readRedirectParameters(query: URLSearchParams) {
  return {
    state: query.getAll('state'),
    iss: query.getAll('iss'),
    code: query.getAll('code'),
    error: query.getAll('error'),
    errorDescription: query.getAll('error_description'),
  };
}

/** An error body (RFC 6749 §5.2, RFC 7591 §3.2.2). */
export interface ErrorBody {
  readonly error: string;
  readonly errorDescription: string | undefined;
}

const ErrorWire = z.looseObject({ error: z.string().check(z.minLength(1)), error_description: text });

export function readErrorBody(document: unknown): ErrorBody | undefined {
  const wire = ErrorWire.safeParse(document).data;
  return wire && { error: wire.error, errorDescription: wire.error_description };
}

/** Extra parameter of a token request (RFC 8707 §2.2). */
export function toResourceParameter(resource: string): Record<string, string> {
  return { resource };
}

/**
 * A token answer as RFC 6749 §5.1 wants it: without members that are null or empty, and without an expiry that is no
 * time in the future (field case 13). The code is spent, so none of these is worth a failed sign-in.
 */
export function toStandardTokenAnswer(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const isEmpty = (value: unknown) => value === null || value === '';
  const members = Object.entries(body).filter(
    ([name, value]) => !isEmpty(value) && !(name === 'expires_in' && !(Number(value) > 0)),
  );
  return Object.fromEntries(members);
}

export interface TokenAnswer {
  readonly accessToken: string;
  /** Seconds from now; undefined where the server does not say. */
  readonly expiresInSeconds: number | undefined;
  readonly scopes: readonly string[] | undefined;
}

export function readTokenAnswer(answer: oauth.TokenEndpointResponse): TokenAnswer {
  return {
    accessToken: answer.access_token,
    expiresInSeconds: answer.expires_in,
    scopes: parseScope(answer.scope),
  };
}

const NameClaims = z.looseObject({ sub: text, preferred_username: text, email: text, name: text });

/** Who the claims are about: a stable id and a name to show (OpenID Connect Core 1.0 §5.1). */
export function readNameClaims(claims: unknown): { subject: string | undefined; name: string | undefined } {
  const wire = NameClaims.safeParse(claims).data;
  return { subject: wire?.sub, name: wire?.preferred_username ?? wire?.email ?? wire?.name ?? wire?.sub };
}

/** A space-separated scope value as a list (RFC 6749 §3.3); an empty one says nothing. */
function parseScope(scope: string | undefined): readonly string[] | undefined {
  const scopes = scope?.split(/\s+/).filter((token) => token !== '');
  return scopes === undefined || scopes.length === 0 ? undefined : [...new Set(scopes)];
}
