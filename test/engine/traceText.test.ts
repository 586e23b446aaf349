// How a trace reads.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuthError, liftingSettings, type AuthErrorCode } from '../../src/oauth/authError.ts';
import { failureRules } from '../../src/oauth/decision.ts';
import type { SessionState } from '../../src/session/state.ts';
import { Attempt, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import { failureLines, traceOf, traceText } from './traceTexts.ts';

const attempt = new Attempt();

describe('The text of a trace', () => {
  const state: SessionState = { kind: 'needs_auth', reason: 'never_signed_in' };

  it('says how to come by one where nothing was tried', () => {
    const text = traceText({ name: 'notes', url: 'https://mcp.example', state, traces: [] }, 0);
    assert.match(text, /Nothing was tried since this window was opened\..*“MCP OAuth: Sign In…”/);
  });

  it('tells for every failure what to try, and which setting bears on it', () => {
    for (const code of Object.keys(failureRules) as AuthErrorCode[]) {
      const error = new AuthError(code, { host: 'as.example' });
      const text = failureLines(error).join('\n');
      assert.match(text, new RegExp(`✗ .*It stopped here: ${code}`), code);
      assert.match(text, /What to try: \S/, code);
      const setting = (liftingSettings as Partial<Record<AuthErrorCode, string>>)[code];
      if (setting !== undefined)
        assert.match(text.replace(/\s+/g, ' '), new RegExp(`The setting is “oauth\\.${setting}”\\.`), code);
    }
    const wanting = new AuthError('grant_not_configured', { setting: 'clientId' });
    assert.match(failureLines(wanting).join('\n'), /“oauth\.clientId”/);
  });

  it('does not say that the server has nothing against a client where it could not be asked (checklist 10.5)', async () => {
    const { session } = await attempt.signIn();
    attempt.desk.clock.advance(601_000);
    attempt.world.answers.set('/as/authorize', () => ({ body: 'x'.repeat(2_000_000) }));
    assert.equal(await session.signIn(), 'granted');
    assert.match(traceOf(session), /The server could not be asked beforehand/);
    assert.doesNotMatch(traceOf(session), /has nothing against the client/);
  });

  it('stays lines of text whatever a server sends', async () => {
    const hostile = 'a\u202e\u0000\r\n✗ 1.1  It stopped here: [x](command:evil) <img src=x>';
    attempt.world.alter(resourceDocument, { scopes_supported: [hostile] });
    attempt.world.answers.set('/mcp', () => ({ status: 401, headers: { 'www-authenticate': 'Bearer' } }));
    attempt.world.redirect = (request) => ({
      error: hostile,
      error_description: hostile,
      state: request.get('state') ?? '',
      iss: attempt.world.issuer,
    });
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await assert.rejects(session.signIn());
    const text = traceOf(session);
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]|\]\(/u);
    const marks = text.split('\n').filter((line) => line.trimStart().startsWith('✗'));
    assert.equal(marks.length, 1, 'A line of its own is nobody’s but ours.');
  });
});
