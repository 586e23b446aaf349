/** The authorization request and what comes back: redirect parameters, pushed requests, device codes. */
import * as z from 'zod/mini';
import { count, orElse, text, toScopeParameter } from './members.ts';

/** Parameters that belong to the protocol: nothing that a person configures replaces them. */
export const reservedParameters: ReadonlySet<string> = new Set([
  'response_type',
  'client_id',
  'redirect_uri',
  'state',
  'code_challenge',
  'code_challenge_method',
  'resource',
  'scope',
  'request',
  'request_uri',
  'dpop_jkt',
  'response_mode',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
]);

/** Query of the authorization request (checklist 7.1). */
export function toAuthorizationParameters(request: {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly codeChallenge: string;
  readonly resource: string | undefined;
  readonly acrValues: string | undefined;
  readonly maxAgeSeconds: number | undefined;
  readonly dpopThumbprint: string | undefined;
}): Record<string, string> {
  return {
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    state: request.state,
    code_challenge: request.codeChallenge,
    code_challenge_method: 'S256',
    ...toResourceParameter(request.resource),
    ...toScopeParameter(request.scopes),
    ...(request.acrValues !== undefined && { acr_values: request.acrValues }),
    ...(request.maxAgeSeconds !== undefined && { max_age: String(request.maxAgeSeconds) }),
    ...(request.dpopThumbprint !== undefined && { dpop_jkt: request.dpopThumbprint }),
  };
}

/** Which resource the token is for (RFC 8707 §2); none where the person turned the parameter off. */
export function toResourceParameter(resource: string | undefined): Record<string, string> {
  return resource === undefined ? {} : { resource };
}

/** Query of an authorization request that was pushed before (RFC 9126 §4). */
export function toPushedParameters(clientId: string, requestUri: string): Record<string, string> {
  return { client_id: clientId, request_uri: requestUri };
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

/** The state in the parameters of an authorization request, which a server must not have shown for it. */
export function stateOfRequest(parameters: Readonly<Record<string, string>>): readonly string[] {
  const { state } = parameters;
  return state === undefined ? [] : [state];
}

const PushedWire = z.lazy(() => z.looseObject({ request_uri: z.string().check(z.minLength(1)) }));

/** The name under which a pushed request is kept (RFC 9126 §2.2). */
export function readPushedAnswer(document: unknown): string | undefined {
  return PushedWire.safeParse(document).data?.request_uri;
}

/** A device authorization answer (RFC 8628 §3.2). */
export interface DeviceAuthorization {
  /** A secret: never shown. */
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same with the code in it. */
  readonly verificationUriComplete: string | undefined;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

const DeviceWire = z.lazy(() =>
  z.looseObject({
    device_code: z.string().check(z.minLength(1)),
    user_code: z.string().check(z.minLength(1)),
    verification_uri: text,
    verification_url: text,
    verification_uri_complete: text,
    expires_in: count,
    interval: count,
  }),
);

export function readDeviceAuthorization(document: unknown): DeviceAuthorization | undefined {
  const wire = DeviceWire.safeParse(document).data;
  // Google spelled it otherwise before the RFC did.
  const verificationUri = wire?.verification_uri ?? wire?.verification_url;
  if (wire === undefined || verificationUri === undefined) return undefined;
  return {
    deviceCode: wire.device_code,
    userCode: wire.user_code,
    verificationUri,
    verificationUriComplete: wire.verification_uri_complete,
    expiresInSeconds: wire.expires_in !== undefined && wire.expires_in > 0 ? wire.expires_in : 600,
    intervalSeconds: wire.interval !== undefined && wire.interval > 0 ? wire.interval : 5,
  };
}

/** An error body (RFC 6749 §5.2, RFC 7591 §3.2.2). */
export interface ErrorBody {
  readonly error: string;
  readonly errorDescription: string | undefined;
}

const ErrorWire = z.lazy(() =>
  z.looseObject({ error: z.string().check(z.minLength(1)), error_description: text }),
);

/** One sentence or several. */
const words = z.lazy(() => orElse(z.optional(z.union([z.string(), z.array(z.string())])), undefined));

const RefusalWire = z.lazy(() =>
  z.looseObject({
    error: z.optional(z.unknown()),
    error_description: text,
    message: words,
    detail: text,
    errorSummary: text,
    errorCode: text,
    status: text,
  }),
);

/**
 * The body of an answer whose status is that of a refusal: as {@link readErrorBody} reads it, else as frameworks write it
 * (FastAPI, NestJS, Google, Okta, HubSpot). The code is empty where there is none.
 */
export function readRefusal(document: unknown): ErrorBody | undefined {
  const wire = RefusalWire.safeParse(document).data;
  if (wire === undefined) return undefined;
  const inner = RefusalWire.safeParse(wire.error).data;
  const said = [wire.error_description, wire.message, wire.detail, wire.errorSummary, inner?.message];
  const errorDescription = said.flat().find(Boolean);
  const error = readErrorBody(document)?.error ?? wire.errorCode ?? inner?.status ?? wire.status;
  return error === undefined && errorDescription === undefined
    ? undefined
    : { error: error ?? '', errorDescription };
}

export function readErrorBody(document: unknown): ErrorBody | undefined {
  const wire = ErrorWire.safeParse(document).data;
  return wire && { error: wire.error, errorDescription: wire.error_description };
}
