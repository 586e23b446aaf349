// The challenge that no approval goes around: a passkey that answers for this very sign-in, or the passphrase. Wrong
// answers are counted before anybody can give the next one.
import { Challenges } from './challenges.ts';
import { checkAssertion } from './passkeyAnswer.ts';
import type { PasskeyPlace } from './passkeyPlace.ts';
import { isPassphrase } from './passphrase.ts';
import type { Passkey, ProofStore } from './proofs.ts';
import { Tries } from './tries.ts';

/** With what a person can prove to be there on one page. */
export interface Surface {
  readonly passphrase: boolean;
  readonly passkeys: PasskeyQuestion | undefined;
}

/** What a browser is asked for with passkeys. `challenge` in base64url. */
export interface PasskeyQuestion {
  readonly challenge: string;
  readonly relyingParty: string;
  readonly passkeys: readonly Passkey[];
}

/** What a person gave: the text of the passphrase, and a passkey's answer in JSON; each may be empty. */
export interface Answer {
  readonly passphrase: string;
  readonly assertion: string;
}

/**
 * What came of it: the person is there; nothing was given; it was wrong, with so many tries left; wrong too often in
 * this sign-in; the passphrase wrong too often in all of them, so that it was not checked.
 */
export type Verdict =
  | { readonly kind: 'there' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'wrong'; readonly what: 'passphrase' | 'passkey'; readonly triesLeft: number }
  | { readonly kind: 'spent' }
  | { readonly kind: 'paused'; readonly waitSeconds: number };

/** Asks for proofs and checks them. A subject is one sign-in, or one visit to the page of the passkeys. */
export class PersonCheck {
  readonly #proofs: ProofStore;
  readonly #tries: Tries;
  readonly #challenges: Challenges;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(proofs: ProofStore, now: () => number) {
    this.#proofs = proofs;
    this.#tries = new Tries(proofs, now);
    this.#challenges = new Challenges(now);
  }

  /** With what a person can answer; `place` is where the page is, if passkeys work there. */
  findSurface(subject: string, place: PasskeyPlace | undefined): Surface {
    const passkeys = this.#passkeysOf(place);
    const question =
      place === undefined || passkeys.length === 0
        ? undefined
        : { challenge: this.#challenges.issue(subject), relyingParty: place.relyingParty, passkeys };
    return { passphrase: this.#proofs.readPassphrase() !== undefined, passkeys: question };
  }

  /** Seconds for which no passphrase is checked; 0 if one is welcome. A passkey always is. */
  waitSeconds(): number {
    return this.#tries.waitSeconds();
  }

  /** One answer after the other: many at once would otherwise all be checked before the first of them counts. */
  check(subject: string, answer: Answer, place: PasskeyPlace | undefined): Promise<Verdict> {
    const verdict = this.#turn.then(() => this.#judge(subject, answer, place));
    this.#turn = verdict.catch(() => undefined);
    return verdict;
  }

  async #judge(subject: string, answer: Answer, place: PasskeyPlace | undefined): Promise<Verdict> {
    if (this.#tries.isSpent(subject)) return { kind: 'spent' };
    if (answer.assertion !== '') {
      const holds = await this.#holdsPasskey(subject, answer.assertion, place);
      return holds ? { kind: 'there' } : this.#countWrong(subject, 'passkey');
    }
    const waitSeconds = this.#tries.waitSeconds();
    if (waitSeconds > 0) return { kind: 'paused', waitSeconds };
    if (answer.passphrase === '') return { kind: 'nothing' };
    const holds = await this.#holdsPassphrase(answer.passphrase);
    return holds ? { kind: 'there' } : this.#countWrong(subject, 'passphrase');
  }

  #countWrong(subject: string, what: 'passphrase' | 'passkey'): Verdict {
    const triesLeft = this.#tries.addWrong(subject, what);
    return triesLeft > 0 ? { kind: 'wrong', what, triesLeft } : { kind: 'spent' };
  }

  async #holdsPassphrase(text: string): Promise<boolean> {
    const kept = this.#proofs.readPassphrase();
    return kept !== undefined && (await isPassphrase(text, kept));
  }

  async #holdsPasskey(subject: string, assertion: string, place: PasskeyPlace | undefined): Promise<boolean> {
    const challenge = this.#challenges.take(subject);
    if (place === undefined || challenge === undefined) return false;
    const passkey = await checkAssertion(assertion, this.#passkeysOf(place), { challenge, ...place });
    // Meanwhile the person may have removed it, and writing it would bring it back.
    const kept = this.#passkeysOf(place).find(({ id }) => id === passkey?.id);
    if (passkey === undefined || kept === undefined) return false;
    this.#proofs.writePasskey({ ...kept, counter: passkey.counter });
    return true;
  }

  #passkeysOf(place: PasskeyPlace | undefined): Passkey[] {
    return this.#proofs.readPasskeys().filter((one) => one.relyingParty === place?.relyingParty);
  }
}
