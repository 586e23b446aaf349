/**
 * Which resource scopes name at servers where they do in place of `resource` (Microsoft Entra ID), and whether that may be
 * the MCP server's own. Whoever left `resource` out for other scopes would fetch a token for somebody else, such as one for
 * a person's mail, and hand it to the server that asked for it.
 */
import { without } from './scopes.ts';

/** They say nothing of a resource; alone they stand for Microsoft Graph. */
const openidScopes = new Set(['openid', 'profile', 'email', 'offline_access']);

/**
 * Whether a token for these scopes is one for the MCP server, as far as their names tell: what the person wrote is believed,
 * anybody else's scopes have to be of that same resource, else of one alone that is an application's own name for itself
 * (`api://…`) or an address at the server's origin. A scope without a resource is one of Microsoft Graph.
 * @param configured what the person wrote.
 */
export function nameServersResource(
  serverUrl: string,
  scopes: readonly string[],
  configured: readonly string[] = [],
): boolean {
  const others = resourcesOf(without(scopes, configured));
  const own = resourcesOf(configured);
  if (configured.length > 0) return [...others].every((resource) => own.has(resource));
  const [first, ...more] = others;
  return first !== undefined && more.length === 0 && mayBeServers(first, new URL(serverUrl).origin);
}

/** Each resource once; the empty one for scopes that name none. */
function resourcesOf(scopes: readonly string[]): ReadonlySet<string> {
  const named = scopes.filter((scope) => !openidScopes.has(scope));
  return new Set(named.map((scope) => scope.slice(0, Math.max(0, scope.lastIndexOf('/')))));
}

function mayBeServers(resource: string, origin: string): boolean {
  return /^api:\/\/[^/]/.test(resource) || resource === origin || resource.startsWith(`${origin}/`);
}
