/** Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery 1.0 §3). */
import type * as oauth from 'oauth4webapi';
import * as z from 'zod/mini';
import { address, flag, text, texts } from './members.ts';

/** Strict, since it is also stored: everything that finishing, refreshing and ending a sign-in needs. */
export const IssuerDocument = z.lazy(() =>
  z.object({
    issuer: address,
    /** Absent where no grant of the server needs a browser. */
    authorizationEndpoint: z.optional(z.string()),
    tokenEndpoint: address,
    registrationEndpoint: z.optional(z.string()),
    revocationEndpoint: z.optional(z.string()),
    deviceAuthorizationEndpoint: z.optional(z.string()),
    pushedRequestEndpoint: z.optional(z.string()),
    userinfoEndpoint: z.optional(z.string()),
    introspectionEndpoint: z.optional(z.string()),
    requiresPushedRequests: z.boolean(),
    responseTypes: z.optional(z.array(z.string())),
    grantTypes: z.optional(z.array(z.string())),
    scopesSupported: z.optional(z.array(z.string())),
    tokenAuthMethods: z.optional(z.array(z.string())),
    codeChallengeMethods: z.optional(z.array(z.string())),
    /** What a request may ask of the sign-in page (Initiating User Registration via OpenID Connect §4). */
    promptValues: z.optional(z.array(z.string())),
    /** Signature algorithms of proofs (RFC 9449 §5.1). */
    dpopAlgorithms: z.optional(z.array(z.string())),
    /** Whether a client may be named by the address of its metadata document. */
    takesClientDocuments: z.boolean(),
    /** Whether every authorization answer must carry `iss` (RFC 9207 §3). */
    sendsIss: z.boolean(),
    /** True where no document says who the server is and its endpoints are those of the revision 2025-03-26 (checklist 13.3). */
    assumed: z.optional(z.boolean()),
  }),
);
export type IssuerDocument = z.infer<typeof IssuerDocument>;

const IssuerWire = z.lazy(() =>
  z.looseObject({
    issuer: z.string(),
    authorization_endpoint: text,
    token_endpoint: z.string(),
    registration_endpoint: text,
    revocation_endpoint: text,
    device_authorization_endpoint: text,
    pushed_authorization_request_endpoint: text,
    userinfo_endpoint: text,
    introspection_endpoint: text,
    require_pushed_authorization_requests: flag,
    response_types_supported: texts,
    grant_types_supported: texts,
    scopes_supported: texts,
    token_endpoint_auth_methods_supported: texts,
    code_challenge_methods_supported: texts,
    prompt_values_supported: texts,
    dpop_signing_alg_values_supported: texts,
    client_id_metadata_document_supported: flag,
    authorization_response_iss_parameter_supported: flag,
  }),
);

export function readIssuerDocument(document: unknown): IssuerDocument | undefined {
  const wire = IssuerWire.safeParse(document).data;
  return (
    wire && {
      issuer: wire.issuer,
      authorizationEndpoint: wire.authorization_endpoint,
      tokenEndpoint: wire.token_endpoint,
      registrationEndpoint: wire.registration_endpoint,
      revocationEndpoint: wire.revocation_endpoint,
      deviceAuthorizationEndpoint: wire.device_authorization_endpoint,
      pushedRequestEndpoint: wire.pushed_authorization_request_endpoint,
      userinfoEndpoint: wire.userinfo_endpoint,
      introspectionEndpoint: wire.introspection_endpoint,
      requiresPushedRequests: wire.require_pushed_authorization_requests === true,
      responseTypes: wire.response_types_supported,
      grantTypes: wire.grant_types_supported,
      scopesSupported: wire.scopes_supported,
      tokenAuthMethods: wire.token_endpoint_auth_methods_supported,
      codeChallengeMethods: wire.code_challenge_methods_supported,
      promptValues: wire.prompt_values_supported,
      dpopAlgorithms: wire.dpop_signing_alg_values_supported,
      takesClientDocuments: wire.client_id_metadata_document_supported === true,
      sendsIss: wire.authorization_response_iss_parameter_supported === true,
    }
  );
}

const ProtectedResourcesWire = z.lazy(() => z.looseObject({ protected_resources: texts }));

/** What the issuer says that it protects (RFC 9728 §4); not stored, since the list may be long. */
export function readProtectedResources(document: unknown): readonly string[] | undefined {
  return ProtectedResourcesWire.safeParse(document).data?.protected_resources;
}

/** The endpoints of the revision 2025-03-26 at the root of `origin`, where nothing is published (checklist 13.2). */
export function assumedIssuerDocument(origin: string): IssuerDocument {
  return {
    issuer: origin,
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    registrationEndpoint: `${origin}/register`,
    requiresPushedRequests: false,
    takesClientDocuments: false,
    sendsIss: false,
    assumed: true,
  };
}

/**
 * Every address that a document gives and that a sign-in sends something to (checklist 3.11). Where a name may be looked
 * up is judged when it is asked: a server whose introspection is for its own network alone is none the worse for it.
 */
export function endpointsOf(document: IssuerDocument): readonly string[] {
  const {
    authorizationEndpoint,
    tokenEndpoint,
    registrationEndpoint,
    revocationEndpoint,
    deviceAuthorizationEndpoint,
    pushedRequestEndpoint,
  } = document;
  const optional = [
    authorizationEndpoint,
    registrationEndpoint,
    revocationEndpoint,
    deviceAuthorizationEndpoint,
    pushedRequestEndpoint,
  ];
  return [tokenEndpoint, ...optional.filter((endpoint) => endpoint !== undefined)];
}

/** The issuer as oauth4webapi wants it. */
export function toAuthorizationServer(document: IssuerDocument): oauth.AuthorizationServer {
  const endpoints = {
    authorization_endpoint: document.authorizationEndpoint,
    registration_endpoint: document.registrationEndpoint,
    revocation_endpoint: document.revocationEndpoint,
    device_authorization_endpoint: document.deviceAuthorizationEndpoint,
    pushed_authorization_request_endpoint: document.pushedRequestEndpoint,
    introspection_endpoint: document.introspectionEndpoint,
  };
  return {
    issuer: document.issuer,
    token_endpoint: document.tokenEndpoint,
    authorization_response_iss_parameter_supported: document.sendsIss,
    ...Object.fromEntries(Object.entries(endpoints).filter(([, endpoint]) => endpoint !== undefined)),
  };
}
