import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuthError } from '../../src/oauth/authError.ts';
import { logLine, type LogFields } from '../../src/session/logLine.ts';
import { logFailure } from '../../src/session/ports.ts';

describe('A line of the log', () => {
  it('tells what failed and in which words', () => {
    const lines: string[] = [];
    const log = {
      info: () => undefined,
      error: (event: string, fields: LogFields) => void lines.push(logLine(event, fields)),
    };
    const facts = { host: 'as.example', serverCode: 'invalid_grant', redirectUris: ['a:b', 'c:d'] };
    logFailure(log, 'sign_in_failed', 'notes', new AuthError('token_refused', facts));
    assert.deepEqual(lines, [
      'sign_in_failed server="notes" failure="token_refused" host="as.example" serverCode="invalid_grant" redirectUris="a:b c:d"',
    ]);
  });

  it('hides what its name says is secret (invariant 1)', () => {
    for (const name of [
      'accessToken',
      'refresh_token',
      'clientSecret',
      'codeVerifier',
      'Authorization',
      'cookie',
      'state',
      'code',
    ]) {
      assert.equal(logLine('x', { [name]: 'value-1' }), `x ${name}="[hidden]"`.replaceAll('"', ''));
    }
  });

  it('names causes without their messages, which may quote what a server sent', () => {
    const cause = new TypeError('secret-1', {
      cause: Object.assign(new Error('secret-2'), { code: 'ECONNREFUSED' }),
    });
    const line = logLine('failed', {}, cause);
    assert.match(line, /TypeError .* < Error ECONNREFUSED/);
    assert.doesNotMatch(line, /secret-/);
  });

  it('stays one line', () => {
    assert.doesNotMatch(logLine('x', { host: 'a\nb' }), /\n/);
  });
});
