// The paths and the cookie of the authorization server.

/** Paths below the issuer. */
export const routes = {
  authorization: '/authorize',
  token: '/token',
  registration: '/register',
  introspection: '/introspect',
  revocation: '/revoke',
  jwks: '/jwks',
} as const;

/** The cookie in which oidc-provider would remember a login; the front door never lets it out. */
export const sessionCookie = 'sandbox_session';
