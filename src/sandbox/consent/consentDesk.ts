// Shows the consent page for a sign-in in progress and carries the person's answer back to oidc-provider. Logging in
// and consenting are one step here, and neither is remembered: the next sign-in asks again.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { errors } from 'oidc-provider';

import { accountLengthLimit, buildConsentPage } from './consentPage.ts';
import type { Page } from '../pages/page.ts';
import { buildErrorPage, sendPage } from '../pages/page.ts';
import { readBody } from '../http/requestBody.ts';
import { splitScopes } from '../authorization/scopes.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Whom the sandbox suggests to sign in as. */
const suggestedAccount = 'ada';
const formLimitBytes = 16 * 1024;
const interactionPath = /^\/interaction\/([\w-]+)$/;

/** What consent is given for: one resource, and the scopes this server knows. */
export interface ConsentTerms {
  readonly resource: string;
  readonly resourceName: string;
  readonly scopes: readonly string[];
}

/** The address of the consent page of one sign-in in progress. */
export function interactionUrl(uid: string): string {
  return `/interaction/${uid}`;
}

/** Koa middleware that serves the consent page and takes its answer; everything else goes to `next`. */
export function createConsentMiddleware(provider: Provider, terms: ConsentTerms) {
  const desk = new ConsentDesk(provider, terms);
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const uid = interactionPath.exec(ctx.path)?.[1];
    if (uid === undefined) {
      await next();
      return;
    }
    const outcome = await desk.serve(ctx, uid);
    if (typeof outcome === 'string') leaveTo(ctx, outcome);
    else sendPage(ctx, outcome);
  };
}

/** Takes one request for a consent page and comes back with the page to show or the address to go on to. */
class ConsentDesk {
  readonly #provider: Provider;
  readonly #terms: ConsentTerms;
  readonly #csrfKey = randomBytes(32);

  constructor(provider: Provider, terms: ConsentTerms) {
    this.#provider = provider;
    this.#terms = terms;
  }

  async serve(ctx: KoaContextWithOIDC, uid: string): Promise<Page | string> {
    const interaction = await this.#find(ctx);
    if (interaction?.uid !== uid) {
      // The cookie is what ties the page to the browser that began; without it another's page could be answered.
      return buildErrorPage(
        400,
        'It is over, took too long, or began in another browser.',
        'invalid_request',
      );
    }
    if (ctx.method === 'GET' || ctx.method === 'HEAD') return this.#ask(interaction);
    if (ctx.method !== 'POST')
      return buildErrorPage(405, 'The page takes no such request.', 'invalid_request');

    const body = await readBody(ctx.req, formLimitBytes);
    if (body === undefined) return buildErrorPage(413, 'The form sent too much.', 'invalid_request');
    const form = new URLSearchParams(body);
    if (!isSame(form.get('csrf') ?? '', this.#csrfToken(uid))) {
      return buildErrorPage(403, 'The answer did not come from the consent page.', 'access_denied');
    }
    const decision = form.get('decision');
    if (decision === 'deny') return this.#deny(ctx);
    if (decision === 'allow') return this.#allow(ctx, interaction, (form.get('account') ?? '').trim());
    return buildErrorPage(400, 'The form carried no answer.', 'invalid_request');
  }

  async #ask(interaction: Interaction, correction?: { account: string; alarm: string }): Promise<Page> {
    const { login_hint: hint, redirect_uri: redirectUri } = interaction.params;
    const clientId = clientIdOf(interaction);
    const client = await this.#provider.Client.find(clientId);
    const suggestion = typeof hint === 'string' ? hint.slice(0, accountLengthLimit) : suggestedAccount;
    return buildConsentPage({
      clientName: client?.clientName ?? clientId,
      redirectUri: String(redirectUri),
      resourceName: this.#terms.resourceName,
      resource: this.#terms.resource,
      scopes: this.#scopesAskedFor(interaction),
      csrfToken: this.#csrfToken(interaction.uid),
      account: suggestion,
      ...correction,
    });
  }

  #deny(ctx: KoaContextWithOIDC): Promise<string> {
    const result = { error: 'access_denied', error_description: 'The person declined access.' };
    return this.#provider.interactionResult(ctx.req, ctx.res, result);
  }

  async #allow(ctx: KoaContextWithOIDC, interaction: Interaction, account: string): Promise<Page | string> {
    const alarm = findFault(account);
    if (alarm !== undefined) return this.#ask(interaction, { account, alarm });

    const scope = this.#scopesAskedFor(interaction).join(' ');
    const grant = new this.#provider.Grant({ accountId: account, clientId: clientIdOf(interaction) });
    grant.addOIDCScope(scope);
    grant.addResourceScope(this.#terms.resource, scope);
    const result = {
      login: { accountId: account, remember: false },
      consent: { grantId: await grant.save() },
      select_account: {},
    };
    return this.#provider.interactionResult(ctx.req, ctx.res, result);
  }

  async #find(ctx: KoaContextWithOIDC): Promise<Interaction | undefined> {
    try {
      return await this.#provider.interactionDetails(ctx.req, ctx.res);
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return undefined;
      throw error;
    }
  }

  #scopesAskedFor({ params: { scope } }: Interaction): string[] {
    return splitScopes(typeof scope === 'string' ? scope : undefined).filter((one) =>
      this.#terms.scopes.includes(one),
    );
  }

  #csrfToken(uid: string): string {
    return createHmac('sha256', this.#csrfKey).update(uid).digest('base64url');
  }
}

/** RFC 9700 §4.12: 303, so that no browser repeats the posted form at the next address. */
function leaveTo(ctx: KoaContextWithOIDC, address: string): void {
  ctx.status = 303;
  ctx.set({ location: address, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  ctx.body = '';
}

function clientIdOf(interaction: Interaction): string {
  return String(interaction.params['client_id']);
}

function findFault(account: string): string | undefined {
  if (account === '') return 'Type a name to sign in as.';
  if (account.length > accountLengthLimit) return `Use at most ${accountLengthLimit} characters.`;
  if (/\p{C}/u.test(account)) return 'Use letters, digits and other visible characters.';
  return undefined;
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}
