import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import esbuild from 'esbuild';
import { AuthError, liftingSettings, type AuthErrorCode } from '../../src/oauth/authError.ts';

const file = path.resolve(import.meta.dirname, '../../src/vscode/messages/failures.ts');

/** The editor's own translation function, for a language that has no translation. */
const plain = `export const l10n = { t: (text, ...args) => text.replace(/{(\\d+)}/g, (_, i) => String(args[i])) };`;

describe('The sentence about a failure', () => {
  let failureSentence: (error: AuthError) => string;
  before(async () => {
    const { outputFiles } = await esbuild.build({
      entryPoints: [file],
      bundle: true,
      format: 'esm',
      write: false,
      plugins: [
        {
          name: 'plain-words',
          setup(build) {
            build.onResolve({ filter: /^vscode$/ }, () => ({ path: 'vscode', namespace: 'plain' }));
            build.onLoad({ filter: /.*/, namespace: 'plain' }, () => ({ contents: plain }));
          },
        },
      ],
    });
    const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
    ({ failureSentence } = (await import(`data:text/javascript;base64,${code}`)) as {
      failureSentence: (error: AuthError) => string;
    });
  });

  const say = (code: AuthErrorCode, facts: AuthError['facts'] = {}) =>
    failureSentence(new AuthError(code, facts));

  it('names the setting that lifts it, where one does (field cases 10, 18)', () => {
    const codes = Object.entries(liftingSettings);
    assert.ok(codes.length > 0);
    const differing = { expected: 'https://a.example', received: 'https://b.example' };
    for (const [code, setting] of codes)
      assert.match(
        say(code as AuthErrorCode, code.endsWith('mismatch') ? differing : {}),
        new RegExp(`“oauth\\.${setting}”`),
        code,
      );
  });

  it('names none where none lifts it: a server that lists other methods of PKCE alone (field case 18)', () => {
    const error = new AuthError('pkce_unsupported', { host: 'as.example', received: '["plain"]' });
    assert.match(failureSentence(error), /^The authorization server as\.example lists \["plain"\] /);
    assert.doesNotMatch(failureSentence(error), /oauth\./);
    assert.equal(error.remedy, 'show_log');
    assert.equal(new AuthError('pkce_unsupported').remedy, 'open_settings');
  });

  it('shows both sides of what had to be the same (field case 10)', () => {
    for (const code of ['issuer_mismatch', 'resource_mismatch', 'client_issuer_mismatch'] as const) {
      const sentence = say(code, { expected: 'https://a.example', received: 'https://b.example/' });
      assert.match(sentence, /“https:\/\/a\.example”/, code);
      assert.match(sentence, /“https:\/\/b\.example\/”/, code);
    }
  });

  it('lists what to register where a person has to do it, exactly so (field case 7)', () => {
    const redirectUris = ['vscode://mcp-oauth.mcp-oauth/callback', 'http://127.0.0.1/callback'];
    for (const code of [
      'registration_closed',
      'registration_refused',
      'client_refused',
      'redirect_refused',
    ] as const) {
      const sentence = say(code, { host: 'login.example', redirectUris });
      for (const uri of redirectUris) assert.ok(sentence.includes(`“${uri}”`), code);
      assert.doesNotMatch(say(code, { host: 'login.example' }), /Redirect URI/, code);
    }
  });

  it('quotes the server as the server, and says who refused (field case 30)', () => {
    const facts = { host: 'login.example', serverCode: 'access_denied', serverWords: 'Not today.' };
    assert.equal(say('access_denied', facts), 'login.example refused access. The server said: “Not today.”');
  });

  it('says which setting answers what the server did not like', () => {
    assert.match(
      say('token_refused', { host: 'login.example', serverCode: 'invalid_target', setting: 'resource' }),
      /“oauth\.resource”/,
    );
    assert.match(
      say('authorization_failed', { host: 'login.example', serverCode: 'invalid_scope', setting: 'scopes' }),
      /“oauth\.scopes”/,
    );
    assert.match(say('grant_not_configured', { setting: 'identityProvider' }), /“oauth\.identityProvider”/);
    assert.match(
      say('redirect_unavailable', { setting: 'redirectPort', host: '127.0.0.1:8080' }),
      /127\.0\.0\.1:8080.*“oauth\.redirectPort”/,
    );
    assert.match(say('redirect_unavailable', { setting: 'relayUrl' }), /“oauth\.relayUrl”/);
  });

  it('names both settings where either lifts it, and the one that was set where that is why', () => {
    assert.match(say('resource_metadata_missing'), /“oauth\.issuer”.*“oauth\.legacyEndpoints”/);
    assert.match(say('token_use_unsupported', { host: 'login.example', setting: 'dpop' }), /“oauth\.dpop”/);
    assert.doesNotMatch(say('token_use_unsupported', { host: 'login.example' }), /oauth\./);
  });

  it('speaks of the identity provider where it is that one, and of no setting of the server’s own', () => {
    const facts = {
      host: 'idp.example',
      expected: 'https://a.example',
      received: 'https://b.example',
      setting: 'identityProvider',
    };
    for (const code of ['issuer_mismatch', 'issuer_metadata_missing'] as const) {
      assert.match(say(code, facts), /“oauth\.identityProvider”/, code);
      assert.doesNotMatch(say(code, facts), /“oauth\.issuer”/, code);
    }
  });

  it('says what to do about a secret that is missing or no key', () => {
    for (const code of ['client_secret_missing', 'client_secret_invalid'] as const)
      assert.match(say(code, { host: 'login.example' }), /“MCP OAuth: Set Client Secret…”/);
  });
});
