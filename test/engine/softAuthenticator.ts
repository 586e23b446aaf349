// A passkey without a device: makes keys and signs what a browser would have an authenticator sign (Web
// Authentication §6.3). A test may make it say what no honest browser would.
import type { KeyObject } from 'node:crypto';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What the answer is for, and what is to be wrong with it. */
export interface Ceremony {
  readonly challenge: string;
  readonly origin: string;
  readonly relyingParty: string;
  readonly type?: string;
  readonly userPresent?: boolean;
  readonly userVerified?: boolean;
}

/** One credential: its id, its key pair for ES256, and how often it signed. */
export class SoftAuthenticator {
  readonly id = randomBytes(16).toString('base64url');
  readonly publicKey: KeyObject;
  readonly #privateKey: KeyObject;
  counter = 0;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  /** The public key in base64url (SPKI). */
  get spki(): string {
    return this.publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
  }

  /** What `navigator.credentials.create` gives, as the page posts it. */
  create(ceremony: Ceremony, changes: { readonly id?: string; readonly publicKey?: string } = {}): string {
    const id = Buffer.from(this.id, 'base64url');
    const credential = [Buffer.alloc(16), toUint16(id.byteLength), id, this.#coseKey()];
    const authenticatorData = this.#describe(ceremony, 0x40, credential);
    return JSON.stringify({
      id: changes.id ?? this.id,
      rawId: changes.id ?? this.id,
      type: 'public-key',
      response: {
        clientDataJSON: toClientData({ type: 'webauthn.create', ...ceremony }),
        authenticatorData: authenticatorData.toString('base64url'),
        attestationObject: toAttestationObject(authenticatorData).toString('base64url'),
        publicKey: changes.publicKey ?? this.spki,
        publicKeyAlgorithm: -7,
        transports: ['internal'],
      },
    });
  }

  /** What `navigator.credentials.get` gives. Signs again until the signature `suits`. */
  get(ceremony: Ceremony, suits: (signature: Buffer) => boolean = () => true): string {
    this.counter += 1;
    const authenticatorData = this.#describe(ceremony, 0, []);
    const clientDataJSON = toClientData({ type: 'webauthn.get', ...ceremony });
    const clientHash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest();
    let signature: Buffer;
    do signature = sign('sha256', Buffer.concat([authenticatorData, clientHash]), this.#privateKey);
    while (!suits(signature));
    return JSON.stringify({
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      response: {
        clientDataJSON,
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signature.toString('base64url'),
      },
    });
  }

  /** §6.1: the hash of the relying party, the flags, the counter, and a new credential where there is one. */
  #describe(ceremony: Ceremony, flags: number, credential: readonly Buffer[]): Buffer {
    const { relyingParty, userPresent = true, userVerified = true } = ceremony;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    return Buffer.concat([
      createHash('sha256').update(relyingParty).digest(),
      Buffer.from([flags | (userPresent ? 1 : 0) | (userVerified ? 4 : 0)]),
      counter,
      ...credential,
    ]);
  }

  /** RFC 9052 §7: {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
  #coseKey(): Buffer {
    const { x = '', y = '' } = this.publicKey.export({ format: 'jwk' });
    const coordinate = (text: string) =>
      Buffer.concat([Buffer.from([0x58, 32]), Buffer.from(text, 'base64url')]);
    return Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
      coordinate(x),
      Buffer.from([0x22]),
      coordinate(y),
    ]);
  }
}

/** In CBOR (RFC 8949): {"fmt": "none", "attStmt": {}, "authData": bytes}. */
function toAttestationObject(authenticatorData: Buffer): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([0x60 | value.length]), Buffer.from(value)]);
  return Buffer.concat([
    Buffer.from([0xa3]),
    text('fmt'),
    text('none'),
    text('attStmt'),
    Buffer.from([0xa0]),
    text('authData'),
    Buffer.from([0x59]),
    toUint16(authenticatorData.byteLength),
    authenticatorData,
  ]);
}

function toClientData({ type, challenge, origin }: Ceremony): string {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url');
}

function toUint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}
