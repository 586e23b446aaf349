/** How a client proves who it is to its authorization server (checklist 4.20, 4.21, field case 15). */
import * as oauth from 'oauth4webapi';
import { AuthError } from './authError.ts';
import type { ClientAuthMethod, ClientIdentity } from './wire/client.ts';
import type { IssuerDocument } from './wire/issuerDocument.ts';

/**
 * A signature for a private key; what the person configured; without a secret nothing; else what the server takes, the secret in the form before the
 * secret in the header, which servers decode in different ways (checklist 4.21).
 */
export function chooseAuthMethod(
  { tokenAuthMethods: offered }: IssuerDocument,
  secret: string | undefined,
  configured: ClientAuthMethod | undefined,
): ClientAuthMethod {
  // A private key signs and is never sent, whatever the server would like to have.
  if (secret?.includes('-----BEGIN PRIVATE KEY-----') === true && configured !== 'none')
    return 'private_key_jwt';
  if (configured !== undefined) return configured;
  if (secret === undefined) return 'none';
  // RFC 8414 §2: what a server takes that lists nothing.
  if (offered === undefined) return 'client_secret_basic';
  const methods = ['client_secret_post', 'client_secret_basic', 'private_key_jwt'] as const;
  // OAuth 2.1 §2.4.1: every server has to take a secret in the form, so also one that lists no way for it (Figma).
  return methods.find((method) => offered.includes(method)) ?? 'client_secret_post';
}

/**
 * @throws AuthError `client_secret_missing` where the method needs a secret and there is none, `client_secret_invalid`
 * where it has to be a private key and is none.
 */
export async function authenticateClient(client: ClientIdentity): Promise<oauth.ClientAuth> {
  const { authMethod, clientId } = client;
  // Checklist 17.4: the assertion of a workload says who asks.
  if (authMethod === 'none') return clientId === '' ? () => undefined : oauth.None();
  const clientSecret = client.clientSecret ?? '';
  // Field case 15: an empty secret is never sent.
  if (clientSecret === '') throw new AuthError('client_secret_missing');
  switch (authMethod) {
    case 'client_secret_post':
      return oauth.ClientSecretPost(clientSecret);
    case 'client_secret_basic':
      return (_server, _client, _body, headers) =>
        headers.set('authorization', `Basic ${basicCredentials(clientId, clientSecret)}`);
    case 'private_key_jwt':
      return privateKeyJwt(clientSecret);
  }
}

/** What of a client must never be shown, in every spelling in which it is sent. */
export function secretsOfClient({ clientId, clientSecret = '' }: ClientIdentity): readonly string[] {
  return clientSecret === '' ? [] : [clientSecret, basicCredentials(clientId, clientSecret)];
}

/**
 * RFC 6749 §2.3.1. The library escapes what no form escapes (`-` becomes `%2D`), and servers that compare without
 * decoding refuse that (checklist 4.21).
 */
function basicCredentials(clientId: string, clientSecret: string): string {
  return btoa([clientId, clientSecret].map(formEncode).join(':'));
}

function formEncode(text: string): string {
  const encoded = new URLSearchParams([['', text]]).toString().slice('='.length);
  return encoded.replaceAll('%7E', '~');
}

const keyAlgorithms = [
  { name: 'ECDSA', namedCurve: 'P-256' },
  { name: 'ECDSA', namedCurve: 'P-384' },
  { name: 'ECDSA', namedCurve: 'P-521' },
  { name: 'Ed25519' },
  { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
];

/** RFC 7523 §2.2; the assertion is for the issuer (checklist 17.1). */
async function privateKeyJwt(pem: string): Promise<oauth.ClientAuth> {
  const key = await importKey(pem);
  if (key === undefined) throw new AuthError('client_secret_invalid');
  return oauth.PrivateKeyJwt(key, {
    [oauth.modifyAssertion]: (header) => {
      // The library says `Ed25519` (RFC 9864); servers know the older name (RFC 8037 §3.1).
      if (header['alg'] === 'Ed25519') header['alg'] = 'EdDSA';
    },
  });
}

/** The key of a PKCS #8 PEM, which fits one of the algorithms by the kind of key that it says it is. */
async function importKey(pem: string) {
  const bytes = decodePem(pem);
  if (bytes === undefined) return undefined;
  for (const algorithm of keyAlgorithms) {
    try {
      return await crypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign']);
    } catch {
      // A key of another kind; the reason says no more than that.
    }
  }
  return undefined;
}

function decodePem(pem: string): Uint8Array<ArrayBuffer> | undefined {
  const body = /-----BEGIN PRIVATE KEY-----([\s\S]+)-----END PRIVATE KEY-----/.exec(pem)?.[1];
  if (body === undefined) return undefined;
  try {
    return Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}
