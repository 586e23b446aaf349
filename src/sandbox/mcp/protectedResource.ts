// What the MCP server says about its own protection: the resource document (RFC 9728).
import { identityScopes } from '../authorization/scopes.ts';
import { proofAlgorithms } from './dpopProof.ts';

/** What a person knows the MCP server as. */
export const resourceName = 'Sandbox Notes';

const wellKnownPath = '/.well-known/oauth-protected-resource';

/** The MCP server as a protected resource. `scopes` are its own, without `openid` and its like. */
export interface ProtectedResource {
  readonly url: string;
  readonly scopes: readonly string[];
}

/** Where the older transport has its stream, on the server's own origin, and where it takes messages. */
export const streamPath = '/sse';
export const messagesPath = '/messages';

/**
 * The older transport as a protected resource of its own: clients know a server by the address that they were given,
 * and take no document that names another one (RFC 9728 §3.3).
 */
export function olderResource({ url, scopes }: ProtectedResource): ProtectedResource {
  return { url: new URL(streamPath, url).href, scopes };
}

/** The document of RFC 9728 §2. */
export interface ResourceDocument {
  readonly resource: string;
  readonly authorization_servers: readonly string[];
  readonly scopes_supported: readonly string[];
  readonly bearer_methods_supported: readonly string[];
  readonly resource_name: string;
  readonly dpop_signing_alg_values_supported: readonly string[];
  readonly dpop_bound_access_tokens_required?: boolean;
}

/** The path of the document: the well-known segment goes before the resource's own path (RFC 9728 §3.1). */
export function documentPath(resource: ProtectedResource): string {
  return wellKnownPath + new URL(resource.url).pathname;
}

/** Where a client looks that finds nothing at the path: at the root of the origin. */
export const rootDocumentPath = wellKnownPath;

/** The document, naming the authorization servers that the MCP server trusts now. */
export function buildDocument(resource: ProtectedResource, issuers: readonly string[]): ResourceDocument {
  return {
    resource: resource.url,
    authorization_servers: issuers,
    scopes_supported: [...identityScopes, ...resource.scopes],
    bearer_methods_supported: ['header'],
    resource_name: resourceName,
    dpop_signing_alg_values_supported: proofAlgorithms,
  };
}

/** Every name by which the MCP server may be asked for, as it is and under its faults: audiences to issue for. */
export function resourceIdentifiers(url: string): readonly string[] {
  return [url, new URL(url).origin, `${url}/`];
}
