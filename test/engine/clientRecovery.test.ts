// Clients that stop working while somebody is signed in: whose secret runs out, or that the server takes no more.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeClientSecret } from '../../src/session/clientSecrets.ts';
import type { Session } from '../../src/session/session.ts';
import { Attempt, issuerDocument } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';
import type { Recorded, Reply } from './world.ts';

const attempt = new Attempt();
const hourMs = 3_600_000;
const managementPath = '/as/register/client-1';

const formOf = ({ body }: Recorded) => Object.fromEntries(new URLSearchParams(body));
const refreshes = () =>
  attempt.world
    .sent('/as/token')
    .map(formOf)
    .filter(({ grant_type: type }) => type === 'refresh_token');
const registrations = () => attempt.world.sent('/as/register').length;
const secondsFromNow = (seconds: number) => attempt.desk.clock.now() / 1000 + seconds;

/** Each registration is another client with a secret that ends before its token. */
function giveSecrets(isManaged: boolean): void {
  attempt.world.givesRefreshTokens = true;
  attempt.world.answers.set('/as/register', () => ({
    status: 201,
    body: {
      client_id: `client-${registrations()}`,
      client_secret: 's3cret-1',
      client_secret_expires_at: secondsFromNow(3_000),
      token_endpoint_auth_method: 'client_secret_post',
      ...(isManaged && {
        registration_client_uri: attempt.world.origin + managementPath,
        registration_access_token: 'manage-1',
      }),
    },
  }));
}

/** The token endpoint takes no secret but this one, and says so in the usual way. */
function wantSecret(secret: string | undefined): void {
  const answer = attempt.world.answers.get('/as/token');
  attempt.world.answers.set('/as/token', (request) =>
    formOf(request)['client_secret'] === secret
      ? (answer?.(request) ?? {})
      : { status: 401, body: { error: 'invalid_client', error_description: 'Who are you?' } },
  );
}

/** The registration can be read, and has another secret then and another token to read it with. */
function renewSecret(): void {
  let reads = 0;
  attempt.world.answers.set(managementPath, ({ headers }) => {
    if (headers.authorization !== `Bearer manage-${reads + 1}`) return { status: 401 };
    reads += 1;
    return {
      body: {
        client_id: 'client-1',
        client_secret: `s3cret-${reads + 1}`,
        client_secret_expires_at: secondsFromNow(10_000_000),
        registration_access_token: `manage-${reads + 1}`,
      },
    };
  });
}

async function signedInAnHourAgo(): Promise<Session> {
  const { session } = await attempt.signIn();
  attempt.desk.clock.advance(hourMs);
  return session;
}

function expired(session: Session) {
  const { state } = session;
  assert.ok(state.kind === 'expired', state.kind);
  return state;
}

