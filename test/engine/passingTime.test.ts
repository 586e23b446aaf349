// Expiry, one timer for all servers, and clocks that jump, sleep or are wrong (field cases 13, 31).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Session } from '../../src/session/session.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Attempt } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';

const attempt = new Attempt();
const [minuteMs, hourMs] = [60_000, 3_600_000];

/** Followed by the one timer and signed in to. */
async function signedIn(): Promise<{ sessions: Sessions; session: Session }> {
  const sessions = new Sessions(attempt.desk.ports);
  await sessions.update([serverAt(attempt.world.mcpUrl)]);
  const session = sessions.find('notes');
  assert.ok(session);
  await session.signIn();
  return { sessions, session };
}

const tokenRequests = () => attempt.world.sent('/as/token').length - 1;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function until(session: Session, kind: Session['state']['kind']): Promise<void> {
  while (session.state.kind !== kind) await nextTurn();
}

/** Lets time go by as it does while the computer is awake. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= minuteMs) attempt.desk.clock.advance(Math.min(left, minuteMs));
}

describe('A grant without a refresh token', () => {
  for (const [expiry, endsAfterMs] of [
    [3600, hourMs],
    ['3600', hourMs],
    [2_592_000, 720 * hourMs],
  ] as const) {
    it(`that lasts ${JSON.stringify(expiry)} seconds is expired then, without an attempt (field case 13)`, async () => {
      const answer = attempt.world.answers.get('/as/token');
      attempt.world.answers.set('/as/token', (request) => {
        const reply = answer?.(request) ?? {};
        return { ...reply, body: { ...(reply.body as object), expires_in: expiry } };
      });
      const { session } = await signedIn();
      pass(endsAfterMs - 1);
      assert.equal(session.state.kind, 'connected');
      pass(1_000);
      assert.deepEqual(session.state.kind, 'expired');
      assert.equal((await session.authorization()).kind, 'blocked');
      assert.equal(tokenRequests(), 0);
    });
  }

  for (const expiry of [undefined, 0, -5, 'soon', null, 1e300]) {
    it(`that lasts ${String(expiry)} seconds is used until the server says otherwise (field case 13, checklist 10.3)`, async () => {
      const answer = attempt.world.answers.get('/as/token');
      attempt.world.answers.set('/as/token', (request) => {
        const reply = answer?.(request) ?? {};
        return { ...reply, body: { ...(reply.body as object), expires_in: expiry } };
      });
      const { session } = await signedIn();
      pass(48 * hourMs);
      assert.equal(session.state.kind, 'connected');
      assert.equal((await session.authorization()).kind, 'token');
    });
  }
});

describe('The timer', () => {
  it('does not ring each second for what has run out and nobody uses', async () => {
    attempt.world.givesRefreshTokens = true;
    const { clock, ports } = attempt.desk;
    let rings = 0;
    const counting = {
      now: () => clock.now(),
      after: (ms: number, callback: () => void) =>
        clock.after(ms, () => {
          rings += 1;
          callback();
        }),
    };
    const sessions = new Sessions({ ...ports, clock: counting });
    await sessions.update([serverAt(attempt.world.mcpUrl)]);
    await sessions.find('notes')?.signIn();
    clock.advance(hourMs + 1);
    rings = 0;
    for (let second = 0; second < 600; second++) clock.advance(1_000);
    assert.ok(rings > 0 && rings <= 11, `${rings} times in ten minutes`);
  });

  it('is one for all servers, and none where nothing can run out', async () => {
    const { sessions } = await signedIn();
    const servers = [1, 2, 3].map((number) =>
      serverAt(`${attempt.world.mcpUrl}?n=${number}`, { name: `n${number}` }),
    );
    await sessions.update([serverAt(attempt.world.mcpUrl), ...servers]);
    assert.equal(attempt.desk.clock.pendingTimers, 1);
    await sessions.update(servers);
    assert.equal(attempt.desk.clock.pendingTimers, 0);
  });

  it('renews nothing that nobody uses', async () => {
    attempt.world.givesRefreshTokens = true;
    const { session } = await signedIn();
    pass(5 * hourMs);
    await nextTurn();
    assert.equal(session.state.kind, 'connected');
    assert.equal(tokenRequests(), 0);
  });

  it('stops with the window', async () => {
    const { sessions } = await signedIn();
    sessions.dispose();
    assert.equal(attempt.desk.clock.pendingTimers, 0);
  });
});

describe('A computer that slept', () => {
  it('renews on wake what was in use, once, so that the first call need not wait (field case 31)', async () => {
    attempt.world.givesRefreshTokens = true;
    const { session } = await signedIn();
    await session.authorization();
    const before = session.accessToken;
    attempt.desk.clock.advance(9 * hourMs);
    while (session.accessToken === before) await nextTurn();
    await session.authorization();
    assert.equal(tokenRequests(), 1);
  });

  it('renews once, however many windows wake (field case 31)', async () => {
    attempt.world.givesRefreshTokens = true;
    const { session } = await signedIn();
    const otherDesk = new Desk(attempt.world, attempt.desk.records);
    const others = new Sessions(otherDesk.ports);
    await others.update([serverAt(attempt.world.mcpUrl)]);
    const other = others.find('notes');
    await Promise.all([session.authorization(), other?.authorization()]);
    for (const { clock } of [attempt.desk, otherDesk]) clock.advance(9 * hourMs);
    await Promise.all([session.authorization(), other?.authorization()]);
    await Promise.all([session.settled(), other?.settled()]);
    assert.equal(tokenRequests(), 1);
    assert.equal(session.accessToken, other?.accessToken);
  });

  it('leaves alone what nobody used', async () => {
    attempt.world.givesRefreshTokens = true;
    await signedIn();
    attempt.desk.clock.advance(9 * hourMs);
    await nextTurn();
    assert.equal(tokenRequests(), 0);
  });

  it('sees at once what has run out', async () => {
    const { session } = await signedIn();
    attempt.desk.clock.advance(9 * hourMs);
    assert.equal(session.state.kind, 'expired');
  });

  it('tries at once what was offline, whatever the pause', async () => {
    attempt.world.givesRefreshTokens = true;
    const { session } = await signedIn();
    pass(hourMs);
    const answer = attempt.world.answers.get('/as/token');
    attempt.world.answers.set('/as/token', () => ({ status: 503, headers: { 'retry-after': '86400' } }));
    await session.authorization();
    assert.equal(session.state.kind, 'offline');
    if (answer !== undefined) attempt.world.answers.set('/as/token', answer);
    attempt.desk.clock.advance(9 * hourMs);
    await until(session, 'connected');
  });
});

describe('A clock that was wrong', () => {
  it('and was set back makes no token last longer: it is replaced with the next call', async () => {
    attempt.world.givesRefreshTokens = true;
    const { session } = await signedIn();
    attempt.desk.clock.advance(-48 * hourMs);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(tokenRequests(), 1);
    await session.authorization();
    assert.equal(tokenRequests(), 1, 'once');
  });

  it('and is a little slow is no reason to replace anything', async () => {
    attempt.world.givesRefreshTokens = true;
    const { session } = await signedIn();
    attempt.desk.clock.advance(-30_000);
    await session.authorization();
    assert.equal(tokenRequests(), 0);
  });

  it('holds up no further try: a pause that was begun in the future is over', async () => {
    attempt.world.givesRefreshTokens = true;
    const { session } = await signedIn();
    attempt.desk.clock.advance(48 * hourMs);
    const answer = attempt.world.answers.get('/as/token');
    attempt.world.answers.set('/as/token', () => ({ status: 503 }));
    await session.authorization();
    attempt.desk.clock.advance(-48 * hourMs);
    if (answer !== undefined) attempt.world.answers.set('/as/token', answer);
    attempt.desk.clock.advance(hourMs);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(session.state.kind, 'connected');
  });

  it('and was ahead leaves nothing expired that works, once it is right again', async () => {
    const { session } = await signedIn();
    attempt.desk.clock.advance(2 * hourMs);
    assert.equal(session.state.kind, 'expired');
    attempt.desk.clock.advance(1_000 - 2 * hourMs);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(session.state.kind, 'connected');
  });

  it('keeps no attempt alive beyond its ten minutes (checklist 7.6)', async () => {
    const { desk, world } = attempt;
    desk.person = () => undefined;
    const session = await desk.open(serverAt(world.mcpUrl));
    const result = session.signIn();
    while (desk.opened.length === 0) await nextTurn();
    const other = new Desk(world, desk.records);
    other.clock.advance(-48 * hourMs);
    assert.equal(await new Sessions(other.ports).claim(world.visit(desk.opened[0] ?? '')), undefined);
    session.cancelSignIn();
    await result;
  });
});
