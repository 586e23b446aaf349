// Who calls: what the tools and the sessions know of a request that was let in.
import type { AuthInfo } from '@modelcontextprotocol/server';

import type { Admission } from './admission.ts';

/** Whose call it is. */
export interface Caller {
  readonly account: string;
  /** The account at its authorization server: two servers may know different people by one name. */
  readonly key: string;
}

/** An admission in the words of the SDK, which hands it to the tools. */
export function toAuthInfo({ token, facts }: Admission): AuthInfo {
  const caller: Caller = { account: facts.account, key: JSON.stringify([facts.issuer, facts.account]) };
  return {
    token,
    clientId: facts.clientId,
    scopes: [...facts.scopes],
    ...(facts.expiresAtSeconds !== undefined && { expiresAt: facts.expiresAtSeconds }),
    extra: { ...caller },
  };
}

/** Who signed in, out of what the SDK hands over. */
export function callerOf({ extra }: AuthInfo): Caller {
  return { account: String(extra?.['account']), key: String(extra?.['key']) };
}
