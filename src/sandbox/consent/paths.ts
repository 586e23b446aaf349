// The paths of the pages that a person sees, below the issuer or the same path under the name of the pages.

/** The consent page of one sign-in in progress. */
export function interactionPath(uid: string): string {
  return `/interaction/${uid}`;
}

/** Where a consent page goes by itself when nobody answered it. */
export function latePath(uid: string): string {
  return `${interactionPath(uid)}/late`;
}

/** Where passkeys are set up and removed. */
export const passkeysPath = '/passkeys';

/** Where a client is registered by hand. */
export const clientsPath = '/clients';

/** The page that explains why nobody can be asked. */
export const noPassphrasePath = '/help/no-passphrase';
