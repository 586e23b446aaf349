/** What every step of one attempt to sign in works with. */
import type { DocumentCache } from '../oauth/documentCache.ts';
import type { ProofKey } from '../oauth/proofKey.ts';
import { policyFor } from '../oauth/secureUrl.ts';
import { createTransport, type Transport } from '../oauth/transport.ts';
import type { Challenge } from '../oauth/wire/challenge.ts';
import type { IssuerDocument } from '../oauth/wire/issuerDocument.ts';
import { signInBarrier, type OAuthSettings, type Server } from '../servers/server.ts';
import type { KeepGrant } from './grants.ts';
import { logExchange, type SessionPorts } from './ports.ts';
import type { AccountWish } from './records.ts';
import type { SignInPage } from './signInPage.ts';
import type { SignInStep } from './state.ts';

/** A server that may be signed in to. */
export type SignInServer = Server & { readonly oauth: OAuthSettings };

export function mayAsk(server: Server): server is SignInServer {
  return signInBarrier(server) === undefined;
}

/** Whether a new token is had by asking for one again, without a person (checklist 17.1, 17.4). */
export function asksAgain({ oauth: { grant } }: SignInServer): boolean {
  return grant === 'clientCredentials' || grant === 'workloadIdentity';
}

/** Where the person is about to be asked. */
export interface Opening {
  readonly host: string;
  /** The authorization server that asked before, where it is another one now (checklist 5.3). */
  readonly previousHost: string | undefined;
  readonly page: SignInPage;
  /** Undefined until it was tried. */
  readonly isOpen?: boolean;
}

/** Whoever hears how far an attempt has come. */
export interface AttemptListener {
  /** It goes on without the person. */
  readonly onStep: (step: SignInStep) => void;
  /** The person is asked, or it has turned out whether their browser opened. */
  readonly onOpening: (opening: Opening) => void;
}

export interface Attempt extends AttemptListener {
  readonly server: SignInServer;
  readonly ports: SessionPorts;
  readonly documents: DocumentCache;
  readonly transport: Transport;
  readonly wish: AccountWish;
  /** Turns the tokens into the grant that is kept. */
  readonly keep: KeepGrant;
  readonly signal: AbortSignal;
}

/** What is to be obtained, as the server's documents say it. */
export interface Demand {
  readonly issuer: IssuerDocument;
  /** What the token is for; undefined where the person turned the parameter off. */
  readonly resource: string | undefined;
  readonly scopes: readonly string[];
  /** Added to the authorization request; those that the person configured beat them. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly challenge: Challenge | undefined;
  /** The key that the tokens are to be bound to, where they are. */
  readonly proofKey: ProofKey | undefined;
  readonly previousHost: string | undefined;
}

/** The guarded transport for everything that the address `nearTo` leads to. */
export function openTransport(server: Server, ports: SessionPorts, nearTo: string = server.url): Transport {
  const { fetch, clock, log, lookup, trace } = ports;
  return createTransport(
    {
      ...{ fetch, clock, lookup },
      onExchange(exchange) {
        trace?.exchange(exchange);
        const address = trace?.shown(exchange.address) ?? exchange.address;
        logExchange(log, server.name, { ...exchange, address });
      },
      onDecision: (decision) => trace?.decide(decision),
    },
    policyFor(nearTo),
  );
}
