// Shows the consent page for a sign-in in progress and carries the person's answer back to oidc-provider. Logging in
// and consenting are one step here, and neither is remembered: the next sign-in asks again.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { errors } from 'oidc-provider';

import { asksForStrength, strongAcr } from '../authorization/authentication.ts';
import { splitScopes } from '../authorization/scopes.ts';
import type { Page } from '../pages/page.ts';
import { buildErrorPage } from '../pages/page.ts';
import { findFault } from './account.ts';
import { findClientHost, nameClient } from './clientName.ts';
import type { Correction } from './consentPage.ts';
import { buildConsentPage } from './consentPage.ts';
import { findDeadlineMs } from './deadline.ts';
import type { FormTokens } from './formToken.ts';
import type { PasskeyPlace } from './passkeyPlace.ts';
import { interactionPath, latePath, passkeysPath } from './paths.ts';
import type { PersonCheck } from './personCheck.ts';
import { readForm } from './postedForm.ts';
import type { Refusal } from './refusals.ts';
import { buildNoSurfaceRefusal, refusals } from './refusals.ts';
import { describePause, describeVerdict } from './verdictWords.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Whom the sandbox suggests to sign in as. */
const suggestedAccount = 'ada';

/** What consent is given for: one resource, and the scopes this server knows. */
export interface ConsentTerms {
  readonly resource: string;
  readonly resourceName: string;
  readonly scopes: readonly string[];
  /** How long a person has to answer, from when the sign-in began. */
  readonly answerSeconds: number;
}

/** What the desk works with. `mountPath` goes before the paths of the pages; `now` is in milliseconds. */
export interface SignInGround {
  readonly provider: Provider;
  readonly person: PersonCheck;
  readonly tokens: FormTokens;
  readonly mountPath: string;
  readonly now: () => number;
}

/** One request for a page of one sign-in; `place` is where the page is, if passkeys work there. */
export interface SignInVisit {
  readonly ctx: KoaContextWithOIDC;
  readonly uid: string;
  readonly place: PasskeyPlace | undefined;
}

const over = buildErrorPage(
  400,
  'It is over, took too long, or began in another browser.',
  'invalid_request',
);

/** Takes one request for a consent page and comes back with the page to show or the address to go on to. */
export class SignInDesk {
  readonly #terms: ConsentTerms;
  readonly #ground: SignInGround;

  constructor(terms: ConsentTerms, ground: SignInGround) {
    this.#terms = terms;
    this.#ground = ground;
  }

  async serve(visit: SignInVisit): Promise<Page | string> {
    const interaction = await this.#find(visit.ctx);
    // The cookie is what ties the page to the browser that began; without it another's page could be answered.
    if (interaction?.uid !== visit.uid) return over;
    try {
      return await this.#answer(visit, interaction);
    } catch (error) {
      // It ended while the answer was checked: another tab was faster.
      if (error instanceof errors.SessionNotFound) return over;
      // RFC 6749 §4.1.2.1: the app is told by redirect, because a page with status 500 would leave it waiting.
      const fault = error instanceof Error ? error : new Error(String(error));
      this.#ground.provider.emit('server_error', visit.ctx, fault);
      return this.#refuse(visit.ctx, refusals.fault);
    }
  }

