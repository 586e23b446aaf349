// Records that cannot be read, or not by this version of the extension, and those that nobody needs any more.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sessions } from '../../src/session/sessions.ts';
import { Attempt } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';

const attempt = new Attempt();
const [minuteMs, hourMs] = [60_000, 3_600_000];
const dayMs = 24 * hourMs;

const records = () => attempt.desk.records.records;
const read = (key: string) => records().get(key);
const members = (key: string) => JSON.parse(read(key) ?? 'null') as Record<string, unknown>;

/** Another run of the editor over the same records. */
function restart(): Desk {
  return new Desk(attempt.world, attempt.desk.records);
}

/** The keys under which a record was set aside, and what is there. */
const aside = () => attempt.desk.records.keysOf('aside').map((key) => [key, read(key)] as const);

/** The key of the one record of a kind. */
function keyOf(kind: 'grant' | 'registration' | 'pending'): string {
  return attempt.desk.records.keyOf(kind) ?? assert.fail(`There is no ${kind}.`);
}

describe('A record that cannot be read', () => {
  it('is set aside under a dated key and costs that one sign-in; other servers keep theirs (field case 32)', async () => {
    const tasks = serverAt(attempt.world.mcpUrl, { name: 'tasks' });
    await attempt.signIn();
    const key = keyOf('grant');
    await (await attempt.desk.open(tasks)).signIn();
    const whole = members(key);
    for (const text of [
      '',
      '{',
      'null',
      '[2]',
      '"text"',
      '{"version":2}',
      JSON.stringify({ ...whole, version: undefined }),
      JSON.stringify({ ...whole, version: '2' }),
      JSON.stringify({ ...whole, version: 0 }),
      JSON.stringify({ ...whole, accessToken: 7 }),
      JSON.stringify({ ...whole, accessToken: 'a\nb' }),
      JSON.stringify({ ...whole, accessToken: '' }),
      JSON.stringify({
        ...whole,
        authorizationServer: { ...(whole['authorizationServer'] as object), issuer: 'as' },
      }),
      JSON.stringify({ ...whole, authorizationServer: 'https://as.example' }),
    ]) {
      for (const old of attempt.desk.records.keysOf('aside')) records().delete(old);
      records().set(key, text);
      const desk = restart();
      const session = await desk.open(serverAt(attempt.world.mcpUrl));
      assert.deepEqual(session.state, { kind: 'needs_auth', reason: 'never_signed_in' }, text);
      assert.deepEqual(aside(), [[`aside:2026-01-01T00:00:00.000Z ${key}`, text]]);
      assert.equal(read(key), undefined);
      assert.equal((await (await desk.open(tasks)).authorization()).kind, 'token');
      assert.equal(await session.signIn(), 'granted');
    }
  });

  it('is not used for another address than the one that is written in it, whatever its key says (checklist 5.2)', async () => {
    await attempt.signIn();
    const key = keyOf('grant');
    records().set(key, JSON.stringify({ ...members(key), serverUrl: 'https://other.example/mcp' }));
    const session = await restart().open(serverAt(attempt.world.mcpUrl));
    assert.deepEqual(session.state, { kind: 'needs_auth', reason: 'settings_changed' });
    assert.equal(session.accessToken, undefined);
  });

  it('costs no more than a registration, where it is one', async () => {
    await attempt.signIn();
    const key = keyOf('registration');
    records().set(key, '{"version":2,"client":{}}');
    assert.equal((await attempt.signIn()).result, 'granted');
    assert.equal(attempt.world.sent('/as/register').length, 2);
    assert.equal(aside()[0]?.[0], `aside:2026-01-01T00:00:00.000Z ${key}`);
    assert.equal((await attempt.signIn()).result, 'granted');
    assert.equal(attempt.world.sent('/as/register').length, 2);
  });

  it('costs no more than an attempt, where it is one', async () => {
    const { received } = await attempt.leaveWaiting();
    const key = keyOf('pending');
    const whole = members(key);
    const authorization = whole['authorization'] as Record<string, unknown>;
    const changes = [{ redirectUri: '' }, { arrivalUri: 'x' }, { codeVerifier: '' }, { state: '' }];
    for (const broken of [
      { wish: {} },
      { ...whole, serverUrl: 'nowhere' },
      ...changes.map((change) => ({ ...whole, authorization: { ...authorization, ...change } })),
    ]) {
      records().set(key, JSON.stringify({ ...broken, version: 2 }));
      assert.equal(await new Sessions(restart().ports).claim(received), undefined);
    }
    assert.equal(aside().length, 1);
    assert.equal((await attempt.signIn()).result, 'granted');
  });

  it('says in the log what kind it was and nothing of what it held (checklist 11.2)', async () => {
    await attempt.signIn();
    records().set(keyOf('grant'), '{"version":2,"accessToken":"t0ken","refreshToken":"s3cret"}');
    const desk = restart();
    await desk.open(serverAt(attempt.world.mcpUrl));
    assert.deepEqual(desk.log, ['record_set_aside {"record":"grant"} undefined']);
  });

  it('is lost by nothing where it cannot be set aside', async () => {
    await attempt.signIn();
    const key = keyOf('grant');
    records().set(key, '{');
    attempt.desk.records.failsToWrite = true;
    const desk = restart();
    assert.equal((await desk.open(serverAt(attempt.world.mcpUrl))).state.kind, 'needs_auth');
    assert.deepEqual([read(key), aside()], ['{', []]);
    assert.match(desk.log[0] ?? '', /^record_not_set_aside {"record":"grant"}/);
    attempt.desk.records.failsToWrite = false;
    await desk.open(serverAt(attempt.world.mcpUrl));
    assert.deepEqual([read(key), aside().length], [undefined, 1]);
  });

  it('takes nothing with it that another window keeps in its place meanwhile', async () => {
    await attempt.signIn();
    const key = keyOf('grant');
    const good = read(key) ?? '';
    records().set(key, '{');
    attempt.desk.records.onDidChange((changed) => {
      if (changed.startsWith('aside:')) records().set(key, good);
    });
    await restart().open(serverAt(attempt.world.mcpUrl));
    assert.equal(read(key), good);
    assert.equal((await restart().open(serverAt(attempt.world.mcpUrl))).state.kind, 'connected');
  });
});

