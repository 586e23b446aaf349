// Tokens that are replaced without the person, and what may come in between (checklist 11.8-11.12).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { grantKeeper } from '../../src/session/grants.ts';
import type { GrantRecord } from '../../src/session/records.ts';
import { Attempt, issuerDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import type { Reply } from './world.ts';

const attempt = new Attempt();
const hourMs = 3_600_000;

/** Signed in with a refresh token, an hour ago; the token endpoint then answers in this way. */
async function anHourAgo(answer?: () => Reply) {
  attempt.world.givesRefreshTokens = true;
  attempt.world.alter(issuerDocument, { revocation_endpoint: `${attempt.world.issuer}/revoke` });
  attempt.world.answers.set('/as/revoke', () => ({ body: '' }));
  const { session } = await attempt.signIn();
  attempt.desk.clock.advance(hourMs);
  if (answer !== undefined) attempt.world.answers.set('/as/token', answer);
  return session;
}

function stored(): { accessToken: string; refreshToken: string; ending?: object } {
  const key = attempt.desk.records.keyOf('grant') ?? '';
  return JSON.parse(attempt.desk.records.records.get(key) ?? '{}') as never;
}

/** What the server was told to take back, in order. */
function revoked(): readonly (string | null)[] {
  return attempt.world.sent('/as/revoke').map(({ body }) => new URLSearchParams(body).get('token'));
}

describe('A token near its end', () => {
  it('is replaced once for all that ask, and the new refresh token is kept (checklist 11.9, field case 2)', async () => {
    const session = await anHourAgo();
    const all = await Promise.all(Array.from({ length: 100 }, () => session.authorization()));
    assert.deepEqual(new Set(all.map(({ kind }) => kind)), new Set(['token']));
    assert.equal(attempt.world.sent('/as/token').length, 2);
    assert.equal(stored().refreshToken, 'refresh-2');
    assert.equal(stored().accessToken, session.accessToken);
    assert.equal(attempt.desk.opened.length, 1);
  });

  it('is replaced by the one that another window got meanwhile (field case 1)', async () => {
    const session = await anHourAgo();
    const other = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await other.authorization();
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(session.accessToken, other.accessToken);
    assert.equal(attempt.world.sent('/as/token').length, 2);
  });

  it('is kept while the server is in trouble, and nothing is sent that has run out (checklist 11.12, field case 3)', async () => {
    for (const reply of [
      { status: 500 },
      { status: 502, body: '<html>' },
      { status: 429 },
      { status: 408 },
    ]) {
      await attempt.renew();
      const session = await anHourAgo(() => reply);
      const authorization = await session.authorization();
      assert.deepEqual([authorization.kind, session.state.kind], ['unavailable', 'offline']);
      assert.equal(stored().refreshToken, 'refresh-1');
      attempt.world.answers.set('/as/token', () => attempt.world.grant());
      attempt.desk.clock.advance(hourMs);
      assert.equal((await session.authorization()).kind, 'token');
    }
  });

  it('ends the sign-in where the server says that it is over, by whatever name (field case 27)', async () => {
    for (const body of [
      { error: 'invalid_grant' },
      { error: 'invalid_request', error_description: 'Unknown refresh_token.' },
      { error: 'unauthorized_client', error_description: 'refresh_token is invalid' },
      { error: 'invalid_client' },
    ]) {
      await attempt.renew();
      const session = await anHourAgo(() => ({ status: 400, body }));
      assert.equal((await session.authorization()).kind, 'blocked');
      assert.equal(session.state.kind, 'expired');
      assert.notEqual(stored().ending, undefined);
      await session.authorization();
      assert.equal(attempt.world.sent('/as/token').length, 2, 'asked once');
    }
  });

  it('that is replaced while somebody signs out leaves no grant behind: the new one is revoked', async () => {
    const session = await anHourAgo();
    const answer = attempt.world.answers.get('/as/token');
    let signedOut: Promise<void> | undefined;
    attempt.world.answers.set('/as/token', (request) => {
      signedOut = session.signOut();
      return answer?.(request) ?? {};
    });
    assert.equal((await session.authorization()).kind, 'blocked');
    await signedOut;
    assert.equal(session.state.kind, 'needs_auth');
    assert.equal(attempt.desk.records.keyOf('grant'), undefined);
    assert.deepEqual(revoked()[0], 'refresh-2');
  });

  it('that is replaced while another window signs out is revoked there, and used no more here', async () => {
    const session = await anHourAgo();
    const other = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    const answer = attempt.world.answers.get('/as/token');
    let signedOut: Promise<void> | undefined;
    attempt.world.answers.set('/as/token', (request) => {
      signedOut = other.signOut();
      return answer?.(request) ?? {};
    });
    await session.authorization();
    await signedOut;
    assert.equal((await session.authorization()).kind, 'blocked');
    assert.equal(attempt.desk.records.keyOf('grant'), undefined);
    assert.deepEqual(revoked()[0], 'refresh-2');
  });

  it('that is replaced while everything of its server is forgotten leaves no grant behind: the new one is revoked', async () => {
    const session = await anHourAgo();
    const answer = attempt.world.answers.get('/as/token');
    let forgotten: Promise<void> | undefined;
    attempt.world.answers.set('/as/token', (request) => {
      // As another window does, which holds no lock for it.
      attempt.desk.records.records.delete(attempt.desk.records.keyOf('grant') ?? '');
      forgotten = Promise.resolve();
      return answer?.(request) ?? {};
    });
    assert.equal((await session.authorization()).kind, 'blocked');
    await forgotten;
    assert.equal(attempt.desk.records.keyOf('grant'), undefined);
    assert.deepEqual(revoked()[0], 'refresh-2');
  });

  it('is not asked for where its grant is gone, cannot be read, or is for something else by now (field cases 1, 28)', async () => {
    const meanwhile: readonly ((key: string) => void)[] = [
      (key) => attempt.desk.records.records.delete(key),
      () => (attempt.desk.records.failsToRead = true),
      (key) => {
        const changed = {
          ...(JSON.parse(attempt.desk.records.records.get(key) ?? '') as object),
          isIssuerChosen: true,
        };
        attempt.desk.records.records.set(key, JSON.stringify({ ...changed, accessToken: 'another' }));
      },
    ];
    for (const change of meanwhile) {
      await attempt.renew();
      const session = await anHourAgo();
      change(attempt.desk.records.keyOf('grant') ?? '');
      assert.notEqual((await session.authorization()).kind, 'token');
      assert.equal(attempt.world.sent('/as/token').length, 1, 'The refresh token was shown.');
    }
  });

  it('is kept where the server says by a code that it is in trouble, and not told to be over (field case 3)', async () => {
    for (const error of ['temporarily_unavailable', 'server_error', 'slow_down']) {
      await attempt.renew();
      const session = await anHourAgo(() => ({ status: 400, body: { error } }));
      assert.equal((await session.authorization()).kind, 'unavailable');
      assert.equal(session.state.kind, 'offline', error);
      assert.equal(stored().ending, undefined);
    }
  });

  it('of a client’s own that is replaced while somebody signs out leaves no grant behind: the new one is revoked', async () => {
    const oauth = { grant: 'clientCredentials', clientId: 'robot' } as const;
    attempt.world.alter(issuerDocument, { revocation_endpoint: `${attempt.world.issuer}/revoke` });
    attempt.world.answers.set('/as/revoke', () => ({ body: '' }));
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    const { session } = await attempt.signIn({ oauth });
    attempt.desk.clock.advance(hourMs);
    let signedOut: Promise<void> | undefined;
    attempt.world.answers.set('/as/token', () => {
      signedOut = session.signOut();
      return attempt.world.grant();
    });
    assert.equal((await session.authorization()).kind, 'blocked');
    await signedOut;
    assert.equal(session.state.kind, 'needs_auth');
    assert.equal(attempt.desk.records.keyOf('grant'), undefined);
    assert.match(revoked()[0] ?? '', /x2$/);
  });

  it('that cannot be kept is used all the same, and the failure is seen until it can (checklist 11.10)', async () => {
    const session = await anHourAgo();
    attempt.desk.records.failsToWrite = true;
    assert.equal((await session.authorization()).kind, 'token');
    assert.ok(session.state.kind === 'error' && session.state.error.code === 'storage_failed');
    assert.equal(stored().refreshToken, 'refresh-1');
    attempt.desk.records.failsToWrite = false;
    attempt.desk.clock.advance(10_000);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(session.state.kind, 'connected');
    assert.equal(stored().refreshToken, 'refresh-2');
    assert.equal(attempt.world.sent('/as/token').length, 2);
  });

  it('of a short life is not replaced as soon as it is there', async () => {
    attempt.world.expiresInSeconds = 20;
    attempt.world.givesRefreshTokens = true;
    const { session } = await attempt.signIn();
    attempt.desk.clock.advance(14_000);
    await session.authorization();
    assert.equal(attempt.world.sent('/as/token').length, 1);
    attempt.desk.clock.advance(1_000);
    await session.authorization();
    assert.equal(attempt.world.sent('/as/token').length, 2);
  });
});

describe('Signing out', () => {
  it('has the server revoke the refresh token and then the access token (checklist 14.8)', async () => {
    const session = await anHourAgo();
    await session.signOut();
    const sent = attempt.world
      .sent('/as/revoke')
      .map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
    assert.deepEqual(
      sent.map(({ token, token_type_hint: hint }) => [token?.replace(/\..*/, ''), hint]),
      [
        ['refresh-1', 'refresh_token'],
        ['token-', 'access_token'],
      ],
    );
  });

  it('wins over a sign-in that is just being kept, whose grant is given back', async () => {
    attempt.world.alter(issuerDocument, { revocation_endpoint: `${attempt.world.issuer}/revoke` });
    attempt.world.answers.set('/as/revoke', () => ({ body: '' }));
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    let signedOut: Promise<void> | undefined;
    attempt.desk.records.onDidChange((key) => {
      if (key.startsWith('way:')) signedOut ??= session.signOut();
    });
    assert.equal(await session.signIn(), 'cancelled');
    await signedOut;
    assert.equal(session.state.kind, 'needs_auth');
    assert.equal(session.accessToken, undefined);
    assert.equal(attempt.desk.records.keyOf('grant'), undefined);
    assert.notEqual(attempt.world.sent('/as/revoke').length, 0);
  });

  it('keeps nothing that came for a sign-in which somebody ended', async () => {
    const { session } = await attempt.signIn();
    const grant = stored() as unknown as GrantRecord;
    await session.signOut();
    const { authorizationServer: issuer, client, scopes } = grant;
    const ended = AbortSignal.abort(new Error('Ended.'));
    const purpose = { issuer, client, scopes, resource: undefined, proofKey: undefined };
    const absent = {
      refreshToken: undefined,
      idToken: undefined,
      expiresAtMs: undefined,
      subject: undefined,
    };
    const keep = grantKeeper(serverAt(attempt.world.mcpUrl), {}, attempt.desk.ports, ended);
    await assert.rejects(keep(purpose, { ...grant, ...absent }), { message: 'Ended.' });
    assert.equal(attempt.desk.records.keyOf('grant'), undefined);
  });

  it('forgets everything here whatever the server answers (checklist 14.8)', async () => {
    for (const reply of [
      { status: 503 },
      { status: 400, body: { error: 'unsupported_token_type' } },
      { status: 404 },
    ]) {
      await attempt.renew();
      const session = await anHourAgo();
      attempt.world.answers.set('/as/revoke', () => reply);
      await session.signOut();
      assert.equal(session.state.kind, 'needs_auth');
      assert.equal(attempt.desk.records.keyOf('grant'), undefined);
    }
  });
});
