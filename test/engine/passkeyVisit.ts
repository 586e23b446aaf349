// The page of the passkeys as a person visits it, and a passkey that was set up there.
import assert from 'node:assert/strict';

import type { House } from './consentHouse.ts';
import { attributeOf, passphrase } from './consentHouse.ts';
import { csrfOf, Visitor } from './sandboxVisitor.ts';
import type { Ceremony } from './softAuthenticator.ts';
import { SoftAuthenticator } from './softAuthenticator.ts';

/** The page of the passkeys, in a browser that typed the passphrase. `post` sends a form as it stands on that page. */
export async function openPasskeys(at: House) {
  const visitor = await Visitor.register(at);
  const url = `${at.pagesOrigin}/passkeys`;
  const text = await (await knock(visitor, url, passphrase)).text();
  const ticket = ticketOf(text);
  const post = (fields: Record<string, string>) => visitor.submit(url, { ...ticket, ...fields });
  return { visitor, url, text, ticket, post };
}

/** Opens the page and types something for the passphrase. */
export async function knock(visitor: Visitor, url: string, text: string): Promise<Response> {
  const ticket = ticketOf(await (await visitor.open(url)).text());
  return visitor.submit(url, { ...ticket, action: 'open', passphrase: text });
}

/** What every form of the page carries. */
export function ticketOf(page: string) {
  return { csrf: csrfOf(page), visit: /name="visit" value="([^"]*)"/.exec(page)?.[1] ?? '' };
}

/** What the page asks the browser for, where it is asked honestly. */
export function ceremonyOf(page: string, at: House): Ceremony {
  const relyingParty = new URL(at.pagesOrigin).hostname;
  return { challenge: attributeOf(page, 'challenge'), origin: at.pagesOrigin, relyingParty };
}

/** Sets up a passkey of the name Laptop. */
export async function setUp(at: House): Promise<SoftAuthenticator> {
  const authenticator = new SoftAuthenticator();
  const { text, post } = await openPasskeys(at);
  const attestation = authenticator.create(ceremonyOf(text, at));
  const response = await post({ action: 'add', name: 'Laptop', attestation });
  assert.equal(response.status, 200);
  assert.ok(at.proofs.passkeys.has(authenticator.id));
  return authenticator;
}
