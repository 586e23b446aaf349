// What the MCP server says about its own protection: the resource document (RFC 9728) and the challenges that point
// to it (RFC 6750 §3, RFC 9728 §5.1).
import { identityScopes } from '../authorization/scopes.ts';

/** What a person knows the MCP server as. */
export const resourceName = 'Sandbox Notes';

const wellKnownPath = '/.well-known/oauth-protected-resource';

/** The MCP server as a protected resource. `scopes` are its own, without `openid` and its like. */
export interface ProtectedResource {
  readonly url: string;
  readonly issuer: string;
  readonly scopes: readonly string[];
}

/** Why a request was turned away; `none` if it came without a token. */
export type Refusal =
  | { readonly error: 'none' }
  | { readonly error: 'invalid_token'; readonly description: string }
  | {
      readonly error: 'insufficient_scope';
      readonly description: string;
      readonly scopes: readonly string[];
    };

/** The path of the document: the well-known segment goes before the resource's own path (RFC 9728 §3.1). */
export function documentPath(resource: ProtectedResource): string {
  return wellKnownPath + new URL(resource.url).pathname;
}

/** The document of RFC 9728 §2. */
export function buildDocument(resource: ProtectedResource): Record<string, unknown> {
  return {
    resource: resource.url,
    authorization_servers: [resource.issuer],
    scopes_supported: [...identityScopes, ...resource.scopes],
    bearer_methods_supported: ['header'],
    resource_name: resourceName,
  };
}

/** The `WWW-Authenticate` value for a refusal. All text in it is the server's own, so nothing needs escaping. */
export function buildChallenge(resource: ProtectedResource, refusal: Refusal): string {
  const scopes =
    refusal.error === 'insufficient_scope' ? refusal.scopes : [...identityScopes, ...resource.scopes];
  const parameters: [string, string][] = [];
  // RFC 6750 §3.1: a request without credentials learns nothing of an error.
  if (refusal.error !== 'none') {
    parameters.push(['error', refusal.error], ['error_description', refusal.description]);
  }
  parameters.push(['resource_metadata', new URL(documentPath(resource), resource.url).href]);
  parameters.push(['scope', scopes.join(' ')]);
  return `Bearer ${parameters.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
}
