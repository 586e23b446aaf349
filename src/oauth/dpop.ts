/** Tokens bound to a key (RFC 9449, checklist 14.10): a stolen token is of no use without the key. */
import * as oauth from 'oauth4webapi';
import { AuthError } from './authError.ts';
import { ProofKey } from './proofKey.ts';
import type { IssuerDocument } from './wire/issuerDocument.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const signatureAlgorithm = 'ES256';

/** @throws AuthError `token_use_unsupported` where the server names algorithms and ours is not among them. */
export async function newProofKey(issuer: IssuerDocument): Promise<ProofKey> {
  if (issuer.dpopAlgorithms?.includes(signatureAlgorithm) === false)
    throw new AuthError('token_use_unsupported', { host: new URL(issuer.issuer).host });
  const { privateKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  return ProofKey.parse(await crypto.subtle.exportKey('jwk', privateKey));
}

/** Makes proofs with one key, and remembers the nonces that servers want to see in them. */
export class Proofs {
  /** For the requests that oauth4webapi sends. */
  readonly handle: oauth.DPoPHandle;

  private constructor(handle: oauth.DPoPHandle) {
    this.handle = handle;
  }

  static async of(key: ProofKey): Promise<Proofs> {
    const { kty, crv, x, y } = key;
    const [privateKey, publicKey] = await Promise.all([
      crypto.subtle.importKey('jwk', { ...key, key_ops: ['sign'] }, algorithm, false, ['sign']),
      crypto.subtle.importKey('jwk', { kty, crv, x, y, key_ops: ['verify'] }, algorithm, true, ['verify']),
    ]);
    return new Proofs(oauth.DPoP({}, { privateKey, publicKey }));
  }

  /** Headers that present `accessToken` with a fresh proof for one request (RFC 9449 §7.1). */
  async headersFor(accessToken: string, method: string, address: URL): Promise<Record<string, string>> {
    return this.exchange(accessToken, method, address, {});
  }

  /** Keeps the nonce of an answer for the next proof to that server (RFC 9449 §8, §9). */
  async noteNonce(accessToken: string, address: URL, nonce: string): Promise<void> {
    await this.exchange(accessToken, 'GET', address, { 'dpop-nonce': nonce });
  }

  /** The library makes proofs and reads nonces only within a request of its own: this one goes nowhere. */
  private async exchange(
    accessToken: string,
    method: string,
    address: URL,
    answerHeaders: Record<string, string>,
  ): Promise<Record<string, string>> {
    let headers: Record<string, string> = {};
    await oauth.protectedResourceRequest(accessToken, method, address, undefined, undefined, {
      DPoP: this.handle,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- Nothing is sent.
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: (_, init) => {
        // The library names itself as well; who asks is another one's to say.
        const { authorization = '', dpop = '' } = init.headers;
        headers = { authorization, dpop };
        return Promise.resolve(new Response(null, { headers: answerHeaders }));
      },
    });
    return headers;
  }
}