  async #answer(visit: SignInVisit, interaction: Interaction): Promise<Page | string> {
    const { ctx, uid } = visit;
    if (ctx.method === 'GET' || ctx.method === 'HEAD') {
      if ((await this.#remainingMs(interaction)) <= 0) return this.#refuse(ctx, refusals.late);
      return ctx.path === latePath(uid)
        ? this.#ground.mountPath + interactionPath(uid)
        : this.#ask(visit, interaction);
    }
    if (ctx.method !== 'POST')
      return buildErrorPage(405, 'The page takes no such request.', 'invalid_request');

    const form = await readForm(ctx.req);
    if (!(form instanceof URLSearchParams))
      return buildErrorPage(form.status, form.sentence, 'invalid_request');
    if (!this.#ground.tokens.isFrom(uid, form.get('csrf')))
      return buildErrorPage(403, 'The answer did not come from the consent page.', 'invalid_request');
    if ((await this.#remainingMs(interaction)) <= 0) return this.#refuse(ctx, refusals.late);
    const decision = form.get('decision');
    if (decision === 'deny') return this.#refuse(ctx, refusals.declined);
    if (decision === 'cancel') return this.#refuse(ctx, refusals.left);
    if (decision === 'allow') return this.#allow(visit, interaction, form);
    return buildErrorPage(400, 'The form carried no answer.', 'invalid_request');
  }

  async #ask(
    visit: SignInVisit,
    interaction: Interaction,
    correction: Correction = {},
  ): Promise<Page | string> {
    const { provider, person, tokens, mountPath } = this.#ground;
    const surface = person.findSurface(interaction.uid, visit.place);
    if (!surface.passphrase && surface.passkeys === undefined)
      return this.#refuse(visit.ctx, buildNoSurfaceRefusal(provider.issuer));

    const { login_hint: hint, redirect_uri: redirectUri, resource } = interaction.params;
    const clientId = clientIdOf(interaction);
    const client = (await provider.Client.find(clientId)) ?? { clientId };
    const waitSeconds = surface.passphrase ? (correction.retryAfterSeconds ?? person.waitSeconds()) : 0;
    const pause = waitSeconds > 0 ? describePause(waitSeconds, surface.passkeys !== undefined) : undefined;
    return buildConsentPage({
      clientName: nameClient(client),
      clientHost: findClientHost(clientId),
      redirectUri: typeof redirectUri === 'string' ? redirectUri : undefined,
      resourceName: this.#terms.resourceName,
      resource: typeof resource === 'string' ? resource : this.#terms.resource,
      scopes: this.#scopesAskedFor(interaction),
      csrfToken: tokens.build(interaction.uid),
      account: typeof hint === 'string' && findFault(hint) === undefined ? hint : suggestedAccount,
      surface,
      remainingSeconds: Math.max(1, Math.ceil((await this.#remainingMs(interaction)) / 1000)),
      lateAddress: mountPath + latePath(interaction.uid),
      passkeysAddress: mountPath + passkeysPath,
      correction: pause === undefined ? correction : { proofAlarm: pause, ...correction },
    });
  }

  async #allow(visit: SignInVisit, interaction: Interaction, form: URLSearchParams): Promise<Page | string> {
    const account = (form.get('account') ?? '').trim();
    const fault = findFault(account);
    if (fault !== undefined)
      return this.#ask(visit, interaction, { status: 422, account, accountAlarm: fault });

    const answer = { passphrase: form.get('passphrase') ?? '', assertion: form.get('assertion') ?? '' };
    const verdict = await this.#ground.person.check(interaction.uid, answer, visit.place);
    if (verdict.kind === 'there') return this.#grant(visit.ctx, interaction, account);
    if (verdict.kind === 'spent') return this.#refuse(visit.ctx, refusals.wrong);
    return this.#ask(
      visit,
      interaction,
      verdict.kind === 'paused'
        ? { status: 429, account, retryAfterSeconds: verdict.waitSeconds }
        : {
            status: 422,
            account,
            proofAlarm: describeVerdict(verdict),
            byPassphrase: answer.assertion === '',
          },
    );
  }

  async #grant(ctx: KoaContextWithOIDC, interaction: Interaction, account: string): Promise<string> {
    const { provider } = this.#ground;
    const scope = this.#scopesAskedFor(interaction).join(' ');
    const grant = new provider.Grant({ accountId: account, clientId: clientIdOf(interaction) });
    grant.addOIDCScope(scope);
    const { resource, acr_values: acrValues } = interaction.params;
    grant.addResourceScope(typeof resource === 'string' ? resource : this.#terms.resource, scope);
    const result = {
      login: {
        accountId: account,
        remember: false,
        ...(asksForStrength(acrValues) ? { acr: strongAcr } : {}),
      },
      consent: { grantId: await grant.save() },
      select_account: {},
    };
    return provider.interactionResult(ctx.req, ctx.res, result);
  }

  /** Ends the sign-in. oidc-provider redirects where the redirect URI is known to be the client's, else shows a page. */
  #refuse(ctx: KoaContextWithOIDC, refusal: Refusal): Promise<string> {
    return this.#ground.provider.interactionResult(ctx.req, ctx.res, { ...refusal });
  }

  async #find(ctx: KoaContextWithOIDC): Promise<Interaction | undefined> {
    try {
      return await this.#ground.provider.interactionDetails(ctx.req, ctx.res);
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return undefined;
      throw error;
    }
  }

  async #remainingMs(interaction: Interaction): Promise<number> {
    const { provider, now } = this.#ground;
    return (await findDeadlineMs(provider, interaction, this.#terms.answerSeconds)) - now();
  }

  #scopesAskedFor({ params: { scope } }: Interaction): string[] {
    return splitScopes(typeof scope === 'string' ? scope : undefined).filter((one) =>
      this.#terms.scopes.includes(one),
    );
  }
}

function clientIdOf(interaction: Interaction): string {
  return String(interaction.params['client_id']);
}
