// A real OAuth 2.1 authorization server on oidc-provider: open registration, PKCE, `iss` in every answer, tokens
// bound to one resource, a person who proves to be there before anything is granted.
import type { EventEmitter } from 'node:events';
import type { DatabaseSync } from 'node:sqlite';

import { Provider } from 'oidc-provider';

import type { ClientTickets } from '../clients/clientTickets.ts';
import { createConsentMiddleware } from '../consent/consentDesk.ts';
import type { ProofStore } from '../consent/proofs.ts';
import { provideKey } from '../data/keys.ts';
import { createRecordStores } from '../data/recordStore.ts';
import { createAuthorizationFaults } from '../faults/authorizationFaults.ts';
import type { FaultSwitches } from '../faults/faultSwitches.ts';
import type { Handler } from '../http/listener.ts';
import { describeFailure, describeTokenRequest } from '../http/requestLog.ts';
import type { AuthorizationServerTerms } from './configuration.ts';
import { configure, makeKey } from './configuration.ts';
import { createFrontDoor } from './frontDoor.ts';
import { identityScopes, offlineScope } from './scopes.ts';
import { generateSigningKey } from './signingKey.ts';

/** What the server stands on. */
export interface AuthorizationServerGround {
  readonly database: DatabaseSync;
  readonly proofs: ProofStore;
  readonly faults: FaultSwitches;
  /** The origin of the pages that a person sees. */
  readonly pagesOrigin: string;
  /** With what a client can be registered by hand without the passphrase; without them it cannot. */
  readonly clientTickets?: ClientTickets | undefined;
  /** Takes a line for each thing that went wrong inside. */
  readonly log: (line: string) => void;
}

/** Builds the server; the handler answers every request below the issuer. */
export async function createAuthorizationServer(
  terms: AuthorizationServerTerms,
  ground: AuthorizationServerGround,
): Promise<Handler> {
  const { database, proofs, faults, pagesOrigin, clientTickets, log } = ground;
  const scopes = [...identityScopes, ...(terms.refreshTokens ? [offlineScope] : []), ...terms.scopes];
  const keys = {
    signing: await provideKey(database, 'signing', generateSigningKey),
    cookie: await provideKey(database, 'cookie', makeKey),
    dpopNonce: await provideKey(database, 'dpop-nonce', makeKey),
  };
  const provider = new Provider(
    terms.issuer,
    configure(terms, scopes, keys, createRecordStores(database), faults),
  );
  provider.on('server_error', (_ctx, error) => log(describeFailure(error)));
  provider.on('grant.success', ({ oidc }) =>
    log(describeTokenRequest({ grantType: oidc.params?.['grant_type'] })),
  );
  provider.on('grant.error', ({ oidc }, { error, error_detail: detail }) =>
    log(describeTokenRequest({ grantType: oidc.params?.['grant_type'], refusal: { error, detail } })),
  );
  const events: EventEmitter = provider;
  // Koa would print it on the console. A client that goes away in the middle is no failure.
  events.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') log(describeFailure(error));
  });
  provider.use(createAuthorizationFaults(faults, terms.issuer));
  provider.use(
    createFrontDoor(provider, {
      refreshTokens: terms.refreshTokens,
      issuer: terms.issuer,
      pagesOrigin,
    }),
  );
  provider.use(
    createConsentMiddleware(provider, {
      resource: terms.resource,
      resourceName: terms.resourceName,
      scopes,
      proofs,
      answerSeconds: terms.answerSeconds,
      issuer: terms.issuer,
      pagesOrigin,
      clientTickets,
    }),
  );
  return provider.callback();
}
