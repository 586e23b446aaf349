// How a person proved who they are, as tokens tell it (RFC 9470 §6.2).
import type { KoaContextWithOIDC } from 'oidc-provider';

/** The one class of authentication that can be asked for: the person answered just now. Every sign-in can reach it. */
export const strongAcr = 'urn:mcp-oauth-sandbox:strong';

/** What introspection says of an access token beside the usual: `acr` where it was asked for, `auth_time` in seconds. */
export function describeAuthentication({
  oidc: { entities },
}: KoaContextWithOIDC): Record<string, string | number> {
  const { acr, authTime } = entities.AuthorizationCode ?? entities.RefreshToken ?? entities.DeviceCode ?? {};
  return {
    ...(acr === undefined ? {} : { acr }),
    ...(authTime === undefined ? {} : { auth_time: authTime }),
  };
}

/** True if a request names the class among its `acr_values` (OpenID Connect Core §3.1.2.1). */
export function asksForStrength(acrValues: unknown): boolean {
  return typeof acrValues === 'string' && acrValues.split(' ').includes(strongAcr);
}
