// Judges the proof that comes with a token bound to a key (RFC 9449 §4.3 and §7.1): was this very request signed, just
// now and only once, by the key that the token was issued for?
import { createHash, timingSafeEqual } from 'node:crypto';

import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import * as z from 'zod';

import type { Clock } from './clock.ts';

/** The algorithms that a proof may be signed with: asymmetric ones only (RFC 9449 §4.2). */
export const proofAlgorithms: readonly string[] = ['ES256', 'Ed25519', 'EdDSA', 'PS256', 'RS256'];

/** How far the client's clock may be off, to either side. */
const windowSeconds = 60;
/** Proofs remembered at most; none is forgotten within the window, so beyond this no further one is taken. */
const proofsLimit = 100_000;

const ProofClaims = z.object({
  jti: z.string().min(1).max(256),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  ath: z.string(),
  nonce: z.string().optional(),
});

/** What a proof has to be about. */
export interface ProofSubject {
  readonly method: string;
  readonly url: string;
  readonly token: string;
  /** The thumbprint that the token is bound to (RFC 7638). */
  readonly keyThumbprint: string;
  /** The nonce that the proof must repeat, where the server wants one (RFC 9449 §9). */
  readonly nonce?: string;
}

/** A proof is good, or bad for a reason; `nonce` if it lacks nothing but the server's nonce. */
export type ProofVerdict =
  | { readonly kind: 'good' }
  | { readonly kind: 'nonce' }
  | { readonly kind: 'bad'; readonly description: string };

/** Judges proofs and remembers those it has seen. */
export class ProofCheck {
  readonly #clock: Clock;
  /** When each proof may be forgotten, in the order of arrival; all are kept equally long. */
  readonly #seen = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Judges the value of a `DPoP` header. Never throws. */
  async judge(proof: string | undefined, subject: ProofSubject): Promise<ProofVerdict> {
    if (proof === undefined) return bad('The token is bound to a key; a proof of it is missing.');
    const claims = await this.#read(proof, subject.keyThumbprint);
    if (typeof claims === 'string') return bad(claims);
    if (claims.htm !== subject.method) return bad('The proof is for another method.');
    if (addressOf(claims.htu) !== addressOf(subject.url)) return bad('The proof is for another address.');
    if (!equal(claims.ath, hash(subject.token))) return bad('The proof is for another token.');
    const now = this.#clock.now();
    if (Math.abs(claims.iat - now / 1_000) > windowSeconds) return bad('The proof is too old, or too new.');
    if (subject.nonce !== undefined && !equal(claims.nonce ?? '', subject.nonce)) return { kind: 'nonce' };
    return this.#remember(hash(JSON.stringify([subject.keyThumbprint, claims.jti])), now);
  }

  async #read(proof: string, keyThumbprint: string): Promise<z.infer<typeof ProofClaims> | string> {
    try {
      const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
        typ: 'dpop+jwt',
        algorithms: [...proofAlgorithms],
        currentDate: new Date(this.#clock.now()),
        clockTolerance: windowSeconds,
      });
      const { jwk } = protectedHeader;
      if (!jwk || (await calculateJwkThumbprint(jwk)) !== keyThumbprint)
        return 'The token is bound to another key.';
      const claims = ProofClaims.safeParse(payload);
      return claims.success ? claims.data : 'The proof lacks a claim.';
    } catch {
      return 'The proof is not a signed JWT of type dpop+jwt with its public key in it.';
    }
  }

  #remember(id: string, nowMs: number): ProofVerdict {
    for (const [old, untilMs] of this.#seen) {
      if (untilMs > nowMs) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(id)) return bad('The proof was used before.');
    if (this.#seen.size >= proofsLimit) return bad('Too many proofs at once.');
    // A proof may come early by the whole window and is then good for twice as long.
    this.#seen.set(id, nowMs + 2 * windowSeconds * 1_000);
    return { kind: 'good' };
  }
}

function bad(description: string): ProofVerdict {
  return { kind: 'bad', description };
}

/** An address as `htu` compares it: normalized, without query and fragment (RFC 9449 §4.3). */
function addressOf(address: string): string | undefined {
  const url = URL.parse(address);
  return url ? url.origin + url.pathname : undefined;
}

/** The `ath` of RFC 9449 §4.2. */
function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function equal(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}