describe('A client whose secret has run out', () => {
  it('gets a new one where the server lets its registration be read, and the grant goes on (checklist 14.2)', async () => {
    giveSecrets(true);
    const session = await signedInAnHourAgo();
    renewSecret();
    wantSecret('s3cret-2');
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(session.state.kind, 'connected');
    const [read] = attempt.world.sent(managementPath);
    assert.deepEqual([read?.method, read?.headers.authorization], ['GET', 'Bearer manage-1']);
    for (const kind of ['registration', 'grant']) {
      const [key = ''] = attempt.desk.records.keysOf(kind);
      assert.match(attempt.desk.records.records.get(key) ?? '', /s3cret-2.*manage-2/, kind);
    }
    attempt.desk.clock.advance(hourMs);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(await session.signIn(), 'granted');
    assert.equal(attempt.world.sent(managementPath).length, 1, 'the new one is kept');
    assert.equal(registrations(), 1);
    assert.doesNotMatch(attempt.desk.log.join('\n'), /s3cret|manage-/);
  });

  it('gets one for all servers that use it: the next one finds it on record (checklist 14.2)', async () => {
    giveSecrets(true);
    const tasks = (await attempt.signIn({ name: 'tasks' })).session;
    const session = await signedInAnHourAgo();
    assert.equal(registrations(), 1);
    renewSecret();
    wantSecret('s3cret-2');
    const both = await Promise.all([session.authorization(), tasks.authorization()]);
    assert.deepEqual(
      both.map(({ kind }) => kind),
      ['token', 'token'],
    );
    assert.equal(attempt.world.sent(managementPath).length, 1);
  });

  it('is lost where nobody said how to read its registration, and the next sign-in registers anew (checklist 14.1)', async () => {
    giveSecrets(false);
    const session = await signedInAnHourAgo();
    const answer = attempt.world.answers.get('/as/token');
    wantSecret(undefined);
    assert.equal((await session.authorization()).kind, 'blocked');
    assert.equal(expired(session).reason, 'client_lost');
    if (answer !== undefined) attempt.world.answers.set('/as/token', answer);
    assert.equal(await session.signIn(), 'granted');
    assert.equal(attempt.asked.get('client_id'), 'client-2');
    assert.equal(session.state.kind, 'connected');
  });

  it('is tried once more, since it may be our clock that is wrong', async () => {
    giveSecrets(false);
    const session = await signedInAnHourAgo();
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(session.state.kind, 'connected');
    assert.equal(refreshes().length, 1);
  });

  it('is lost where the server gives no new one and takes the old one no more', async () => {
    const stale: Reply = {
      body: { client_id: 'client-1', client_secret: 's3cret-1', client_secret_expires_at: secondsFromNow(1) },
    };
    for (const reply of [{ status: 401 }, { status: 405 }, stale]) {
      await attempt.renew();
      giveSecrets(true);
      const session = await signedInAnHourAgo();
      attempt.world.answers.set(managementPath, () => reply);
      wantSecret(undefined);
      assert.equal((await session.authorization()).kind, 'blocked');
      assert.equal(expired(session).reason, 'client_lost');
      assert.deepEqual(attempt.desk.records.keysOf('registration'), []);
    }
  });

  it('costs nobody a grant while the server is in trouble (field case 3)', async () => {
    giveSecrets(true);
    const session = await signedInAnHourAgo();
    const answer = attempt.world.answers.get('/as/token');
    for (const path of [managementPath, '/as/token'])
      attempt.world.answers.set(path, () => ({ status: 503 }));
    assert.equal((await session.authorization()).kind, 'unavailable');
    assert.equal(session.state.kind, 'offline');
    if (answer !== undefined) attempt.world.answers.set('/as/token', answer);
    renewSecret();
    wantSecret('s3cret-2');
    attempt.desk.clock.advance(10_000);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(registrations(), 1);
  });
});

describe('A registered client that is refused when a token is renewed', () => {
  it('is let go: the sign-in is over in the words of the server, and the next one registers anew (field case 4, checklist 10.5)', async () => {
    countClients();
    const session = await signedInAnHourAgo();
    const answer = attempt.world.answers.get('/as/token');
    wantSecret('of somebody else');
    assert.equal((await session.authorization()).kind, 'blocked');
    const { reason, host, serverWords } = expired(session);
    const { host: expectedHost } = new URL(attempt.world.origin);
    assert.deepEqual([reason, host, serverWords], ['client_lost', expectedHost, 'Who are you?']);
    assert.deepEqual(attempt.desk.records.keysOf('registration'), []);
    assert.equal((await session.authorization()).kind, 'blocked');
    assert.equal(refreshes().length, 1, 'asked once');
    const restarted = await new Desk(attempt.world, attempt.desk.records).open(session.server);
    assert.equal(expired(restarted).reason, 'client_lost');
    if (answer !== undefined) attempt.world.answers.set('/as/token', answer);
    assert.equal(await session.signIn(), 'granted');
    assert.equal(attempt.asked.get('client_id'), 'client-2');
    assert.equal(session.state.kind, 'connected');
  });

  it('is kept where it is the grant that is refused (field case 27)', async () => {
    for (const error of ['invalid_grant', 'unauthorized_client', 'invalid_request']) {
      await attempt.renew();
      countClients();
      const session = await signedInAnHourAgo();
      const answer = attempt.world.answers.get('/as/token');
      attempt.world.answers.set('/as/token', () => ({ status: 400, body: { error } }));
      await session.authorization();
      assert.equal(expired(session).reason, 'refused');
      if (answer !== undefined) attempt.world.answers.set('/as/token', answer);
      assert.equal(await session.signIn(), 'granted');
      assert.equal(registrations(), 1);
    }
  });
});

