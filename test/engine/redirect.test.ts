import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { quotable } from '../../src/oauth/authError.ts';
import { receivedAddress } from '../../src/oauth/receivedAddress.ts';
import { Attempt, issuerDocument } from './attempt.ts';

const attempt = new Attempt();

describe('The answer on the redirect', () => {
  it('with another state is refused before its code is used (checklist 7.6)', async () => {
    attempt.world.redirect = (request) => ({ ...attempt.world.allow(request), state: 'another' });
    await attempt.failsWith('state_mismatch');
    assert.equal(attempt.world.sent('/as/token').length, 0);
  });

  it('without or with a second state is refused (checklist 7.6, 9.5)', async () => {
    for (const state of [undefined, 'twice'] as const) {
      attempt.world.redirect = (request) => ({
        ...attempt.world.allow(request),
        state: state && [request.get('state') ?? '', request.get('state') ?? ''],
      });
      await attempt.failsWith('state_mismatch');
    }
    assert.equal(attempt.world.sent('/as/token').length, 0);
  });

  it('at another address is refused (checklist 8.4)', async () => {
    attempt.desk.person = (url) => attempt.world.visit(url).replace('/callback', '/elsewhere');
    const { facts } = await attempt.failsWith('redirect_mismatch');
    assert.equal(facts.received, 'vscode://mcp-oauth.mcp-oauth/elsewhere');
    assert.equal(attempt.world.sent('/as/token').length, 0);
  });

  it('in another scheme or at another host is refused (checklist 8.4)', async () => {
    for (const [from, to] of [
      ['vscode://', 'vscode-insiders://'],
      ['mcp-oauth.mcp-oauth', 'other.extension'],
    ] as const) {
      attempt.desk.person = (url) => attempt.world.visit(url).replace(from, to);
      await attempt.failsWith('redirect_mismatch');
    }
    assert.equal(attempt.world.sent('/as/token').length, 0);
  });

  it('from another issuer is refused (checklist 9.1, 9.2)', async () => {
    for (const iss of [
      'https://evil.example',
      `${attempt.world.issuer}/`,
      attempt.world.issuer.toUpperCase(),
    ]) {
      attempt.world.redirect = (request) => ({ ...attempt.world.allow(request), iss });
      await attempt.failsWith('iss_mismatch');
    }
    assert.equal(attempt.world.sent('/as/token').length, 0);
  });

  it('without iss is refused where the server promised it (checklist 9.1)', async () => {
    attempt.world.redirect = (request) => ({ ...attempt.world.allow(request), iss: undefined });
    await attempt.failsWith('iss_mismatch');
  });

  it('without iss is taken where the server promised none, with a wrong one it is not (checklist 9.1)', async () => {
    attempt.world.alter(issuerDocument, { authorization_response_iss_parameter_supported: undefined });
    attempt.world.redirect = (request) => ({ ...attempt.world.allow(request), iss: 'https://evil.example' });
    await attempt.failsWith('iss_mismatch');
    attempt.world.redirect = (request) => ({ ...attempt.world.allow(request), iss: undefined });
    assert.equal((await attempt.signIn()).result, 'granted');
  });

  it('with an error of another issuer does not show its words (checklist 9.3)', async () => {
    attempt.world.redirect = () => ({
      error: 'access_denied',
      error_description: 'Call 555',
      state: attempt.asked.get('state') ?? '',
      iss: 'https://evil.example',
    });
    const { facts } = await attempt.failsWith('iss_mismatch');
    assert.equal(facts.serverWords, undefined);
  });

  it('that denies access carries the words of the server (checklist 9.6, field case 30)', async () => {
    attempt.world.redirect = () => ({
      error: 'access_denied',
      error_description: 'The administrator said no.',
      state: attempt.asked.get('state') ?? '',
      iss: attempt.world.issuer,
    });
    const { facts } = await attempt.failsWith('access_denied');
    assert.equal(facts.serverWords, 'The administrator said no.');
  });

  const errors = [
    // what the server says, what it is, what helps
    ['access_denied', 'access_denied', 'sign_in'],
    ['interaction_required', 'interaction_required', 'sign_in'],
    ['login_required', 'interaction_required', 'sign_in'],
    ['consent_required', 'interaction_required', 'sign_in'],
    ['account_selection_required', 'interaction_required', 'sign_in'],
    ['server_error', 'server_error', 'retry'],
    ['temporarily_unavailable', 'temporarily_unavailable', 'retry'],
    ['invalid_scope', 'authorization_failed', 'open_settings'],
    ['__proto__', 'authorization_failed', 'sign_in'],
  ] as const;
  for (const [serverCode, code, remedy] of errors) {
    it(`with the error “${serverCode}” is told apart as ${code} (field case 30)`, async () => {
      attempt.world.redirect = () => ({
        error: serverCode,
        error_description: 'My words.',
        state: attempt.asked.get('state') ?? '',
        iss: attempt.world.issuer,
      });
      const error = await attempt.failsWith(code);
      assert.equal(error.remedy, remedy);
      assert.deepEqual(error.facts, {
        host: new URL(attempt.world.issuer).host,
        serverCode,
        serverWords: 'My words.',
        ...(serverCode === 'invalid_scope' && { setting: 'scopes' }),
      });
    });
  }

  it('with an empty error is no refusal that anybody could explain', async () => {
    attempt.world.redirect = () => ({
      error: '',
      state: attempt.asked.get('state') ?? '',
      iss: attempt.world.issuer,
    });
    const { facts } = await attempt.failsWith('authorization_failed');
    assert.equal(facts.serverCode, undefined);
  });

  it('with iss or an error twice is refused (checklist 9.5)', async () => {
    const { world } = attempt;
    world.redirect = (request) => ({ ...world.allow(request), iss: [world.issuer, world.issuer] });
    await attempt.failsWith('iss_mismatch');
    world.redirect = () => ({
      error: ['access_denied', 'server_error'],
      state: attempt.asked.get('state') ?? '',
      iss: world.issuer,
    });
    await attempt.failsWith('redirect_invalid');
  });

  it('is read as the editor hands it over, decoded once: a plus in the code, a number sign in the words', () => {
    const uri = { scheme: 'vscode', authority: 'mcp-oauth.mcp-oauth', path: '/callback' };
    const query = 'code=a+b/c=&error_description=see #12 or+so&state=S';
    const parameters = new URL(receivedAddress({ ...uri, query })).searchParams;
    assert.equal(parameters.get('code'), 'a+b/c=');
    assert.equal(parameters.get('error_description'), 'see #12 or so');
    assert.equal(parameters.get('state'), 'S');
  });

  it('with two codes or none is refused (checklist 9.5)', async () => {
    for (const code of [['a', 'b'], undefined]) {
      attempt.world.redirect = (request) => ({ ...attempt.world.allow(request), code });
      await attempt.failsWith('redirect_invalid');
    }
    assert.equal(attempt.world.sent('/as/token').length, 0);
  });

  it('may come once: its attempt is taken off the record (checklist 7.6)', async () => {
    await attempt.signIn();
    assert.equal(attempt.desk.records.keyOf('pending'), undefined);
  });
});

