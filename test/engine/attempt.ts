/** What the tests of a sign-in share: a fresh world and desk for each test, and how a failure has to look. */
import assert from 'node:assert/strict';
import { after, beforeEach } from 'node:test';
import { AuthError, type AuthErrorCode } from '../../src/oauth/authError.ts';
import type { Server } from '../../src/servers/server.ts';
import { within } from '../support/deadline.ts';
import { Desk, serverAt } from './desk.ts';
import { World } from './world.ts';

export const issuerDocument = '/.well-known/oauth-authorization-server/as';
export const resourceDocument = '/.well-known/oauth-protected-resource/mcp';

/** The world and desk of the test that runs. */
export class Attempt {
  world!: World;
  desk!: Desk;
  private readonly worlds: World[] = [];

  constructor() {
    beforeEach(() => this.renew());
    after(() => Promise.all(this.worlds.map((world) => world.close())));
  }

  async renew(): Promise<void> {
    this.world = await this.anotherWorld();
    this.desk = new Desk(this.world);
  }

  /** A world beside that of the test, which is closed with it. */
  async anotherWorld(): Promise<World> {
    const world = await World.start();
    this.worlds.push(world);
    return world;
  }

  /** What the person was asked with last. */
  get asked(): URLSearchParams {
    return new URL(this.desk.opened.at(-1) ?? '').searchParams;
  }

  /** Signs in, to the world's server by default. */
  async signIn(changes: Partial<Server> = {}) {
    const session = await this.desk.open(serverAt(this.world.mcpUrl, changes));
    return { session, result: await session.signIn() };
  }

  /** Leaves an attempt on record whose window is gone, and tells the answer to it. */
  async leaveWaiting(): Promise<{ readonly received: string }> {
    const { desk, world } = this;
    const opened = desk.opened.length;
    const { person } = desk;
    desk.person = () => undefined;
    const session = await desk.open(serverAt(world.mcpUrl));
    const result = session.signIn();
    await until(() => desk.opened.length > opened);
    desk.person = person;
    const [key = ''] = desk.records.keysOf('pending');
    const text = desk.records.records.get(key) ?? '';
    session.cancelSignIn();
    await result;
    session.dispose();
    desk.records.records.set(key, text);
    return { received: world.visit(desk.opened[opened] ?? '') };
  }

  /** Signs in and expects this failure, as a rejection and as the state, with nothing left behind. */
  async failsWith(code: AuthErrorCode): Promise<AuthError> {
    const session = await this.desk.open(serverAt(this.world.mcpUrl));
    const error = await session.signIn().then(
      (result) => assert.fail(`It ended in ${result}.`),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof AuthError, String(error));
    assert.equal(error.code, code);
    const { state } = session;
    assert.ok(state.kind === 'error' || state.kind === 'needs_client_registration', state.kind);
    assert.equal(state.error, error);
    assert.equal(this.desk.records.keyOf('grant'), undefined);
    assert.equal(this.desk.records.keyOf('pending'), undefined);
    assert.equal(this.desk.clock.pendingTimers, 0);
    return error;
  }
}

/** Lets whatever nobody waits for go on until something has come true. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** The same for what may not come true: it fails with `otherwise` then. */
export async function untilSoon(condition: () => boolean, otherwise: string): Promise<void> {
  let isOver = false;
  const waiting = until(() => isOver || condition());
  await within(10_000, otherwise, waiting).finally(() => (isOver = true));
}
