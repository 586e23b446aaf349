// Where a person sets up passkeys and removes them. Whoever types the passphrase gets the page as the answer, with the
// secret of the visit in its forms, and has it open for minutes; a GET only ever asks for the passphrase. A new passkey
// must answer a challenge that was made for this visit.
import { randomBytes } from 'node:crypto';

import type { KoaContextWithOIDC } from 'oidc-provider';

import type { Page } from '../pages/page.ts';
import { toLine } from '../pages/shownText.ts';
import { Challenges } from './challenges.ts';
import type { FormTokens } from './formToken.ts';
import { checkAttestation } from './passkeyAnswer.ts';
import type { LockedQuestion } from './passkeyPage.ts';
import { buildEndPage, buildLockedPage, buildPasskeysPage, passkeyNameLimit } from './passkeyPage.ts';
import type { PasskeyPlace } from './passkeyPlace.ts';
import { inventVisit, PasskeyVisits } from './passkeyVisits.ts';
import { noPassphrasePath, passkeysPath } from './paths.ts';
import type { PersonCheck } from './personCheck.ts';
import { readForm } from './postedForm.ts';
import type { ProofStore } from './proofs.ts';
import { describePause, describeVerdict } from './verdictWords.ts';
import type { Ticket } from './visitForm.ts';

/** What the desk works with, as at the sign-ins; `pagesPlace` is where passkeys work, if anywhere. */
export interface PasskeyGround {
  readonly proofs: ProofStore;
  readonly person: PersonCheck;
  readonly tokens: FormTokens;
  readonly mountPath: string;
  readonly now: () => number;
  readonly pagesPlace: PasskeyPlace | undefined;
}

/** Takes one request for the page and comes back with the page to show. */
export class PasskeyDesk {
  readonly #ground: PasskeyGround;
  readonly #challenges: Challenges;
  readonly #visits: PasskeyVisits;

  constructor(ground: PasskeyGround) {
    this.#ground = ground;
    this.#challenges = new Challenges(ground.now);
    this.#visits = new PasskeyVisits(ground.now);
  }

  async serve(ctx: KoaContextWithOIDC, place: PasskeyPlace | undefined): Promise<Page> {
    if (ctx.method === 'GET' || ctx.method === 'HEAD') return this.#ask();
    if (ctx.method !== 'POST') return this.#end(405, 'The page takes no such request.');

    const form = await readForm(ctx.req);
    if (!(form instanceof URLSearchParams)) return this.#end(form.status, form.sentence);
    const visit = form.get('visit') ?? '';
    if (!this.#ground.tokens.isFrom(nameForm(visit), form.get('csrf')))
      return this.#end(403, 'The answer did not come from this page, or the page was too old.');
    const action = form.get('action');
    if (action === 'open') return this.#open(visit, place, form.get('passphrase') ?? '');
    if (!this.#visits.isOpen(visit))
      return this.#lock(inventVisit(), { status: 403, alarm: 'Type the passphrase again.' });
    if (action === 'add') return this.#add(visit, place, form);
    if (action !== 'remove') return this.#end(400, 'The form carried no answer.');
    this.#ground.proofs.removePasskey(form.get('id') ?? '');
    return this.#show(visit, place);
  }

  get #address(): string {
    return this.#ground.mountPath + passkeysPath;
  }

  #ask(): Page {
    const waitSeconds = this.#ground.person.waitSeconds();
    return this.#lock(inventVisit(), waitSeconds > 0 ? { alarm: describePause(waitSeconds) } : {});
  }

  #show(visit: string, place: PasskeyPlace | undefined, alarm?: string): Page {
    return buildPasskeysPage({
      ticket: this.#issue(visit),
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

  async #open(visit: string, place: PasskeyPlace | undefined, passphrase: string): Promise<Page> {
    const verdict = await this.#ground.person.check(visit, { passphrase, assertion: '' }, undefined);
    switch (verdict.kind) {
      case 'there':
        // Under a new secret: the one so far stood in a page that anybody may ask for.
        return this.#show(this.#visits.begin(), place);
      case 'spent':
        return this.#end(403, 'That was not the passphrase either, and it was the last try.');
      case 'paused': {
        const { waitSeconds: retryAfterSeconds } = verdict;
        return this.#lock(visit, { status: 429, alarm: describeVerdict(verdict), retryAfterSeconds });
      }
      case 'nothing':
      case 'wrong':
        return this.#lock(visit, { status: 422, alarm: describeVerdict(verdict) });
    }
  }

  async #add(visit: string, place: PasskeyPlace | undefined, form: URLSearchParams): Promise<Page> {
    const challenge = this.#challenges.take(visit);
    const known =
      place && challenge !== undefined
        ? await checkAttestation(form.get('attestation') ?? '', { challenge, ...place })
        : undefined;
    // §7.1, step 26: an id stands for one passkey, and nobody puts another key in its place.
    if (known === undefined || this.#ground.proofs.readPasskeys().some(({ id }) => id === known.id)) {
      this.#visits.addWrong(visit);
      return this.#visits.isOpen(visit)
        ? { ...this.#show(visit, place, 'The passkey could not be checked. Try again.'), status: 422 }
        : this.#end(403, 'The passkey could not be checked either, and it was the last try.');
    }
    const { maker, ...passkey } = known;
    const name = toLine(form.get('name') ?? '', passkeyNameLimit) || (maker ?? 'Passkey');
    this.#ground.proofs.writePasskey({ ...passkey, name, createdAtMs: this.#ground.now() });
    return this.#show(visit, place);
  }

  #lock(visit: string, trouble: Pick<LockedQuestion, 'status' | 'alarm' | 'retryAfterSeconds'>): Page {
    const { proofs, mountPath } = this.#ground;
    const explanation = proofs.readPassphrase() === undefined ? mountPath + noPassphrasePath : undefined;
    return buildLockedPage({ ticket: this.#issue(visit), explanation, ...trouble });
  }

  #issue(visit: string): Ticket {
    return { visit, csrfToken: this.#ground.tokens.build(nameForm(visit)) };
  }

  #end(status: number, sentence: string): Page {
    return buildEndPage(status, sentence, this.#address);
  }
}

/** What a form token is about, so that the token of a sign-in does not count here. */
function nameForm(visit: string): string {
  return `passkeys ${visit}`;
}
