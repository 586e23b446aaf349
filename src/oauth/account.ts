/** Whose sign-in it is, as far as the server tells; for display only, never for a decision (checklist 11.7). */
import * as z from 'zod/mini';
import { quotable } from './authError.ts';
import { readNameClaims } from './wire/token.ts';

export const Account = z.object({
  /** Stable at one issuer. */
  id: z.string(),
  /** What the Accounts menu shows. */
  label: z.string(),
});
export type Account = z.infer<typeof Account>;

/** From the id token, else from the claims of an access token that is a JWT; undefined where neither says. */
export function accountFrom(idTokenClaims: unknown, accessToken: string): Account | undefined {
  for (const claims of [idTokenClaims, jwtClaims(accessToken)]) {
    const { subject, name } = readNameClaims(claims);
    const label = quotable(name);
    if (label !== undefined) return { id: subject ?? label, label };
  }
  return undefined;
}

function jwtClaims(token: string): unknown {
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token)?.[1];
  if (payload === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (char) =>
      char.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
