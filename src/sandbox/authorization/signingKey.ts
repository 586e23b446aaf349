// The key that signs id tokens: made at start, gone at the end.
import type { JsonWebKey } from 'node:crypto';
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** A fresh private key for RS256, the one algorithm every OpenID Connect client knows (Core §15.1). */
export async function generateSigningKey(): Promise<JsonWebKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' };
}
