/**
 * The endpoints of an authorization server that know its clients, alone: what a grant sends there, and what comes of
 * the answers that a test gives.
 */
import assert from 'node:assert/strict';
import { after, beforeEach } from 'node:test';
import { AuthError, type AuthErrorCode } from '../../src/oauth/authError.ts';
import { newProofKey, Proofs } from '../../src/oauth/dpop.ts';
import { policyFor } from '../../src/oauth/secureUrl.ts';
import type { TokenContext } from '../../src/oauth/tokenRequest.ts';
import { createTransport, type Transport } from '../../src/oauth/transport.ts';
import type { ClientIdentity } from '../../src/oauth/wire/client.ts';
import type { IssuerDocument } from '../../src/oauth/wire/issuerDocument.ts';
import { ManualClock } from './manualClock.ts';
import { World, type Recorded, type Reply } from './world.ts';

export const tokenPath = '/as/token';
export const pushedPath = '/as/par';
export const devicePath = '/as/device';
export const revocationPath = '/as/revoke';

export const publicClient: ClientIdentity = { kind: 'registered', clientId: 'client-1', authMethod: 'none' };
export const secretClient: ClientIdentity = {
  kind: 'configured',
  clientId: 'client-2',
  clientSecret: 's3cret+%:value',
  authMethod: 'client_secret_post',
};

export class TokenStand {
  world!: World;
  clock!: ManualClock;
  transport!: Transport;
  readonly signal = new AbortController().signal;
  readonly now = () => this.clock.now();
  private readonly worlds: World[] = [];

  constructor() {
    beforeEach(() => this.renew());
    after(() => Promise.all(this.worlds.map((world) => world.close())));
  }

  async renew(): Promise<void> {
    this.world = await World.start();
    this.worlds.push(this.world);
    this.clock = new ManualClock();
    const ports = {
      fetch,
      clock: this.clock,
      lookup: () => Promise.resolve([]),
      onExchange: () => undefined,
    };
    this.transport = createTransport(ports, policyFor(this.world.mcpUrl));
  }

  get issuer(): IssuerDocument {
    const { issuer, origin } = this.world;
    return {
      issuer,
      tokenEndpoint: `${origin}${tokenPath}`,
      pushedRequestEndpoint: `${origin}${pushedPath}`,
      deviceAuthorizationEndpoint: `${origin}${devicePath}`,
      revocationEndpoint: `${origin}${revocationPath}`,
      requiresPushedRequests: false,
      takesClientDocuments: false,
      sendsIss: true,
    };
  }

  context(changes: Partial<TokenContext> = {}): TokenContext {
    return {
      issuer: this.issuer,
      client: publicClient,
      resource: this.world.mcpUrl,
      requestedScopes: ['notes:read', 'notes:write'],
      proofs: undefined,
      ...changes,
    };
  }

  async proofs(): Promise<Proofs> {
    return Proofs.of(await newProofKey(this.issuer));
  }

  /** The answers of one endpoint, in this order; the last one stays. */
  answers(path: string, ...replies: readonly [Reply, ...Reply[]]): void {
    const rest = [...replies];
    this.world.answers.set(path, () => (rest.length > 1 ? rest.shift() : rest[0]) ?? {});
  }

  sent(path = tokenPath): Recorded[] {
    return this.world.sent(path);
  }

  /** The members of the form that was sent last. */
  form(path = tokenPath): Record<string, string> {
    return Object.fromEntries(new URLSearchParams(this.sent(path).at(-1)?.body));
  }
}

/** The same with one member left out. */
export function without<Whole extends object>(whole: Whole, name: keyof Whole & string): Whole {
  return Object.fromEntries(Object.entries(whole).filter(([other]) => other !== name)) as Whole;
}

/** Expects this failure, and that nothing of `secrets` is anywhere in it. */
export async function failsWith(
  code: AuthErrorCode,
  work: Promise<unknown>,
  secrets: readonly string[] = [],
): Promise<AuthError> {
  const error = await work.then(
    (result) => assert.fail(`It ended in ${JSON.stringify(result)}.`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AuthError, String(error));
  assert.equal(error.code, code, JSON.stringify(error.facts));
  const shown = JSON.stringify([error.facts, error.cause, error.stack]);
  for (const secret of secrets) assert.ok(!shown.includes(secret), `It shows ${secret}.`);
  return error;
}

/** An id token of the issuer for a client, unsigned in all but form. */
export function idTokenOf(issuer: string, claims: Record<string, unknown> = {}, alg = 'RS256'): string {
  const seconds = Math.floor(Date.now() / 1000);
  const payload = {
    iss: issuer,
    aud: publicClient.clientId,
    sub: 'u-7',
    email: 'ada@example.org',
    iat: seconds,
    exp: seconds + 600,
    ...claims,
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg })}.${part(payload)}.c2lnbmF0dXJl`;
}
