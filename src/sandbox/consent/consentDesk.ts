// Everything that a person is shown by the authorization server before it grants anything: the consent page, the pages
// of the passkeys and of the clients, and the page that explains why nobody can be asked.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

import { ClientDesk } from '../clients/clientDesk.ts';
import type { ClientTickets } from '../clients/clientTickets.ts';
import type { Page } from '../pages/page.ts';
import { sendPage } from '../pages/page.ts';
import { FormTokens } from './formToken.ts';
import { buildNoPassphrasePage } from './noPassphrasePage.ts';
import { PasskeyDesk } from './passkeyDesk.ts';
import { findPasskeyPlace, isAtPlace } from './passkeyPlace.ts';
import { clientsPath, noPassphrasePath, passkeysPath } from './paths.ts';
import { PersonCheck } from './personCheck.ts';
import type { ProofStore } from './proofs.ts';
import type { ConsentTerms } from './signInDesk.ts';
import { SignInDesk } from './signInDesk.ts';

const interactionPattern = /^\/interaction\/([\w-]+)(\/late)?$/;

/** What the pages are for and what they stand on. */
export interface ConsentOptions extends ConsentTerms {
  readonly proofs: ProofStore;
  readonly issuer: string;
  /** The origin of the pages that a person sees, where it is another than the issuer's. */
  readonly pagesOrigin?: string;
  /** With what a client can be registered by hand without the passphrase; without them it cannot. */
  readonly clientTickets?: ClientTickets | undefined;
  /** The time in milliseconds. */
  readonly now?: () => number;
}

/** Koa middleware that serves the pages and takes their answers; everything else goes to `next`. */
export function createConsentMiddleware(provider: Provider, options: ConsentOptions) {
  const { proofs, now = Date.now } = options;
  const pagesPlace = findPasskeyPlace(options.pagesOrigin ?? options.issuer);
  const mountPath = new URL(options.issuer).pathname.replace(/\/$/, '');
  const shared = { person: new PersonCheck(proofs, now), tokens: new FormTokens(), mountPath, now };
  const signInDesk = new SignInDesk(options, { ...shared, provider });
  const passkeyDesk = new PasskeyDesk({ ...shared, proofs, pagesPlace });
  const clientDesk = new ClientDesk({
    ...{ ...shared, proofs, provider },
    clientTickets: options.clientTickets,
  });

  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const uid = interactionPattern.exec(ctx.path)?.[1];
    const place = pagesPlace !== undefined && isAtPlace(pagesPlace, ctx.host) ? pagesPlace : undefined;
    if (uid !== undefined) answer(ctx, await signInDesk.serve({ ctx, uid, place }));
    else if (ctx.path === passkeysPath) answer(ctx, await passkeyDesk.serve(ctx, place));
    else if (ctx.path === clientsPath) answer(ctx, await clientDesk.serve(ctx));
    else if (ctx.path === noPassphrasePath) answer(ctx, buildNoPassphrasePage());
    else await next();
  };
}

/** A page, or the address to go on to (RFC 9700 §4.12: 303, so that no browser repeats the posted form there). */
function answer(ctx: KoaContextWithOIDC, outcome: Page | string): void {
  if (typeof outcome !== 'string') {
    sendPage(ctx, outcome);
    return;
  }
  ctx.status = 303;
  ctx.set({ location: outcome, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  ctx.body = '';
}
