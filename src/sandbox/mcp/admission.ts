// Whom the MCP server lets in: who brings a living token that was issued for it, in the way that the token demands.
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import type { McpBehaviour } from '../faults/mcpBehaviour.ts';
import type { ChallengeContext, Refusal } from './challenge.ts';
import { refuse } from './challenge.ts';
import type { Clock } from './clock.ts';
import { ProofCheck } from './dpopProof.ts';
import type { ProtectedResource } from './protectedResource.ts';
import { documentPath } from './protectedResource.ts';
import type { Reply } from './reply.ts';
import { json } from './reply.ts';
import type { TokenFacts, TrustedIssuer } from './tokenCheck.ts';
import { TokenMemory } from './tokenMemory.ts';

/** One request as the checks see it. `url` is the address below the resource's own origin, without query. */
export interface Visit {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** When it came, in milliseconds since 1970. */
  readonly nowMs: number;
  readonly resource: ProtectedResource;
}

/** Someone who was let in, and with what. */
export interface Admission {
  readonly token: string;
  readonly facts: TokenFacts;
}

/** Checks the credentials of requests for one resource. */
export class Admissions {
  readonly #tokens: TokenMemory;
  readonly #proofs: ProofCheck;
  readonly #nonce = randomBytes(16).toString('base64url');

  constructor(clock: Clock, tokenCacheSeconds: number) {
    this.#tokens = new TokenMemory(clock, tokenCacheSeconds);
    this.#proofs = new ProofCheck(clock);
  }

  /** Lets a request in, or says why not; `trusted` are the authorization servers whose word counts now. */
  async admit(
    visit: Visit,
    behaviour: McpBehaviour,
    trusted: readonly TrustedIssuer[],
  ): Promise<Admission | Reply> {
    const refusing = (refusal: Refusal, dpop = false) =>
      refuse(refusal, contextOf(visit.resource, behaviour, dpop));
    const known = behaviour.identify(visit);
    if (known) return 'error' in known ? refusing(known) : known;

    const credential = readCredential(visit.headers.authorization);
    if (credential === undefined) return refusing({ error: 'none' });
    const { scheme, token } = credential;
    const answer = await this.#ask(token, trusted);
    if (answer === 'unknown') return json(503, { error: 'temporarily_unavailable' }, { 'retry-after': '1' });
    if (answer === 'dead')
      return refusing(invalid('The token is unknown, expired or revoked.'), scheme === 'dpop');
    // RFC 8707 §3: a token for another server must not open this one. One that names several opens none.
    if (answer.audience !== behaviour.identifier(visit.resource.url))
      return refusing(invalid('The token is for another server.'), scheme === 'dpop');
    const refusal = await this.#checkProof(visit, scheme, { token, facts: answer }, behaviour);
    if (refusal === undefined) return { token, facts: answer };
    const reply = refusing(refusal, true);
    return refusal.error === 'use_dpop_nonce'
      ? { ...reply, headers: { ...reply.headers, 'dpop-nonce': this.#nonce } }
      : reply;
  }

  /** What the first authorization server says that knows the token. */
  async #ask(token: string, trusted: readonly TrustedIssuer[]): Promise<TokenFacts | 'dead' | 'unknown'> {
    const answers = await Promise.all(trusted.map((one) => this.#tokens.ask(token, one)));
    for (const answer of answers) if (answer.kind === 'alive') return answer.facts;
    return answers.some(({ kind }) => kind === 'unknown') ? 'unknown' : 'dead';
  }

  /** RFC 9449 §7.1 and §7.2: a bound token is nothing without a proof, and DPoP is nothing without a bound token. */
  async #checkProof(
    visit: Visit,
    scheme: Credential['scheme'],
    { token, facts }: Admission,
    behaviour: McpBehaviour,
  ): Promise<Refusal | undefined> {
    const { keyThumbprint } = facts;
    if (keyThumbprint === undefined)
      return scheme === 'dpop' ? invalid('The token is not bound to a key.') : undefined;
    if (scheme !== 'dpop') return invalid('The token is bound to a key; it is sent with DPoP.');
    const { dpop: proof } = visit.headers;
    const subject = { method: visit.method, url: visit.url, token, keyThumbprint };
    const verdict = await this.#proofs.judge(
      typeof proof === 'string' ? proof : undefined,
      behaviour.wantsNonce ? { ...subject, nonce: this.#nonce } : subject,
    );
    switch (verdict.kind) {
      case 'good':
        return undefined;
      case 'nonce':
        return { error: 'use_dpop_nonce', description: 'The proof has to repeat the nonce of this server.' };
      case 'bad':
        return { error: 'invalid_dpop_proof', description: verdict.description };
    }
  }
}

/** What a challenge tells, the way the server behaves now. */
export function contextOf(
  resource: ProtectedResource,
  behaviour: McpBehaviour,
  dpop = false,
): ChallengeContext {
  const [path = documentPath(resource)] = behaviour.documentPaths(resource);
  return { documentUrl: new URL(path, resource.url).href, scopes: resource.scopes, dpop };
}

interface Credential {
  readonly scheme: 'bearer' | 'dpop';
  readonly token: string;
}

/** The token of an `Authorization` header (RFC 6750 §2.1, RFC 9449 §7.1); other schemes count as no credentials. */
function readCredential(header: string | undefined): Credential | undefined {
  const match = /^(bearer|dpop)(?: +(.*))?$/i.exec(header ?? '');
  if (!match) return undefined;
  return { scheme: match[1]?.toLowerCase() === 'dpop' ? 'dpop' : 'bearer', token: match[2] ?? '' };
}

function invalid(description: string): Refusal {
  return { error: 'invalid_token', description };
}
