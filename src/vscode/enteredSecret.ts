/** Reads a client secret or private key as it comes out of a box that has one line. */

/** What was entered: nothing, a shared secret, a private key as PEM, or a key that cannot be used as it is. */
export type EnteredSecret =
  | { readonly kind: 'none' }
  | { readonly kind: 'shared' | 'key'; readonly secret: string }
  | { readonly kind: 'unusable_key' };

const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} PRIVATE KEY-----`) as [string, string];

/** A key keeps working when its line breaks were typed as `\n`, became spaces, or were lost. */
export function readEnteredSecret(text: string): EnteredSecret {
  const secret = text.trim();
  if (secret === '') return { kind: 'none' };
  if (!secret.includes('-----BEGIN ')) return { kind: 'shared', secret };
  // Any other kind of PEM is a certificate, a public key, or a private key that Web Cryptography does not read.
  if (!secret.startsWith(begin) || !secret.endsWith(end)) return { kind: 'unusable_key' };
  const body = secret.slice(begin.length, -end.length).replaceAll(/(?:\\r)?\\n|\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) return { kind: 'unusable_key' };
  const lines = body.match(/.{1,64}/g) ?? [];
  return { kind: 'key', secret: [begin, ...lines, end, ''].join('\n') };
}
