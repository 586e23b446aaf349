/** A world whose authorization server is known as another, as the tests of known habits play it. */
import assert from 'node:assert/strict';
import { AuthError } from '../../src/oauth/authError.ts';
import { knownService, type KnownService } from '../../src/oauth/habits.ts';
import type { OAuthSettings } from '../../src/servers/server.ts';
import type { GrantRecord } from '../../src/session/records.ts';
import { Attempt, issuerDocument, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import type { World } from './world.ts';

export class KnownStand extends Attempt {
  /** @returns how it ended, or the code of the failure. */
  async outcome(oauth: OAuthSettings = {}): Promise<unknown> {
    const session = await this.desk.open(serverAt(this.world.mcpUrl, { oauth }));
    return session.signIn().catch((thrown: unknown) => (thrown instanceof AuthError ? thrown.code : thrown));
  }

  /** The habits that are kept with the grant of the last sign-in, each of them logged. */
  followed(): readonly string[] {
    const { records, log } = this.desk;
    const { habits = [] } = JSON.parse(
      records.records.get(records.keyOf('grant') ?? '') ?? '',
    ) as GrantRecord;
    const line = log.findLast((one) => one.startsWith('habits_followed')) ?? '';
    for (const habit of habits) assert.ok(line.includes(habit), habit);
    return habits;
  }

  /** From now on whoever has the host of a world is known as this service. */
  know(service: KnownService, { origin }: World = this.world): void {
    const { host } = new URL(origin);
    this.desk.knownService = (...hosts) => (hosts.includes(host) ? service : undefined);
  }

  /** Lets the authorization server be at the root, called by one name and calling itself by another. */
  moveToRoot(called: string, issuer: string): void {
    const { world } = this;
    const answer = world.answers.get(issuerDocument);
    const atRoot = '/.well-known/oauth-authorization-server';
    world.answers.set(atRoot, (request) => answer?.(request) ?? {});
    world.alter(atRoot, { issuer });
    world.alter(resourceDocument, { authorization_servers: [called] });
    world.redirect = (request) => ({ ...world.allow(request), iss: issuer });
  }

  /** Refuses every authorization request that the server does not like. */
  refuse(judge: (request: URLSearchParams) => string | undefined): void {
    const { world } = this;
    const { redirect } = world;
    world.redirect = (request) => {
      const error = judge(request);
      return error === undefined ? redirect(request) : { error, state: request.get('state') ?? '' };
    };
  }
}

/** A service of the table, by a host of its own. */
export function serviceAt(host: string): KnownService {
  const service = knownService(host);
  assert.ok(service, host);
  return service;
}
