/** Checks of who says yes to a sign-in of the sandbox: by passphrase or passkey, at its own pages, only so often. */
import { checksIn } from './securityCheck.ts';

export const consentChecks = [
  ...checksIn(
    'src/sandbox/consent/formToken.ts',
    ['sandboxConsent', 'sandboxHandClients'],
    [
      'a form token is for one page',
      'return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);',
      'return given.byteLength === expected.byteLength || timingSafeEqual(given, expected);',
    ],
  ),
  ...checksIn(
    'src/sandbox/consent/tries.ts',
    [
      'sandboxConsentPassphrase',
      'sandboxConsentPasskeys',
      'sandboxConsentPasskeyVisits',
      'sandboxHandClients',
    ],
    [
      'a sign-in ends after a few wrong tries',
      'return this.#left(subject) <= 0;',
      'return this.#left(subject) <= -1000;',
    ],
    [
      'wrong passphrases stop everybody for a while',
      'if (!isFull(fullMs)) return 0;',
      'if (fullMs > 0) return 0;',
    ],
    ['wrong passkeys stop nobody else', "if (what === 'passphrase') this.#proofs", 'this.#proofs'],
  ),
  ...checksIn(
    'src/sandbox/consent/personCheck.ts',
    ['sandboxConsentPassphrase', 'sandboxConsentPasskeys', 'sandboxConsentPasskeyVisits'],
    [
      'many tries at once are no more than those that there are',
      'const verdict = this.#turn.then(() => this.#judge(subject, answer, place));',
      'const verdict = this.#judge(subject, answer, place);',
    ],
    [
      'no passphrase is checked while everybody is stopped',
      "    if (waitSeconds > 0) return { kind: 'paused', waitSeconds };\n",
      '',
    ],
    [
      'nobody is let in without a proof',
      "if (answer.passphrase === '') return { kind: 'nothing' };",
      "if (answer.passphrase === '') return { kind: 'there' };",
    ],
    [
      'a passkey that is removed while it is checked opens nothing',
      'if (passkey === undefined || kept === undefined) return false;',
      'if (passkey === undefined) return false;',
    ],
    [
      'a passkey is of the name of the pages',
      'this.#proofs.readPasskeys().filter((one) => one.relyingParty === place?.relyingParty);',
      'this.#proofs.readPasskeys().filter(() => place !== undefined);',
    ],
    [
      'how often a passkey was used is kept',
      'this.#proofs.writePasskey({ ...kept, counter: passkey.counter });',
      'this.#proofs.writePasskey(kept);',
    ],
  ),
  ...checksIn(
    'src/sandbox/consent/challenges.ts',
    ['sandboxConsentPasskeys'],
    ['a challenge is good once', '    this.#open.delete(subject);\n    return', '    return'],
    [
      'a challenge is good for minutes',
      'return open !== undefined && open.expiresAtMs > this.#now() ? open.challenge : undefined;',
      'return open?.challenge;',
    ],
  ),
  ...checksIn(
    'src/sandbox/consent/passkeyAnswer.ts',
    ['sandboxConsentPasskeys', 'sandboxConsentPasskeyPage'],
    [
      'a passkey shows that a person was there and said so',
      'userVerified: true, counter: passkey.counter },',
      'userVerified: false, counter: passkey.counter },',
    ],
    [
      'a new passkey shows that a person was there and said so',
      '{ challenge, origin, domain: relyingParty, userVerified: true },\n',
      '{ challenge, origin, domain: relyingParty, userVerified: false },\n',
    ],
    [
      'a new passkey has a key that can prove something',
      'if (!isAboutCredential(response.authenticatorData, id) || !isKeyFor(algorithm, publicKey))',
      'if (!isAboutCredential(response.authenticatorData, id))',
    ],
    [
      'a new passkey is the one that the answer is about',
      'if (!isAboutCredential(response.authenticatorData, id) || !isKeyFor(algorithm, publicKey))',
      'if (!isKeyFor(algorithm, publicKey))',
    ],
  ),
  ...checksIn(
    'src/sandbox/consent/passkeyVisits.ts',
    ['sandboxConsentPasskeyVisits'],
    [
      'a visit to the passkeys closes after minutes',
      'return (this.#open.get(visit)?.endsAtMs ?? 0) > this.#now();',
      'return this.#open.has(visit);',
    ],
    [
      'a visit to the passkeys closes after a few wrong answers',
      'if (open.triesLeft <= 0) this.#open.delete(visit);',
      'if (open.triesLeft < -99) this.#open.delete(visit);',
    ],
    [
      'only so many visits to the passkeys are open',
      'if (this.#open.size >= openLimit && oldest',
      'if (this.#open.size < 0 && oldest',
    ],
  ),
];
