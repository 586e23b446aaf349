/** What the tests of several accounts share: people who sign in to the world, and what the server sees of whom. */
import assert from 'node:assert/strict';
import type { AccountChoice, Session } from '../../src/session/session.ts';
import { Attempt, issuerDocument } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';

export const people = {
  ada: { sub: 'u-1', preferred_username: 'ada' },
  grace: { sub: 'u-2', preferred_username: 'grace' },
  linus: { sub: 'u-3', preferred_username: 'linus' },
};
export type Name = keyof typeof people;

export class AccountStand extends Attempt {
  /** Signs in as this person, in place of the active account or as `account` says. */
  async signInAs(session: Session, name: Name, account?: AccountChoice): Promise<void> {
    this.world.account = people[name];
    assert.equal(await session.signIn(undefined, account), 'granted');
  }

  openAt(desk: Desk): Promise<Session> {
    return desk.open(serverAt(this.world.mcpUrl));
  }

  /** Signed in as each, one after the other; the server can revoke what it gives. */
  async signedInAs(first: Name, ...further: readonly Name[]): Promise<Session> {
    this.mayRevoke();
    const session = await this.openAt(this.desk);
    await this.signInAs(session, first);
    for (const name of further) {
      this.desk.clock.advance(1_000);
      await this.signInAs(session, name, 'another');
    }
    return session;
  }

  mayRevoke(): void {
    this.world.alter(issuerDocument, { revocation_endpoint: `${this.world.issuer}/revoke` });
    this.world.answers.set('/as/revoke', () => ({ body: '' }));
  }

  /** The window of another workspace at the same moment, or with `preferred` of the same one. */
  otherDesk(preferred: ReadonlyMap<string, string> = new Map()): Desk {
    const desk = new Desk(this.world, this.desk.records);
    desk.clock.advance(this.desk.clock.now() - desk.clock.now());
    for (const [server, key] of preferred) desk.preferred.set(server, key);
    return desk;
  }

  /** Whose token the server gets to see with a request. */
  async caller(session: Session, key?: string): Promise<unknown> {
    const authorization = await session.authorization(key);
    assert.ok(authorization.kind === 'token', authorization.kind);
    const address = new URL(session.server.url);
    const headers = await authorization.headersFor('POST', address);
    await (await fetch(address, { method: 'POST', headers, body: '{}' })).text();
    return ownerOf(this.world.sent('/mcp').at(-1)?.headers.authorization);
  }

  /** Whose tokens the server was told to take back, in order; refresh tokens as they are. */
  get revoked(): unknown[] {
    const tokens = this.world
      .sent('/as/revoke')
      .map(({ body }) => new URLSearchParams(body).get('token') ?? '');
    return tokens.map((token) => (token.startsWith('refresh-') ? token : ownerOf(token)));
  }
}

export const names = (session: Session) => session.accounts.map(({ account }) => account.label).sort();

export function keyFor(session: Session, name: Name): string {
  const found = session.accounts.find(({ account }) => account.label === name);
  return found?.key ?? assert.fail(`Nobody is ${name}.`);
}

/** Who is used, as the accounts and the state tell it. */
export function usedIn(session: Session): string {
  const { state } = session;
  const active = session.accounts.find(({ isActive }) => isActive);
  assert.ok(state.kind === 'connected' && state.account.label === active?.account.label, state.kind);
  return active.account.label;
}

function ownerOf(token = ''): unknown {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
  return 'preferred_username' in claims ? claims.preferred_username : undefined;
}
