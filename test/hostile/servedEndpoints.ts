/** Which endpoints the authorization servers of a hostile network have named, each for itself. */
import { metadataAddresses } from '../../src/oauth/issuer.ts';
import { policyFor } from '../../src/oauth/secureUrl.ts';
import type { HostileNetwork } from './hostileNetwork.ts';
import { issuerAs, serverUrl } from './rightWorld.ts';

/**
 * What documents name that are of the issuer at whose addresses they lie; nobody else names an endpoint (checklist 9.4).
 * @param only whose document alone counts.
 */
export function endpointsServed({ served }: HostileNetwork, only?: string): ReadonlySet<string> {
  const endpoints = new Set<string>();
  for (const { url, text } of served) {
    const document = parsed(text);
    const { issuer } = document;
    if (only !== undefined && issuer !== only) continue;
    if (typeof issuer !== 'string' || !ownAddresses(issuer).includes(url.href)) continue;
    for (const value of Object.values(document))
      if (typeof value === 'string' && URL.canParse(value)) {
        endpoints.add(new URL(value).href);
        endpoints.add(new URL(value).origin + new URL(value).pathname);
      }
    endpoints.add(`${issuerAs}/manage`);
  }
  return endpoints;
}

function ownAddresses(issuer: string): readonly string[] {
  try {
    return metadataAddresses(issuer, policyFor(serverUrl));
  } catch {
    return [];
  }
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body)) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