describe('The token request', () => {
  it('carries the verifier, the redirect URI and the resource (checklist 7.3, 10.1)', async () => {
    await attempt.signIn();
    const form = new URLSearchParams(attempt.world.sent('/as/token')[0]?.body);
    assert.equal(form.get('grant_type'), 'authorization_code');
    assert.match(form.get('code_verifier') ?? '', /^[\w-]{43,128}$/);
    assert.equal(form.get('redirect_uri'), 'vscode://mcp-oauth.mcp-oauth/callback');
    assert.equal(form.get('resource'), attempt.world.mcpUrl);
    assert.equal(form.get('client_id'), 'client-1');
  });

  it('that is refused tells the words of the server, whatever the status (checklist 10.4)', async () => {
    for (const status of [200, 400, 401]) {
      attempt.world.answers.set('/as/token', () => ({
        status,
        body: { error: 'invalid_grant', error_description: 'Too late.' },
      }));
      const { facts } = await attempt.failsWith('token_refused');
      assert.deepEqual([facts.serverCode, facts.serverWords], ['invalid_grant', 'Too late.']);
    }
  });

  it('that is refused shows neither code nor verifier, though the server repeats them (invariant 1)', async () => {
    attempt.world.answers.set('/as/token', ({ body }) => {
      const form = new URLSearchParams(body);
      const words = `The code ${form.get('code') ?? ''} does not go with ${form.get('code_verifier') ?? ''}.`;
      return { status: 400, body: { error: 'invalid_grant', error_description: words } };
    });
    const { facts } = await attempt.failsWith('token_refused');
    assert.equal(facts.serverWords, 'The code [hidden] does not go with [hidden].');
  });

  it('with members that are null, empty or no time at all is a good answer (checklist 15, field case 13)', async () => {
    for (const odd of [
      { refresh_token: null, scope: null, id_token: null, expires_in: null },
      { refresh_token: '', scope: '', expires_in: 0 },
      { expires_in: -1 },
      { expires_in: '3600' },
    ]) {
      await attempt.renew();
      attempt.world.alter('/as/token', odd);
      const { session, result } = await attempt.signIn();
      assert.equal(result, 'granted');
      assert.ok(session.state.kind === 'connected', JSON.stringify(odd));
      const expected = odd.expires_in === '3600' ? attempt.desk.clock.now() + 3_600_000 : undefined;
      assert.equal(session.state.expiresAtMs, expected);
    }
  });

  it('that grants fewer scopes than were asked for leaves those that were granted (checklist 6.6)', async () => {
    attempt.world.alter('/as/token', { scope: 'notes:read' });
    const { session } = await attempt.signIn();
    assert.deepEqual(session.state.kind === 'connected' && session.state.scopes, ['notes:read']);
  });

  it('that is redirected is not repeated elsewhere', async () => {
    attempt.world.answers.set('/as/token', () => ({
      status: 307,
      headers: { location: `${attempt.world.origin}/thief` },
    }));
    await attempt.failsWith('token_invalid');
    assert.equal(attempt.world.sent('/thief').length, 0);
  });

  it('with an unusable answer fails without showing it', async () => {
    attempt.world.answers.set('/as/token', () => ({
      body: { access_token: 'secret-value', token_type: 'mac' },
    }));
    const error = await attempt.failsWith('token_invalid');
    assert.equal(error.cause, undefined);
    assert.doesNotMatch(attempt.desk.log.join('\n'), /secret-value/);
  });
});

describe('Words of a server', () => {
  it('become no link in our sentences, forge no line and do not run on', () => {
    assert.equal(quotable('[Sign in](command:evil)'), '[Sign in] (command:evil)');
    assert.equal(quotable('a\nb\u202ec\u0000'), 'a b c');
    assert.equal(quotable('x'.repeat(5000))?.length, 300);
    const cut = quotable(`a${'\u{1F511}'.repeat(300)}`) ?? '';
    assert.ok(cut.isWellFormed() && cut.endsWith('\u{1F511}…'), cut);
    assert.equal(quotable(' \n '), undefined);
    assert.equal(quotable({}), undefined);
  });

  it('are cleaned in the name of an account, too', async () => {
    attempt.world.account.preferred_username = '[ada](command:x)\n';
    const { session } = await attempt.signIn();
    assert.equal(session.state.kind === 'connected' && session.state.account.label, '[ada] (command:x)');
  });
});