describe('A client of the person’s own that is refused when a token is renewed', () => {
  const server = (clientId = 'mine') => serverAt(attempt.world.mcpUrl, { oauth: { clientId } });
  const enter = (secret: string) => writeClientSecret(attempt.desk.records, server(), 'client', secret);

  it('is theirs to mend: the grant is kept, and goes on with the secret that they enter (checklist 10.5, field case 4)', async () => {
    takeSecretsInForm();
    await enter('s3cret-1');
    const session = await anHourAgo();
    wantSecret('s3cret-2');
    assert.equal((await session.authorization()).kind, 'blocked');
    const { state } = session;
    assert.ok(state.kind === 'needs_client_registration', state.kind);
    assert.equal(state.error.code, 'client_refused');
    const [key = ''] = attempt.desk.records.keysOf('grant');
    assert.match(attempt.desk.records.records.get(key) ?? '', /"refreshToken":"refresh-1"/);
    assert.doesNotMatch(attempt.desk.records.records.get(key) ?? '', /"ending"/);

    await enter('s3cret-2');
    attempt.desk.clock.advance(10_000);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(session.state.kind, 'connected');
    assert.deepEqual(
      refreshes().map(({ client_secret: secret }) => secret),
      ['s3cret-1', 's3cret-2'],
    );
    assert.deepEqual([registrations(), attempt.desk.opened.length], [0, 1]);
    assert.doesNotMatch(attempt.desk.log.join('\n'), /s3cret/);
  });

  it('goes on at once when they have it tried', async () => {
    takeSecretsInForm();
    await enter('s3cret-1');
    const session = await anHourAgo();
    wantSecret('s3cret-2');
    await session.authorization();
    await enter('s3cret-2');
    assert.equal(await session.upkeep.tryNow(true), undefined);
    assert.equal(session.state.kind, 'connected');
  });

  it('goes on with a first secret where it had none, in the way that the server takes it (checklist 4.20)', async () => {
    for (const [method, sees] of [
      ['client_secret_post', (request: Recorded) => formOf(request)['client_secret']],
      ['client_secret_basic', (request: Recorded) => request.headers.authorization],
    ] as const) {
      await attempt.renew();
      attempt.world.alter(issuerDocument, { token_endpoint_auth_methods_supported: ['none', method] });
      const session = await anHourAgo();
      await enter('s3cret');
      assert.equal((await session.authorization()).kind, 'token');
      const [request] = attempt.world.sent('/as/token').slice(-1);
      const basic = `Basic ${Buffer.from('mine:s3cret').toString('base64')}`;
      assert.equal(request && sees(request), method === 'client_secret_post' ? 's3cret' : basic);
    }
  });

  it('is not helped by the secret of another client', async () => {
    takeSecretsInForm();
    await enter('s3cret-1');
    const session = await anHourAgo();
    wantSecret('s3cret-2');
    await writeClientSecret(attempt.desk.records, server('another'), 'client', 's3cret-2');
    assert.equal((await session.authorization()).kind, 'blocked');
    assert.deepEqual([refreshes()[0]?.['client_secret'], registrations()], ['s3cret-1', 0]);
  });

  async function anHourAgo(): Promise<Session> {
    attempt.world.givesRefreshTokens = true;
    const session = await attempt.desk.open(server());
    assert.equal(await session.signIn(), 'granted');
    attempt.desk.clock.advance(hourMs);
    return session;
  }
});

describe('Two windows', () => {
  it('that sign in to two servers of one issuer at the same time make one registration (checklist 4.16)', async () => {
    countClients();
    const { world, desk } = attempt;
    const servers = ['notes', 'tasks'].map((name) => serverAt(world.mcpUrl, { name }));
    const results = await Promise.all(
      servers.map(async (server) => (await new Desk(world, desk.records).open(server)).signIn()),
    );
    assert.deepEqual(results, ['granted', 'granted']);
    assert.equal(registrations(), 1);
    const [key = ''] = desk.records.keysOf('registration');
    const { servers: users } = JSON.parse(desk.records.records.get(key) ?? '') as { servers: string[][] };
    assert.deepEqual(users.map(([name]) => name).sort(), ['notes', 'tasks']);
  });
});

/** Each registration is another client, without a secret. */
function countClients(): void {
  attempt.world.givesRefreshTokens = true;
  attempt.world.answers.set('/as/register', () => ({
    status: 201,
    body: { client_id: `client-${registrations()}`, token_endpoint_auth_method: 'none' },
  }));
}

function takeSecretsInForm(): void {
  attempt.world.alter(issuerDocument, { token_endpoint_auth_methods_supported: ['client_secret_post'] });
}
