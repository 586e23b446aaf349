/** A sign-in that is kept up: from an hour ago, with an authorization server that answers in its own way by now. */
import assert from 'node:assert/strict';
import type { Session } from '../../src/session/session.ts';
import { Sessions } from '../../src/session/sessions.ts';
import type { Attempt } from './attempt.ts';
import { serverAt } from './desk.ts';
import type { Reply } from './world.ts';

export const hourMs = 3_600_000;

export class UpkeepStand {
  private readonly attempt: Attempt;

  constructor(attempt: Attempt) {
    this.attempt = attempt;
  }

  /** How often new tokens were asked for since the sign-in. */
  get tokenRequests(): number {
    return this.attempt.world.sent('/as/token').length - 1;
  }

  /** Signed in an hour ago and followed by the one timer; the token endpoint then answers in this way. */
  async anHourAgo(answer: () => Reply): Promise<{ sessions: Sessions; session: Session }> {
    const { world, desk } = this.attempt;
    world.givesRefreshTokens = true;
    const sessions = new Sessions(desk.ports);
    await sessions.update([serverAt(world.mcpUrl)]);
    const session = sessions.find('notes');
    assert.ok(session);
    await session.signIn();
    desk.clock.advance(hourMs);
    world.answers.set('/as/token', answer);
    return { sessions, session };
  }
}

/** The state, which is that of a server that cannot be reached for now. */
export function offline({ state }: Session) {
  assert.ok(state.kind === 'offline', state.kind);
  return state;
}
