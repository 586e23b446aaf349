/** Whose sign-in it is, as far as the server tells; for display only, never for a decision (checklist 11.7). */
import * as z from 'zod/mini';
import { quotable } from './authError.ts';
import { readNameClaims, type NameClaims } from './wire/token.ts';

export const Account = z.lazy(() =>
  z.object({
    /** Stable at one issuer. */
    id: z.string(),
    /** What the Accounts menu shows. */
    label: z.string(),
  }),
);
export type Account = z.infer<typeof Account>;

/**
 * By a name that a person knows the account by: the id token's, else that of an access token that is a JWT; undefined
 * where neither has one.
 * @param secrets that a server may repeat in place of a name or a subject.
 */
export function accountFrom(
  idTokenClaims: unknown,
  accessToken: string,
  secrets: Secrets = [],
): Account | undefined {
  for (const claims of [idTokenClaims, jwtClaims(accessToken)]) {
    const label = quotable(readNameClaims(claims).name, lookedFor(secrets));
    if (label !== undefined) return { id: subjectFrom(idTokenClaims, accessToken, secrets) ?? label, label };
  }
  return undefined;
}

/** Who it is without a name: the subject of the id token, else of an access token that is a JWT. */
export function subjectFrom(
  idTokenClaims: unknown,
  accessToken: string,
  secrets: Secrets = [],
): string | undefined {
  return [idTokenClaims, jwtClaims(accessToken)]
    .map((claims) => subjectOf(readNameClaims(claims), secrets))
    .find((subject) => subject !== undefined);
}

/**
 * The subject; none where a secret stands in its place: a subject becomes part of keys, and may be shown for want of a name
 * (invariant 1).
 */
export function subjectOf({ subject }: NameClaims, secrets: Secrets): string | undefined {
  return lookedFor(secrets).some((secret) => subject?.includes(secret) === true) ? undefined : subject;
}

type Secrets = readonly (string | undefined)[];

/** What is shorter stands in many a word that is no secret. */
const shortestSecret = 6;

function lookedFor(secrets: Secrets): readonly string[] {
  return secrets.filter((secret) => secret !== undefined && secret.length >= shortestSecret) as string[];
}

/** For want of a name, the subject made fit to be shown; undefined where nothing of it is. */
export function namelessAccount(subject: string | undefined): Account | undefined {
  const label = quotable(subject);
  return subject === undefined || label === undefined ? undefined : { id: subject, label };
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
