/** An authorization attempt as it is kept while the person is at the browser. */
import * as z from 'zod/mini';
import { ProofKey } from './proofKey.ts';
import { ClientIdentity } from './wire/client.ts';
import { IssuerDocument } from './wire/issuerDocument.ts';
import { address } from './wire/members.ts';

const filled = z.lazy(() => z.string().check(z.minLength(1)));

/** What an id token of an identity provider is exchanged for, once it is there (checklist 17.2). */
export const Onward = z.lazy(() =>
  z.object({
    issuer: IssuerDocument,
    client: ClientIdentity,
    resource: z.optional(z.string()),
    scopes: z.readonly(z.array(z.string())),
    /** The key that those tokens will be bound to. */
    proofKey: z.optional(ProofKey),
  }),
);
export type Onward = z.infer<typeof Onward>;

/**
 * Everything that the answer is checked against and redeemed with, captured before the browser opens (checklist 7.7),
 * so that any window, also after a reload, can finish the attempt. Holds secrets: kept in secret storage alone.
 */
export const PendingAuthorization = z.lazy(() =>
  z.object({
    state: filled,
    /** What the authorization server is sent for a state: more than `state` where a relay needs to know the way. */
    wireState: filled,
    codeVerifier: filled,
    issuer: IssuerDocument,
    client: ClientIdentity,
    /** What the authorization server was told. */
    redirectUri: address,
    /** Where we receive it; differs from `redirectUri` where something in between relays it. */
    arrivalUri: address,
    /** What the host calls this way back. */
    redirectKind: z.optional(z.string()),
    /** The resource identifier, byte for byte as the server spells it (checklist 7.5); absent where none is named. */
    resource: z.optional(z.string()),
    scopes: z.readonly(z.array(z.string())),
    /** Added to the request, none of them a parameter of the protocol's own. */
    parameters: z.readonly(z.record(z.string(), z.string())),
    acrValues: z.optional(z.string()),
    maxAgeSeconds: z.optional(z.number()),
    /** The key that the tokens will be bound to. */
    proofKey: z.optional(ProofKey),
    onward: z.optional(Onward),
  }),
);
export type PendingAuthorization = z.infer<typeof PendingAuthorization>;

/** What of an attempt must never be shown or logged, also when a server repeats it in its words. */
export function secretsOf({ state, codeVerifier, client, onward }: PendingAuthorization): readonly string[] {
  const secrets = [state, codeVerifier, client.clientSecret, onward?.client.clientSecret];
  return secrets.filter((secret) => secret !== undefined && secret !== '') as string[];
}
