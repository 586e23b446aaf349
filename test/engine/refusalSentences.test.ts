// What an MCP client is told in place of an answer: a sentence for each state, with the command that helps.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { AuthError, type AuthErrorCode } from '../../src/oauth/authError.ts';
import type { SessionState } from '../../src/session/state.ts';
import type { invitationMessages } from '../../src/vscode/messages/questions.ts';
import type { refusalSentences } from '../../src/vscode/messages/states.ts';
import { loadMessages } from './messages.ts';

interface Messages {
  readonly refusalSentences: typeof refusalSentences;
  readonly invitationMessages: typeof invitationMessages;
}

const root = path.resolve(import.meta.dirname, '../..');

const account = { id: 'ada', label: 'ada' };
const failed = (code: AuthErrorCode) => new AuthError(code, { host: 'login.example' });
const grant = { account, scopes: [], expiresAtMs: undefined, renewable: true };
const retryAtMs = new Date().setHours(12, 34, 0, 0);
const signIn = 'MCP OAuth: Sign In…';
const openSettings = 'MCP OAuth: Open Settings';

describe('What is said in place of an answer', () => {
  let messages: Messages;
  before(async () => {
    messages = (await loadMessages('questions', 'states')) as Messages;
  });

  /** Each state that blocks a request, the words that have to be there, and the command. */
  const blocking: readonly (readonly [SessionState, RegExp, string])[] = [
    [{ kind: 'needs_auth', reason: 'never_signed_in' }, /needs sign-in/, signIn],
    [{ kind: 'needs_auth', reason: 'signed_out' }, /signed out/, signIn],
    [{ kind: 'needs_auth', reason: 'settings_changed' }, /settings changed/, signIn],
    [{ kind: 'needs_auth', reason: 'address_changed' }, /address changed/, signIn],
    [{ kind: 'expired', reason: 'ran_out', account }, /has run out/, signIn],
    [{ kind: 'expired', reason: 'rejected', account, host: 'mcp.example' }, /mcp\.example no longer/, signIn],
    [{ kind: 'error', error: failed('timed_out') }, /login\.example did not answer/, signIn],
    [{ kind: 'error', error: failed('resource_mismatch') }, /oauth\.resource/, openSettings],
    [{ kind: 'error', error: failed('unexpected') }, /should not happen/, 'MCP OAuth: Show Log'],
    [
      { kind: 'error', error: failed('client_secret_missing') },
      /secret or a private key/,
      'MCP OAuth: Set Client Secret…',
    ],
    [
      { kind: 'needs_client_registration', error: failed('registration_closed') },
      /oauth\.clientId/,
      openSettings,
    ],
  ];

  it('names the server, the reason and exactly one command at its end, which there is (field case 24)', () => {
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as object;
    const titles = new Set(Object.values(manifest).map((title) => `MCP OAuth: ${String(title)}`));
    for (const [state, words, command] of blocking) {
      const sentence = messages.refusalSentences.blocked('Linear', state);
      assert.match(sentence, /^“Linear”/, JSON.stringify(state));
      assert.match(sentence, words);
      assert.ok(sentence.endsWith(` Run the command “${command}” in VS Code.`), sentence);
      assert.ok(titles.has(command), command);
    }
  });

  it('names no command where the person is at it already', () => {
    const before = { kind: 'needs_auth', reason: 'signed_out' } as const;
    const state = { kind: 'authorizing', before, host: 'login.example' } as const;
    assert.equal(
      messages.refusalSentences.blocked('Linear', state),
      '“Linear” waits for you to finish the sign-in in your browser.',
    );
  });

  it('says who is out of reach and when the next try is (field case 3)', () => {
    const error = new AuthError('unreachable', { host: 'login.example' });
    const state = { kind: 'offline', ...grant, error, retryAtMs } as const;
    for (const sentence of [
      messages.refusalSentences.unreachable('Linear', state),
      messages.refusalSentences.blocked('Linear', state),
    ]) {
      assert.match(sentence, /“Linear”.* login\.example cannot be reached\..* the next try is at 12:34/);
      assert.doesNotMatch(sentence, /Sign In/);
    }
    assert.match(messages.refusalSentences.unreachable('Linear'), /“Linear” cannot be reached/);
  });

  it('invites with the button that helps', () => {
    const invited = blocking.map(([state]) => {
      assert.ok(state.kind !== 'no_auth' && state.kind !== 'authorizing');
      assert.ok(state.kind !== 'connected' && state.kind !== 'offline');
      const { one, act } = messages.invitationMessages;
      return [one('Linear', state), act(state)] as const;
    });
    assert.deepEqual(
      invited.map(([, button]) => button),
      [
        ...['Sign In', 'Sign In', 'Sign In', 'Sign In', 'Sign In Again', 'Sign In Again'],
        ...['Try Again', 'Open Settings', 'Show Log', 'Set Client Secret', 'Configure Client'],
      ],
    );
    assert.equal(invited[0]?.[0], '“Linear” needs you to sign in.');
    assert.match(
      invited[2]?.[0] ?? '',
      /^“Linear” needs you to sign in\. You are signed in, but for another/,
    );
    assert.match(
      invited[4]?.[0] ?? '',
      /^“Linear” needs you to sign in again\. The sign-in of ada has run out/,
    );
    assert.match(invited[7]?.[0] ?? '', /^“Linear” cannot be used as it is\. .*oauth\.resource/);
  });

  it('names a few of many servers (field case 24)', () => {
    const { many } = messages.invitationMessages;
    assert.equal(many(['a', 'b', 'c']), '3 MCP servers need you to sign in: a, b, c.');
    const names = Array.from({ length: 20 }, (_, number) => `s${number}`);
    assert.equal(many(names), '20 MCP servers need you to sign in: s0, s1, s2, s3, s4 and 15 more.');
  });
});
