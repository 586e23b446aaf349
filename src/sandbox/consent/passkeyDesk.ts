// Where a person sets up passkeys and removes them. Whoever types the passphrase has the page open for minutes; a new
// passkey must answer a challenge that was made for this visit.
import { randomBytes } from 'node:crypto';

import type { KoaContextWithOIDC } from 'oidc-provider';

import { readBody } from '../http/requestBody.ts';
import type { Page } from '../pages/page.ts';
import { Challenges } from './challenges.ts';
import type { FormTokens } from './formToken.ts';
import { checkAttestation } from './passkeyAnswer.ts';
import { buildEndPage, buildLockedPage, buildPasskeysPage, passkeyNameLimit } from './passkeyPage.ts';
import type { PasskeyPlace } from './passkeyPlace.ts';
import { noPassphrasePath, passkeysPath } from './paths.ts';
import type { PersonCheck } from './personCheck.ts';
import type { ProofStore } from './proofs.ts';
import { describePause, describeVerdict } from './verdictWords.ts';

const visitCookie = 'sandbox_passkeys';
const visitPattern = /^[\w-]{22}$/;
const openForMs = 5 * 60 * 1000;
const openLimit = 100;
const formLimitBytes = 64 * 1024;

/** What the desk works with, as at the sign-ins; `pagesPlace` is where passkeys work, if anywhere. */
export interface PasskeyGround {
  readonly proofs: ProofStore;
  readonly person: PersonCheck;
  readonly tokens: FormTokens;
  readonly mountPath: string;
  readonly now: () => number;
  readonly pagesPlace: PasskeyPlace | undefined;
}

/** Takes one request for the page and comes back with the page to show or the address to go on to. */
export class PasskeyDesk {
  readonly #ground: PasskeyGround;
  readonly #challenges: Challenges;
  readonly #openUntilMs = new Map<string, number>();

  constructor(ground: PasskeyGround) {
    this.#ground = ground;
    this.#challenges = new Challenges(ground.now);
  }

  async serve(ctx: KoaContextWithOIDC, place: PasskeyPlace | undefined): Promise<Page | string> {
    const known = ctx.cookies.get(visitCookie, { signed: false }) ?? '';
    const visit = visitPattern.test(known) ? known : this.#begin(ctx);
    if (ctx.method === 'GET' || ctx.method === 'HEAD') return this.#show(visit, place);
    if (ctx.method !== 'POST') return this.#end(405, 'The page takes no such request.');

    const body = await readBody(ctx.req, formLimitBytes);
    if (body === undefined) return this.#end(413, 'The form sent too much.');
    const form = new URLSearchParams(body);
    if (!this.#ground.tokens.isFrom(visit, form.get('csrf')))
      return this.#end(403, 'The answer did not come from this page, or the page was too old.');
    const action = form.get('action');
    if (action === 'open') return this.#open(ctx, visit, form.get('passphrase') ?? '');
    if (!this.#isOpen(visit))
      return this.#lockedPage(visit, { status: 403, alarm: 'Type the passphrase again.' });
    if (action === 'add') return this.#add(visit, place, form);
    if (action === 'remove') this.#ground.proofs.removePasskey(form.get('id') ?? '');
    return this.#address;
  }

  get #address(): string {
    return this.#ground.mountPath + passkeysPath;
  }

  #show(visit: string, place: PasskeyPlace | undefined, alarm?: string): Page {
    if (!this.#isOpen(visit)) {
      const waitSeconds = this.#ground.person.waitSeconds();
      return this.#lockedPage(visit, waitSeconds > 0 ? { alarm: describePause(waitSeconds) } : {});
    }
    return buildPasskeysPage({
      csrfToken: this.#ground.tokens.build(visit),
      passkeys: this.#ground.proofs.readPasskeys(),
      elsewhere: this.#ground.pagesPlace && this.#ground.pagesPlace.origin + this.#address,
      offer: place && {
        challenge: this.#challenges.issue(visit),
        relyingParty: place.relyingParty,
        user: randomBytes(16).toString('base64url'),
      },
      alarm,
    });
  }

  async #open(ctx: KoaContextWithOIDC, visit: string, passphrase: string): Promise<Page | string> {
    const verdict = await this.#ground.person.check(visit, { passphrase, assertion: '' }, undefined);
    switch (verdict.kind) {
      case 'there':
        // A fresh name for the visit: another server on this computer could have set the cookie before.
        this.#remember(this.#begin(ctx));
        return this.#address;
      case 'spent':
        this.#begin(ctx);
        return this.#end(403, 'That was not the passphrase either, and it was the last try.');
      case 'paused': {
        const { waitSeconds } = verdict;
        return this.#lockedPage(visit, {
          status: 429,
          alarm: describeVerdict(verdict),
          retryAfterSeconds: waitSeconds,
        });
      }
      case 'nothing':
      case 'wrong':
        return this.#lockedPage(visit, { status: 422, alarm: describeVerdict(verdict) });
    }
  }

  async #add(visit: string, place: PasskeyPlace | undefined, form: URLSearchParams): Promise<Page | string> {
    const challenge = this.#challenges.take(visit);
    const known =
      place && challenge !== undefined
        ? await checkAttestation(form.get('attestation') ?? '', { challenge, ...place })
        : undefined;
    // §7.1, step 26: an id stands for one passkey, and nobody puts another key in its place.
    if (known === undefined || this.#ground.proofs.readPasskeys().some(({ id }) => id === known.id))
      return { ...this.#show(visit, place, 'The passkey could not be checked. Try again.'), status: 422 };
    const { maker, ...passkey } = known;
    const name = toName(form.get('name')) ?? maker ?? 'Passkey';
    this.#ground.proofs.writePasskey({ ...passkey, name, createdAtMs: this.#ground.now() });
    return this.#address;
  }

  #lockedPage(visit: string, trouble: { status?: number; alarm?: string; retryAfterSeconds?: number }): Page {
    const { proofs, tokens, mountPath } = this.#ground;
    const explanation = proofs.readPassphrase() === undefined ? mountPath + noPassphrasePath : undefined;
    return buildLockedPage({ csrfToken: tokens.build(visit), explanation, ...trouble });
  }

  #end(status: number, sentence: string): Page {
    return buildEndPage(status, sentence, this.#address);
  }

  #begin(ctx: KoaContextWithOIDC): string {
    const visit = randomBytes(16).toString('base64url');
    ctx.cookies.set(visitCookie, visit, {
      path: this.#address,
      httpOnly: true,
      sameSite: 'strict',
      signed: false,
    });
    return visit;
  }

  #remember(visit: string): void {
    const [oldest] = this.#openUntilMs.keys();
    if (this.#openUntilMs.size >= openLimit && oldest !== undefined) this.#openUntilMs.delete(oldest);
    this.#openUntilMs.set(visit, this.#ground.now() + openForMs);
  }

  #isOpen(visit: string): boolean {
    return (this.#openUntilMs.get(visit) ?? 0) > this.#ground.now();
  }
}

/** A name that can be shown, or `undefined` if none was given. */
function toName(text: string | null): string | undefined {
  const name = (text ?? '').replace(/\p{C}/gu, '').trim().slice(0, passkeyNameLimit);
  return name === '' ? undefined : name;
}
