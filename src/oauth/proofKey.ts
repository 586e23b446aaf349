/** The key that tokens are bound to, as it is kept (RFC 9449). */
import * as z from 'zod/mini';

/** 32 bytes as base64url (RFC 7518 §6.2). */
const number = z.lazy(() => z.string().check(z.regex(/^[\w-]{43}$/)));

/** The private key of one grant as a JSON Web Key of the curve P-256 (RFC 7517). A secret. */
export const ProofKey = z.lazy(() =>
  z.looseObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: number,
    y: number,
    d: number,
  }),
);
export type ProofKey = z.infer<typeof ProofKey>;
