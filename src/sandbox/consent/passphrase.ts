// The passphrase of the consent page: kept as a salted scrypt hash, compared in constant time, made up on request.
import type { ScryptOptions } from 'node:crypto';
import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';

import type { PassphraseHash } from './proofs.ts';

/** RFC 7914 §2: 128 · cost · blockSize bytes of memory, here 32 MiB; a tenth of a second on a small machine. */
const parameters = { cost: 2 ** 15, blockSize: 8, parallelization: 1 };
const saltBytes = 16;
const hashBytes = 32;

/** Letters that are not taken for another letter or digit: no i, l, o. */
const letters = 'abcdefghjkmnpqrstuvwxyz';
const groups = 4;
const lettersInGroup = 4;

/** Hashes a passphrase with a fresh salt. White space around it does not count. */
export async function hashPassphrase(text: string): Promise<PassphraseHash> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(text, salt, hashBytes, parameters);
  return { ...parameters, salt: salt.toString('base64url'), hash: hash.toString('base64url') };
}

/** True if the text is the passphrase that was hashed. */
export async function isPassphrase(text: string, kept: PassphraseHash): Promise<boolean> {
  const expected = Buffer.from(kept.hash, 'base64url');
  // An empty hash would be equal to every other one.
  if (expected.byteLength < hashBytes) return false;
  const given = await derive(text, Buffer.from(kept.salt, 'base64url'), expected.byteLength, kept);
  return timingSafeEqual(given, expected);
}

/** A passphrase to be read off a screen and typed: 16 letters in groups of four, 72 bits. */
export function inventPassphrase(): string {
  const inventGroup = () =>
    Array.from({ length: lettersInGroup }, () => letters[randomInt(letters.length)]).join('');
  return Array.from({ length: groups }, inventGroup).join('-');
}

/** NFKC: the same characters may be typed as other code points on another keyboard. */
function derive(
  text: string,
  salt: Buffer,
  length: number,
  { cost, blockSize, parallelization }: typeof parameters,
): Promise<Buffer> {
  const maxmem = 2 * 128 * cost * blockSize + 128 * blockSize * parallelization;
  const options: ScryptOptions = { cost, blockSize, parallelization, maxmem };
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  scrypt(text.normalize('NFKC').trim(), salt, length, options, (error, key) => {
    if (error) reject(error);
    else resolve(key);
  });
  return promise;
}
