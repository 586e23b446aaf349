// Judges what a browser answers for a passkey: a new one (Web Authentication §7.1) or a proof with one that is known
// (§7.2). The judgement is the library's; what the answer looks like is checked before it gets there.
import { createPublicKey } from 'node:crypto';

import { verifyAuthentication, verifyRegistration } from '@passwordless-id/webauthn/dist/esm/server.js';
import * as z from 'zod/mini';

import type { Passkey } from './proofs.ts';

/** What an answer must have been given for. `origin` is that of the pages, `relyingParty` its host name. */
export interface AnswerTerms {
  readonly challenge: string;
  readonly origin: string;
  readonly relyingParty: string;
}

/** The algorithms that every browser can export a key for (§5.2.1.1), by COSE number: ES256 and RS256. */
export const passkeyAlgorithms = [-7, -257] as const;

const bytes = z.string().check(z.maxLength(8192), z.regex(/^[\w-]+$/));
const credential = { id: bytes, rawId: bytes, type: z.literal('public-key') };
const Assertion = z.object({
  ...credential,
  response: z.object({ clientDataJSON: bytes, authenticatorData: bytes, signature: bytes }),
});
const Attestation = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    attestationObject: bytes,
    publicKey: bytes,
    publicKeyAlgorithm: z.union([z.literal(-7), z.literal(-257)]),
    transports: z.array(z.string().check(z.regex(/^[a-z-]{1,20}$/))).check(z.maxLength(8)),
  }),
});

/** The passkey with its counter moved on, or `undefined` if the answer proves nothing. */
export async function checkAssertion(
  answer: string,
  passkeys: readonly Passkey[],
  { challenge, origin, relyingParty }: AnswerTerms,
): Promise<Passkey | undefined> {
  try {
    const assertion = Assertion.parse(JSON.parse(answer));
    const passkey = passkeys.find((one) => one.id === assertion.id && one.relyingParty === relyingParty);
    if (passkey === undefined) return undefined;
    const { id, publicKey, algorithm } = passkey;
    const signature =
      algorithm === 'ES256' ? padSignature(assertion.response.signature) : assertion.response.signature;
    const { counter } = await verifyAuthentication(
      { ...assertion, response: { ...assertion.response, signature }, clientExtensionResults: {} },
      { id, publicKey, algorithm: algorithm as 'ES256' | 'RS256', transports: [] },
      { challenge, origin, domain: relyingParty, userVerified: true, counter: passkey.counter },
    );
    return { ...passkey, counter };
  } catch {
    // Text from outside that is no answer and an answer that does not hold are the same to the person.
    return undefined;
  }
}

/** What is kept of a new passkey, and how its maker is called where that is known; `undefined` if it does not hold. */
export async function checkAttestation(
  answer: string,
  { challenge, origin, relyingParty }: AnswerTerms,
): Promise<(Omit<Passkey, 'createdAtMs' | 'name'> & { readonly maker: string | undefined }) | undefined> {
  try {
    const attestation = Attestation.parse(JSON.parse(answer));
    const { response } = attestation;
    const { credential, authenticator } = await verifyRegistration(
      {
        ...attestation,
        response: { ...response, transports: [] },
        clientExtensionResults: {},
        user: { name: '' },
      },
      { challenge, origin, domain: relyingParty, userVerified: true },
    );
    const { id, publicKey, algorithm } = credential;
    if (!isAboutCredential(response.authenticatorData, id) || !isKeyFor(algorithm, publicKey))
      return undefined;
    const { counter, name: maker } = authenticator;
    const { transports } = response;
    return {
      id,
      publicKey,
      algorithm,
      transports,
      counter,
      relyingParty,
      maker: maker.startsWith('Unknown') ? undefined : maker,
    };
  } catch {
    return undefined;
  }
}

/** §6.1: a person was present (bit 0), and the data are about this very credential (bit 6). */
function isAboutCredential(authenticatorData: string, id: string): boolean {
  const data = Buffer.from(authenticatorData, 'base64url');
  const flags = data.readUInt8(32);
  if ((flags & 1) === 0 || (flags & 64) === 0) return false;
  const idLength = data.readUInt16BE(53);
  return data.subarray(55, 55 + idLength).equals(Buffer.from(id, 'base64url'));
}

/** A key that could never prove anything is not kept. */
function isKeyFor(algorithm: string, publicKey: string): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' });
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  return algorithm === 'ES256'
    ? namedCurve === 'prime256v1'
    : key.asymmetricKeyType === 'rsa' && modulusLength >= 2048;
}

/**
 * DER leaves out the leading zeros of a number (X.690 §8.3.2), but the library takes both numbers of the signature
 * for 32 bytes long: one in a hundred would be refused.
 */
function padSignature(signature: string): string {
  const der = Buffer.from(signature, 'base64url');
  const sAt = 4 + der.readUInt8(3);
  const r = der.subarray(4, sAt);
  const s = der.subarray(sAt + 2, sAt + 2 + der.readUInt8(sAt + 1));
  return Buffer.concat([Buffer.from([0x30, 70]), toLongInteger(r), toLongInteger(s)]).toString('base64url');
}

/** An INTEGER of one zero and 32 bytes. */
function toLongInteger(digits: Buffer): Buffer {
  const padded = Buffer.concat([Buffer.alloc(33), digits]).subarray(-33);
  return Buffer.concat([Buffer.from([2, 33]), padded]);
}