describe('A record of a later version', () => {
  it('is left alone and counts as absent', async () => {
    await attempt.signIn();
    const key = keyOf('grant');
    const later = JSON.stringify({ ...members(key), version: 3, accounts: [] });
    records().set(key, later);
    const { state } = await restart().open(serverAt(attempt.world.mcpUrl));
    assert.deepEqual(state, { kind: 'needs_auth', reason: 'never_signed_in' });
    assert.deepEqual([read(key), aside()], [later, []]);
  });

  it('is not finished here where it is an attempt, and is left to who can', async () => {
    const { received } = await attempt.leaveWaiting();
    const key = keyOf('pending');
    const later = JSON.stringify({ ...members(key), version: 3 });
    records().set(key, later);
    assert.equal(await new Sessions(restart().ports).claim(received), undefined);
    assert.deepEqual([read(key), aside()], [later, []]);
  });
});

describe('A store that cannot be read', () => {
  it('keeps everything where it is, and the log says so without a secret (field case 32, checklist 11.2)', async () => {
    attempt.world.givesRefreshTokens = true;
    const { session } = await attempt.signIn();
    const before = new Map(records());
    attempt.desk.records.failsToRead = true;
    const desk = restart();
    const locked = await desk.open(serverAt(attempt.world.mcpUrl));
    assert.deepEqual(locked.state, { kind: 'needs_auth', reason: 'never_signed_in' });
    assert.deepEqual(records(), before);
    assert.match(desk.log.join('\n'), /^record_not_read {"record":"grant"} Error: The keyring is locked\.$/);
    assert.ok(session.accessToken !== undefined && !desk.log.join('\n').includes(session.accessToken));
    attempt.desk.records.failsToRead = false;
    assert.equal((await restart().open(serverAt(attempt.world.mcpUrl))).state.kind, 'connected');
  });

  it('costs nobody a grant that is in use: nothing is renewed that another window may have renewed, until it can be read (field cases 1, 32)', async () => {
    attempt.world.givesRefreshTokens = true;
    const { session } = await attempt.signIn();
    attempt.desk.clock.advance(hourMs);
    attempt.desk.records.failsToRead = true;
    assert.equal((await session.authorization()).kind, 'blocked');
    assert.equal(session.state.kind === 'error' && session.state.error.code, 'storage_failed');
    attempt.desk.records.failsToRead = false;
    attempt.desk.clock.advance(minuteMs);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(members(keyOf('grant'))['refreshToken'], 'refresh-2');
  });
});

describe('Sweeping', () => {
  it('removes what was set aside thirty days ago, and nothing that is younger', async () => {
    const { desk } = attempt;
    const at = (ms: number) => `aside:${new Date(ms).toISOString()} grant:["notes","https://a.example"]`;
    const nowMs = desk.clock.now();
    const [old, young, tomorrow] = [-30 * dayMs, 1 - 30 * dayMs, dayMs].map((ms) => at(nowMs + ms));
    for (const key of [old, young, tomorrow, 'aside:undated']) records().set(key ?? '', '{');
    await new Sessions(desk.ports).sweep();
    assert.deepEqual(desk.records.keysOf('aside'), [young, tomorrow]);
  });

  it('removes attempts of ten minutes ago, and tells those that may still be finished (checklist 7.6)', async () => {
    const { desk } = attempt;
    const { received } = await attempt.leaveWaiting();
    const state = new URL(received).searchParams.get('state') ?? '';
    const startedAtMs = (ms: number) =>
      JSON.stringify({ ...members(`pending:${state}`), startedAtMs: desk.clock.now() + ms });
    for (const [name, ms] of [['old', -600_000] as const, ['of-a-clock-set-back', 600_000] as const])
      records().set(`pending:${name}`, startedAtMs(ms));
    records().set(`pending:${state}`, startedAtMs(1 - 600_000));
    const live = await new Sessions(desk.ports).sweep();
    assert.deepEqual(
      live.map(({ authorization }) => authorization.state),
      [state],
    );
    assert.deepEqual(desk.records.keysOf('pending'), [`pending:${state}`]);
  });

  it('leaves everything else where it is, however old', async () => {
    await attempt.signIn({ oauth: { clientId: 'mine' } });
    await attempt.signIn({ name: 'tasks' });
    const before = new Map(records());
    assert.deepEqual(
      [...before.keys()].map((key) => key.replace(/:.*/, '')).sort(),
      ['binding', 'grant', 'grant', 'registration', 'way'],
      'one of each kind',
    );
    const desk = restart();
    desk.clock.advance(3_650 * dayMs);
    await new Sessions(desk.ports).sweep();
    assert.deepEqual(records(), before);
  });
});
