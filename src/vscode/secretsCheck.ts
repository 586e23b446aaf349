/**
 * Notices that the secret storage keeps nothing: without a keyring VS Code holds secrets in memory, and what cannot be
 * decrypted it throws away, both without an error. A word is left in the storage with the first sign-in, and a note of that
 * outside of it: with the note there and the word not, the storage has lost what it had. Sign-outs leave both alone.
 */
import type { Log, RecordStore } from '../session/ports.ts';

/** `unknown` until somebody has signed in twice; `failed` where the storage does not answer. */
export type SecretsFinding = 'unknown' | 'kept' | 'lost' | 'failed';

/** Where the last finding that was one stands in {@link CheckedSecrets.state}, for whoever reports a fault. */
export type FindingKey = 'secrets.found';

export interface CheckedSecrets {
  readonly store: RecordStore;
  /** Lasts where the secret storage may not. */
  readonly state: {
    get(key: string): unknown;
    update(key: string, value: unknown): PromiseLike<void>;
  };
  readonly log: Log;
}

export interface SecretsCheckParts extends CheckedSecrets {
  /** Tells the person; ends with whether they want to be told again. */
  readonly explain: () => Promise<boolean>;
}

/** No sweep of the records reaches it. */
const wordKey = 'check:kept';
const noteKey = 'secrets.wordLeft';
const findingKey: FindingKey = 'secrets.found';
const hushKey = 'secrets.hushed';

export class SecretsCheck {
  private readonly parts: SecretsCheckParts;
  private looking: Promise<void> = Promise.resolve();
  private isExplained = false;
  private found: SecretsFinding = 'unknown';

  constructor(parts: SecretsCheckParts) {
    this.parts = parts;
  }

  get finding(): SecretsFinding {
    return this.found;
  }

  /** To be called when somebody has just signed in, when they think of it, and never by a start-up. Never rejects. */
  look(): Promise<void> {
    this.looking = this.looking
      .then(() => this.lookOnce())
      .catch((thrown: unknown) => {
        this.found = 'failed';
        this.parts.log.error('secrets_not_checked', {}, thrown);
      })
      .then(() => this.noteFinding());
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const { store, state, log } = this.parts;
    const isNoted = state.get(noteKey) === true;
    const isThere = (await store.read(wordKey)) !== undefined;
    if (!isThere) await store.write(wordKey, 'kept');
    // Also by who has another profile of the editor, whose notes are its own while secrets are shared.
    if (!isNoted) await state.update(noteKey, true);
    // What was lost once in this run of the editor stays so, though it is there again for as long as that lasts.
    if (isThere && this.found !== 'lost') this.found = 'kept';
    if (isThere || !isNoted) return;
    this.found = 'lost';
    log.info('secrets_lost');
    this.explainOnce();
  }

  private async noteFinding(): Promise<void> {
    const { state, log } = this.parts;
    try {
      if (state.get(findingKey) !== this.found) await state.update(findingKey, this.found);
    } catch (thrown) {
      log.error('secrets_finding_not_noted', {}, thrown);
    }
  }

  private explainOnce(): void {
    const { state, log, explain } = this.parts;
    if (this.isExplained || state.get(hushKey) === true) return;
    this.isExplained = true;
    // The notification stays for as long as the person likes.
    explain()
      .then((again) => (again ? undefined : state.update(hushKey, true)))
      .catch((thrown: unknown) => log.error('secrets_not_explained', {}, thrown));
  }
}
