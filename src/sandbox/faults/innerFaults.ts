// Names of the faults that go so deep that the authorization server itself looks them up.

export const innerFaults = {
  refreshForOffline: 'refresh-only-for-offline-access',
  refreshKept: 'refresh-kept',
  oddSecret: 'secret-with-odd-characters',
  dpopNonce: 'dpop-nonce-at-token',
} as const;
