/**
 * Discovery alone in front of a world: a transport and a cache of documents as a sign-in has them, and what a server
 * publishes for a test to change.
 */
import assert from 'node:assert/strict';
import { after, beforeEach } from 'node:test';
import { AuthError, type AuthErrorCode } from '../../src/oauth/authError.ts';
import { discover, type Discovery, type DiscoveryRequest } from '../../src/oauth/discovery.ts';
import { DocumentCache } from '../../src/oauth/documentCache.ts';
import { policyFor } from '../../src/oauth/secureUrl.ts';
import { createTransport, type Exchange, type Fetch } from '../../src/oauth/transport.ts';
import { ManualClock } from './manualClock.ts';
import { World, type Answer, type Reply } from './world.ts';

export const resourceAddress = '/.well-known/oauth-protected-resource/mcp';
export const rootResourceAddress = '/.well-known/oauth-protected-resource';
export const issuerAddress = '/.well-known/oauth-authorization-server/as';
export const legacyAddress = '/.well-known/oauth-authorization-server';

/** A sign-in that discovery leads to. */
export type Found = Extract<Discovery, { kind: 'sign_in' }>;

export class DiscoveryStand {
  world!: World;
  clock!: ManualClock;
  documents!: DocumentCache;
  exchanges: Exchange[] = [];
  /** Addresses behind names; a name that is missing cannot be looked up. */
  names = new Map<string, readonly string[]>();
  lookedUp: string[] = [];
  fetch: Fetch = fetch;
  private readonly worlds: World[] = [];

  constructor() {
    beforeEach(() => this.renew());
    after(() => Promise.all(this.worlds.map((world) => world.close())));
  }

  async renew(): Promise<void> {
    this.world = await World.start();
    this.worlds.push(this.world);
    this.clock = new ManualClock();
    this.documents = new DocumentCache(this.clock);
    this.exchanges = [];
    this.names = new Map();
    this.lookedUp = [];
    this.fetch = (url, init) => fetch(url, init);
  }

  /** A transport as each sign-in gets a new one. */
  transport(serverUrl = this.world.mcpUrl) {
    const ports = {
      fetch: (url: string, init: RequestInit) => this.fetch(url, init),
      clock: this.clock,
      lookup: (name: string) => {
        this.lookedUp.push(name);
        return Promise.resolve(this.names.get(name) ?? []);
      },
      onExchange: (exchange: Exchange) => this.exchanges.push(exchange),
    };
    return createTransport(ports, policyFor(serverUrl));
  }

  discover(
    changes: Partial<DiscoveryRequest> = {},
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Discovery> {
    const request = {
      serverUrl: this.world.mcpUrl,
      headers: {},
      settings: {},
      isKnownAt: () => false,
      ...changes,
    };
    return discover(this.transport(request.serverUrl), this.documents, request, this.clock, signal);
  }

  async finds(changes: Partial<DiscoveryRequest> = {}): Promise<Found> {
    const found = await this.discover(changes);
    assert.ok(found.kind === 'sign_in', 'The server was taken for an open one.');
    assert.equal(this.clock.pendingTimers, 0);
    return found;
  }

  async fails(code: AuthErrorCode, changes: Partial<DiscoveryRequest> = {}): Promise<AuthError> {
    const error = await this.discover(changes).then(
      (found) => assert.fail(`It found ${JSON.stringify(found)}.`),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof AuthError, String(error));
    assert.equal(error.code, code, JSON.stringify(error.facts));
    assert.equal(this.clock.pendingTimers, 0);
    return error;
  }

  /** The challenge that the server answers a request without credentials with. */
  challengeWith(header: string | undefined): void {
    this.world.answers.set('/mcp', () => ({
      status: 401,
      headers: header === undefined ? {} : { 'www-authenticate': header },
    }));
  }

  /** Moves a document of the world to another path, where a server would publish it in its place. */
  move(from: string, to: string): void {
    const answer = this.answer(from);
    this.world.answers.delete(from);
    this.world.answers.set(to, answer);
  }

  answer(path: string): Answer {
    const answer = this.world.answers.get(path);
    assert.ok(answer, `Nothing is at ${path}.`);
    return answer;
  }

  reply(path: string, reply: Reply): void {
    this.world.answers.set(path, () => reply);
  }

  /** A server of 2025-03-26: no resource document, and its origin is the authorization server. */
  furnishLegacy(changes: Record<string, unknown> = {}): void {
    this.challengeWith(undefined);
    this.world.answers.delete(resourceAddress);
    this.move(issuerAddress, legacyAddress);
    this.world.alter(legacyAddress, { issuer: this.world.origin, ...changes });
  }

  /** Serves this world at the addresses of others, as the name of a public server would. */
  standFor(...origins: readonly string[]): void {
    this.fetch = (url, init) => {
      const origin = origins.find((one) => url.startsWith(`${one}/`));
      return fetch(origin === undefined ? url : this.world.origin + url.slice(origin.length), init);
    };
  }
}
