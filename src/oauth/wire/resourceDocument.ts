/** Protected resource metadata (RFC 9728 §2). */
import * as z from 'zod/mini';
import { flag, texts } from './members.ts';

export interface ResourceDocument {
  /** The identifier as the server spells it, byte for byte. */
  readonly resource: string;
  readonly issuers: readonly [string, ...string[]];
  readonly scopesSupported: readonly string[] | undefined;
  /** Where a token may be put into a request; undefined where the server does not say. */
  readonly bearerMethods: readonly string[] | undefined;
  /** Only tokens bound to a key are taken (RFC 9449). */
  readonly requiresDpop: boolean;
  /** Only tokens bound to a client certificate are taken (RFC 8705). */
  readonly requiresClientCertificate: boolean;
}

const ResourceWire = z.lazy(() =>
  z.looseObject({
    resource: z.string(),
    authorization_servers: z.array(z.string()),
    scopes_supported: texts,
    bearer_methods_supported: texts,
    dpop_bound_access_tokens_required: flag,
    tls_client_certificate_bound_access_tokens: flag,
  }),
);

export function readResourceDocument(document: unknown): ResourceDocument | undefined {
  const wire = ResourceWire.safeParse(document).data;
  const [first, ...rest] = wire?.authorization_servers ?? [];
  if (wire === undefined || first === undefined) return undefined;
  return {
    resource: wire.resource,
    issuers: [first, ...rest],
    scopesSupported: wire.scopes_supported,
    bearerMethods: wire.bearer_methods_supported,
    requiresDpop: wire.dpop_bound_access_tokens_required === true,
    requiresClientCertificate: wire.tls_client_certificate_bound_access_tokens === true,
  };
}
