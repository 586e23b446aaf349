// Where a person registers a client by hand, as at a server that registers nobody by itself. Whoever types the
// passphrase, or was led there by whoever started the sandbox, gets the client id, and the secret this once.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

import type { FormTokens } from '../consent/formToken.ts';
import { inventVisit } from '../consent/passkeyVisits.ts';
import { clientsPath, noPassphrasePath } from '../consent/paths.ts';
import type { PersonCheck } from '../consent/personCheck.ts';
import { readForm } from '../consent/postedForm.ts';
import type { ProofStore } from '../consent/proofs.ts';
import { describePause, describeVerdict } from '../consent/verdictWords.ts';
import type { Page } from '../pages/page.ts';
import type { ClientQuestion } from './clientPage.ts';
import { buildClientPage, buildEndPage, buildRegisteredPage } from './clientPage.ts';
import type { ClientTickets } from './clientTickets.ts';
import { HandClients } from './handClient.ts';

/** What the desk works with, as at the sign-ins. */
export interface ClientGround {
  readonly provider: Provider;
  readonly proofs: ProofStore;
  readonly person: PersonCheck;
  readonly tokens: FormTokens;
  /** Where they count; without them the passphrase alone does. */
  readonly clientTickets?: ClientTickets | undefined;
  readonly mountPath: string;
}

type Trouble = Partial<Omit<ClientQuestion, 'ticket' | 'explanation'>>;

/** Takes one request for the page and comes back with the page to show. */
export class ClientDesk {
  readonly #ground: ClientGround;
  readonly #clients: HandClients;

  constructor(ground: ClientGround) {
    this.#ground = ground;
    this.#clients = new HandClients(ground.provider);
  }

  async serve(ctx: KoaContextWithOIDC): Promise<Page> {
    if (ctx.method === 'GET' || ctx.method === 'HEAD') return this.#ask(inventVisit(), this.#pause());
    if (ctx.method !== 'POST') return this.#end(405, 'The page takes no such request.');

    const form = await readForm(ctx.req);
    if (!(form instanceof URLSearchParams)) return this.#end(form.status, form.sentence);
    const visit = form.get('visit') ?? '';
    if (!isFromHere(ctx) || !this.#ground.tokens.isFrom(nameForm(visit), form.get('csrf')))
      return this.#end(403, 'The answer did not come from this page, or the page was too old.');
    return this.#register(visit, form);
  }

  async #register(visit: string, form: URLSearchParams): Promise<Page> {
    const [redirectText, hasSecret] = [form.get('redirect_uris') ?? '', form.get('secret') === 'yes'];
    const [nameText, leave] = [form.get('name') ?? '', form.get('ticket') ?? ''];
    const typed = { nameText, redirectText, hasSecret };
    const client = await this.#clients.draft(splitLines(redirectText), hasSecret, nameText);
    if (typeof client === 'string') {
      const isOpen = this.#ground.clientTickets?.isOpen(leave) === true;
      return this.#ask(visit, {
        ...typed,
        status: 422,
        redirectAlarm: client,
        ...(isOpen && { leave }),
      });
    }
    if (leave !== '') {
      if (this.#ground.clientTickets?.take(leave) !== true)
        return this.#ask(visit, { ...typed, status: 422, passphraseAlarm: leaveOver });
      await this.#clients.keep(client);
      return buildRegisteredPage(client, this.#address);
    }

    const passphrase = form.get('passphrase') ?? '';
    const verdict = await this.#ground.person.check(visit, { passphrase, assertion: '' }, undefined);
    switch (verdict.kind) {
      case 'there':
        await this.#clients.keep(client);
        return buildRegisteredPage(client, this.#address);
      case 'spent':
        return this.#end(403, 'That was not the passphrase either, and it was the last try.');
      case 'paused': {
        const { waitSeconds: retryAfterSeconds } = verdict;
        const alarm = describeVerdict(verdict);
        return this.#ask(visit, { ...typed, status: 429, passphraseAlarm: alarm, retryAfterSeconds });
      }
      case 'nothing':
      case 'wrong':
        return this.#ask(visit, { ...typed, status: 422, passphraseAlarm: describeVerdict(verdict) });
    }
  }

  get #address(): string {
    return this.#ground.mountPath + clientsPath;
  }

  #pause(): Trouble {
    const waitSeconds = this.#ground.person.waitSeconds();
    return waitSeconds > 0 ? { passphraseAlarm: describePause(waitSeconds) } : {};
  }

  #ask(visit: string, trouble: Trouble): Page {
    const { proofs, mountPath, tokens } = this.#ground;
    const explanation = proofs.readPassphrase() === undefined ? mountPath + noPassphrasePath : undefined;
    const ticket = { visit, csrfToken: tokens.build(nameForm(visit)) };
    const blank = { nameText: '', redirectText: '', hasSecret: false };
    return buildClientPage({ ...blank, ...trouble, ticket, explanation });
  }

  #end(status: number, sentence: string): Page {
    return buildEndPage(status, sentence, this.#address);
  }
}

const leaveOver =
  'What VS Code opened the page with is used up or too old. Type the passphrase, or open the page from there again.';

/** What a form token is about, so that the token of another page does not count here. */
function nameForm(visit: string): string {
  return `clients ${visit}`;
}

/** Browsers say `null` for a form on a page that sends no referrer, as this one; the form's token decides about that. */
function isFromHere(ctx: KoaContextWithOIDC): boolean {
  const origin = ctx.get('origin');
  return origin === '' || origin === 'null' || origin.toLowerCase() === `http://${ctx.host.toLowerCase()}`;
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return [...new Set(lines)].filter((line) => line !== '');
}
