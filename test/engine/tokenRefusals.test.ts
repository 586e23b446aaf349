// How token endpoints say no that do not do it as RFC 6749 §5.2 has it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Session } from '../../src/session/session.ts';
import { Attempt } from './attempt.ts';
import { serverAt } from './desk.ts';
import type { Reply } from './world.ts';

const attempt = new Attempt();
const hourMs = 3_600_000;

/** Signed in with a refresh token, and due for a renewal. */
async function due(): Promise<Session> {
  attempt.world.givesRefreshTokens = true;
  const { session } = await attempt.signIn();
  attempt.desk.clock.advance(hourMs);
  return session;
}

function tokenForms(): readonly URLSearchParams[] {
  return attempt.world.sent('/as/token').map(({ body }) => new URLSearchParams(body));
}

describe('A refresh that is refused for its scopes', () => {
  /** The scopes go out with every refresh, as some servers want them (field case 22). */
  function refuseScopes(body: object): void {
    const { answers } = attempt.world;
    const token = answers.get('/as/token');
    assert.ok(token);
    answers.set('/as/token', (request) => {
      const form = new URLSearchParams(request.body);
      const isRefused = form.get('grant_type') === 'refresh_token' && form.has('scope');
      return isRefused ? { status: 400, body } : token(request);
    });
  }

  for (const [error, words] of [
    ['invalid_request', 'scope parameter not supported'],
    ['invalid_scope', 'The requested scope is invalid.'],
  ])
    it(`goes on without them: ${error} (RFC 6749 §6)`, async () => {
      refuseScopes({ error, error_description: words });
      const session = await due();
      assert.equal((await session.authorization()).kind, 'token');
      assert.deepEqual(
        tokenForms().map((form) => form.has('scope')),
        [false, true, false],
      );
      assert.equal(new Set(tokenForms().map((form) => form.get('refresh_token'))).size, 2);
    });

  for (const [error, words] of [
    ['invalid_request', 'The refresh token is invalid.'],
    ['invalid_grant', 'No such scope for this token.'],
  ])
    it(`and one that is refused for something else is sent once: ${error} (checklist 11.2)`, async () => {
      refuseScopes({ error, error_description: words });
      const session = await due();
      assert.equal((await session.authorization()).kind, 'blocked');
      assert.equal(tokenForms().length, 2);
      assert.equal(session.state.kind, 'expired');
    });
});

describe('A refresh that is refused', () => {
  const words: Record<string, Reply> = {
    FastAPI: { status: 401, body: { detail: 'Invalid refresh token' } },
    NestJS: { status: 400, body: { message: ['Invalid refresh token'], statusCode: 400 } },
    Google: {
      status: 400,
      body: { error: { status: 'INVALID_ARGUMENT', message: 'Invalid refresh token' } },
    },
    Okta: { status: 401, body: { errorCode: 'E0000011', errorSummary: 'Invalid refresh token' } },
  };
  for (const [who, reply] of Object.entries(words))
    it(`in a shape of its own waits for a person, with those words: ${who} (field case 27)`, async () => {
      const session = await due();
      attempt.world.answers.set('/as/token', () => reply);
      assert.equal((await session.authorization()).kind, 'blocked');
      const { state } = session;
      assert.ok(state.kind === 'error');
      assert.equal(state.error.facts.serverWords, 'Invalid refresh token');
      // Nothing is lost: it may be mended.
      assert.equal(session.accounts.length, 1);
    });

  for (const reply of [
    { status: 400, body: { status: 'BAD_REFRESH_TOKEN', message: 'missing or invalid refresh token' } },
    { body: { error: 'bad_refresh_token' } },
    { body: { ok: false, error: 'invalid_refresh_token' } },
  ])
    it(`under a name of its own is over: ${JSON.stringify(reply.body)} (field case 27)`, async () => {
      const session = await due();
      attempt.world.answers.set('/as/token', () => reply);
      assert.equal((await session.authorization()).kind, 'blocked');
      assert.equal(session.state.kind, 'expired');
    });

  for (const status of [403, 404, 500])
    it(`with ${status} by something in front of the server is tried again (field case 3)`, async () => {
      const session = await due();
      attempt.world.answers.set('/as/token', () => ({ status, body: { message: 'Forbidden' } }));
      assert.equal((await session.authorization()).kind, 'unavailable');
      assert.equal(session.state.kind, 'offline');
    });
});

describe('A code that is refused in a shape of its own', () => {
  it('is told in the words of the server', async () => {
    attempt.world.answers.set('/as/token', () => ({ status: 401, body: { message: 'No such tenant' } }));
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await assert.rejects(session.signIn(), { code: 'token_refused' });
    assert.ok(session.state.kind === 'error');
    assert.equal(session.state.error.facts.serverWords, 'No such tenant');
  });
});
