// What a person proves with that they are there, and the port to where it is kept.

/** A passphrase as it is kept: scrypt (RFC 7914) with its parameters, salt and hash in base64url. */
export interface PassphraseHash {
  readonly salt: string;
  readonly hash: string;
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

/** A passkey as it is kept. `publicKey` in base64url (SPKI), `algorithm` as the library names it. */
export interface Passkey {
  readonly id: string;
  readonly publicKey: string;
  readonly algorithm: string;
  readonly transports: readonly string[];
  readonly counter: number;
  readonly name: string;
  readonly relyingParty: string;
  readonly createdAtMs: number;
}

/** Keeps with what a person proves that they are there. Synchronous: it is a local file. */
export interface ProofStore {
  readPassphrase(): PassphraseHash | undefined;
  writePassphrase(hash: PassphraseHash): void;
  readPasskeys(): readonly Passkey[];
  /** Adds one, or replaces the one with its id. */
  writePasskey(passkey: Passkey): void;
  removePasskey(id: string): void;
  /** Wrong passphrases since a time. */
  countFailures(sinceMs: number): number;
  /** Also forgets those that are older than a day. */
  addFailure(atMs: number): void;
}
