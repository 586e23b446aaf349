// The paths and the cookie of the authorization server.

/** Paths below the issuer. */
export const routes = {
  authorization: '/authorize',
  token: '/token',
  registration: '/register',
  introspection: '/introspect',
  revocation: '/revoke',
  jwks: '/jwks',
  pushed_authorization_request: '/par',
  device_authorization: '/device_authorization',
  code_verification: '/device',
} as const;

/** The cookie in which oidc-provider would remember a login; the front door lets it out for the device pages alone. */
export const sessionCookie = 'sandbox_session';
