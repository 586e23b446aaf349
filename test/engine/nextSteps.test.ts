// What a person is told to do next: by failures, by rows of the tree, by the command that copies redirect URIs.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { AuthError, type AuthErrorCode } from '../../src/oauth/authError.ts';
import type { clientSecretMessages, redirectUriMessages } from '../../src/vscode/messages/commands.ts';
import type { failureNotice, failureSentence } from '../../src/vscode/messages/failures.ts';
import type { problemWords } from '../../src/vscode/messages/servers.ts';
import type { stateWords } from '../../src/vscode/messages/states.ts';
import { loadMessages } from './messages.ts';

interface Messages {
  readonly clientSecretMessages: typeof clientSecretMessages;
  readonly redirectUriMessages: typeof redirectUriMessages;
  readonly failureNotice: typeof failureNotice;
  readonly failureSentence: typeof failureSentence;
  readonly problemWords: typeof problemWords;
  readonly stateWords: typeof stateWords;
}

describe('What a person is told to do next', () => {
  let messages: Messages;
  before(async () => {
    messages = (await loadMessages('commands', 'failures', 'servers', 'states')) as Messages;
  });
  const say = (code: AuthErrorCode, facts: AuthError['facts'] = {}) =>
    messages.failureSentence(new AuthError(code, facts));

  it('is where the secret of a client goes that was registered by hand (field case 7)', () => {
    for (const code of ['registration_closed', 'registration_refused', 'client_refused'] as const)
      assert.match(say(code, { host: 'login.example' }), /“MCP OAuth: Set Client Secret…”/, code);
  });

  it('fits into a notification where a page of ours has the rest (field case 7)', () => {
    const facts = {
      host: 'login.example',
      serverWords: 'Only approved partners may register. '.repeat(8),
      redirectUris: ['https://relay.example/back'],
    };
    for (const code of ['registration_closed', 'registration_refused'] as const) {
      const error = new AuthError(code, facts);
      assert.ok(messages.failureNotice(error).length < 120, messages.failureNotice(error));
      assert.match(messages.failureNotice(error), /login\.example .*by hand/);
      assert.match(say(code, facts), /approved partners.*“https:\/\/relay\.example\/back”/, 'elsewhere');
    }
    const scopes = new AuthError('registration_refused', { ...facts, setting: 'scopes' });
    assert.equal(messages.failureNotice(scopes), messages.failureSentence(scopes), 'no page helps with it');
    const denied = new AuthError('access_denied', facts);
    assert.equal(messages.failureNotice(denied), messages.failureSentence(denied));
  });

  it('is where the key of a server goes that has no sign-in (field case 17)', () => {
    assert.match(say('resource_metadata_missing', { host: 'mcp.example' }), /“Authorization”.*“headers”/);
  });

  it('is to register what was not taken, or to choose another way back (field case 5)', () => {
    const sentence = say('redirect_refused', { redirectUris: ['https://relay.example/back'] });
    assert.match(sentence, /“oauth\.redirect”.*“https:\/\/relay\.example\/back”$/);
  });

  it('does not call a port taken that the system does not allow', () => {
    const sentence = say('redirect_unavailable', { setting: 'redirectPort', host: '127.0.0.1:80' });
    assert.match(sentence, /is in use or not allowed: 127\.0\.0\.1:80/);
  });

  it('names both settings that an invalid request may be about (field case 12, Entra ID)', () => {
    const sentence = say('authorization_failed', { setting: 'authorizationParameters' });
    assert.match(
      sentence,
      /“oauth\.authorizationParameters” to \{ "prompt": "" \}.*“oauth\.resource” to false/,
    );
  });

  it('is not to find a client id where there is one', () => {
    const words = (code: AuthErrorCode) =>
      messages.stateWords({ kind: 'needs_client_registration', error: new AuthError(code) });
    for (const code of ['registration_closed', 'registration_refused'] as const)
      assert.equal(words(code), 'needs a client id');
    for (const code of ['client_refused', 'client_issuer_mismatch', 'redirect_refused'] as const)
      assert.equal(words(code), 'client is not accepted');
  });

  it('speaks of no member of an entry that it does not have', () => {
    const source = { scope: 'user' } as const;
    const words = (member: string) =>
      messages.problemWords({ name: 'notes', member, reason: 'unusable', source });
    assert.equal(words('oauth.issuer'), '“oauth.issuer” in the settings is not usable');
    assert.match(words('name'), /^this name .*100 characters/);
    assert.match(words('entry'), /^this entry /);
    assert.match(words('oauth.assertionFile'), /absolute path.*user settings/);
  });

  it('says whom a secret is for that is to be entered, or that the sign-in settles it (checklist 4.17)', () => {
    const { prompt } = messages.clientSecretMessages;
    assert.match(prompt('mine', 'login.example'), /“mine” at login\.example, .* to no other /);
    assert.match(prompt('mine', undefined), /“mine”, .* the authorization server that the sign-in leads to/);
  });

  it('is to register exactly what was copied (field case 7)', () => {
    const { copied } = messages.redirectUriMessages;
    assert.match(
      copied('notes', ['vscode://mcp-oauth.mcp-oauth/callback']),
      /: vscode:\/\/mcp-oauth\.mcp-oauth\/callback$/,
    );
  });
});
