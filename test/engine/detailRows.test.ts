// What stands below a server in the tree, and what its own row says as time goes by.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Session } from '../../src/session/session.ts';
import type { SessionState } from '../../src/session/state.ts';
import type { DetailRow, EntryFacts } from '../../src/vscode/detailRows.ts';
import type { durationWords, rowWords } from '../../src/vscode/messages/serverRows.ts';
import { MinuteHand } from '../../src/vscode/minuteHand.ts';
import { AccountStand, keyFor } from './accountStand.ts';
import { serverAt } from './desk.ts';
import { ManualClock } from './manualClock.ts';
import { loadShell } from './shellTexts.ts';

interface Parts {
  readonly detailRows: (session: Session, entry: EntryFacts, nowMs: number) => readonly DetailRow[];
  readonly durationWords: typeof durationWords;
  readonly rowWords: typeof rowWords;
}

const stand = new AccountStand();
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const account = { id: 'u-1', label: 'ada' };

let parts: Parts;
before(async () => {
  parts = (await loadShell('detailRows', 'messages/serverRows')) as Parts;
});

const rowsOf = (session: Session, entry: Partial<EntryFacts> = {}) =>
  parts.detailRows(session, { listed: undefined, place: undefined, ...entry }, stand.desk.clock.now());
const saying = (rows: readonly DetailRow[]) =>
  Object.fromEntries(rows.map(({ label, description }) => [label, description]));

describe('The words of a server’s row', () => {
  const connected = (leftMs: number | undefined, renewable: boolean): SessionState => ({
    kind: 'connected',
    account,
    scopes: [],
    expiresAtMs: leftMs,
    renewable,
  });

  it('tell how long a sign-in lasts that ends, and nothing of one that is renewed by itself', () => {
    const say = (leftMs: number | undefined, renewable: boolean) =>
      parts.rowWords(connected(leftMs, renewable), 0);
    assert.equal(say(42.5 * minuteMs, false), 'connected as ada, 42 min left');
    assert.equal(say(59_000, false), 'connected as ada, under 1 min left');
    assert.equal(say(-1, false), 'connected as ada, under 1 min left');
    assert.equal(say(5 * hourMs, false), 'connected as ada, 5 h left');
    assert.equal(say(undefined, false), 'connected as ada');
    assert.equal(say(42 * minuteMs, true), 'connected as ada');
  });

  it('are in the unit that a person would use', () => {
    const say = (ms: number) => parts.durationWords(ms);
    assert.deepEqual(
      [minuteMs, 119 * minuteMs, 2 * hourMs, 47 * hourMs, 48 * hourMs, 90 * 24 * hourMs].map(say),
      ['1 min', '119 min', '2 h', '47 h', '2 days', '90 days'],
    );
  });
});

describe('The rows below a server', () => {
  it('are account, token, scopes, issuer, client and way back, and where the entry stands', async () => {
    stand.world.givesRefreshTokens = true;
    const { session } = await stand.signIn();
    const rows = rowsOf(session, {
      listed: {
        server: { ...session.server, writtenUrl: 'https://mcp.example/${input:key}' },
        source: { scope: 'user' },
        inputs: [],
      },
    });
    assert.deepEqual(saying(rows), {
      ada: 'account in use',
      Token: '60 min left, then renewed by itself',
      Scopes: 'notes:read notes:write',
      Issuer: stand.world.issuer,
      Client: 'registered: client-1',
      Redirect: 'the address of VS Code',
      Address: 'https://mcp.example/${input:key}',
      'Defined in': 'your user settings',
    });
    assert.equal(rows[0]?.spoken, 'ada: account in use');
    assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
    assert.equal(rows.find(({ label }) => label === 'Client')?.copied, 'client-1');
    const placed = rowsOf(session, {
      listed: { server: session.server, source: { scope: 'user' }, inputs: [] },
      place: { label: 'settings.json', line: 12 },
    });
    assert.equal(saying(placed)['Defined in'], 'settings.json:12');
  });

  it('hold no token, also none to copy', async () => {
    stand.world.givesRefreshTokens = true;
    const { session } = await stand.signIn();
    const shown = rowsOf(session).flatMap(({ label, description, tooltip, copied, spoken }) => [
      ...[label, description, copied, spoken],
      ...tooltip,
    ]);
    assert.ok(shown.includes('ada'));
    assert.doesNotMatch(shown.join('\n'), /refresh-|token-\./);
  });

  it('say of a token what a person may expect of it', async () => {
    stand.world.givesRefreshTokens = true;
    const { session: renewed } = await stand.signIn();
    stand.desk.clock.advance(hourMs);
    assert.equal(saying(rowsOf(renewed))['Token'], 'renewed at the next use');
    await stand.renew();
    const { session } = await stand.signIn();
    assert.equal(saying(rowsOf(session))['Token'], '60 min left, then you sign in again');
    stand.desk.clock.advance(hourMs);
    session.passTime();
    assert.equal(saying(rowsOf(session))['Token'], 'no longer usable');
    await stand.renew();
    stand.world.expiresInSeconds = undefined;
    assert.equal(saying(rowsOf((await stand.signIn()).session))['Token'], 'no end known');
  });

  it('name every account, which of them is used, and which may be renamed', async () => {
    const session = await stand.signedInAs('ada', 'grace');
    const rows = rowsOf(session).filter(({ context }) => context.startsWith('account:'));
    assert.deepEqual(
      rows.map(({ label, description, context, accountKey }) => [label, description, context, accountKey]),
      [
        ['ada', 'also signed in', 'account:other', keyFor(session, 'ada')],
        ['grace', 'account in use', 'account:used', keyFor(session, 'grace')],
      ],
    );
    stand.world.tellsAccount = false;
    stand.desk.accountName = 'work';
    assert.equal(await session.signIn(undefined, 'another'), 'granted');
    const work = rowsOf(session).find(({ label }) => label === 'work');
    assert.equal(work?.context, 'account:used named');
  });

  it('name the scopes that were asked for and not granted', async () => {
    const grant = (scope: string) => () => {
      const reply = stand.world.grant();
      return { ...reply, body: { ...(reply.body as object), scope } };
    };
    stand.world.answers.set('/as/token', grant('notes:read'));
    const { session } = await stand.signIn();
    const said = saying(rowsOf(session));
    assert.deepEqual([said['Scopes'], said['Not granted']], ['notes:read', 'notes:write']);
  });

  it('miss no scope for renewal where the token can be renewed, though servers seldom list it', async () => {
    const { world, desk } = stand;
    const oauth = { scopes: ['notes:read', 'offline_access'] };
    const missing = async (givesRefreshTokens: boolean) => {
      world.givesRefreshTokens = givesRefreshTokens;
      world.answers.set('/as/token', () => {
        const reply = world.grant();
        return { ...reply, body: { ...(reply.body as object), scope: 'notes:read' } };
      });
      const session = await desk.open(serverAt(world.mcpUrl, { oauth }));
      await session.signIn();
      return saying(rowsOf(session))['Not granted'];
    };
    assert.deepEqual([await missing(true), await missing(false)], [undefined, 'offline_access']);
  });

  it('show what others wrote as one plain line', async () => {
    const { session } = await stand.signIn();
    const server = { ...session.server, writtenUrl: 'https://mcp.example/\u202ex\n[y](command:z)' };
    const rows = rowsOf(session, { listed: { server, source: { scope: 'user' }, inputs: [] } });
    const address = rows.find(({ label }) => label === 'Address');
    const plain = 'https://mcp.example/ x [y] (command:z)';
    assert.equal(address?.description, plain);
    assert.equal(address.tooltip.at(-1), plain);
    assert.equal(address.spoken, `Address: ${plain}`);
  });

  it('begin with what went wrong where somebody has to mend it, and end with it where all is well', async () => {
    const { world, desk } = stand;
    world.redirect = (request) => ({
      error: 'access_denied',
      error_description: 'Not \u202etoday',
      state: request.get('state') ?? '',
      iss: world.issuer,
    });
    const failed = await desk.open(serverAt(world.mcpUrl));
    await assert.rejects(failed.signIn());
    const [first] = rowsOf(failed);
    assert.equal(first?.label, 'Last error');
    assert.match(first.description, /: .*refused access\. The server said: “Not today”$/);
    assert.match(first.copied, /^access_denied: .*2026-01-01T/);
    assert.deepEqual([first.opens, first.tooltip[0]], ['showTrace', 'Error code: access_denied']);

    world.redirect = (request) => world.allow(request);
    const { session } = await stand.signIn();
    world.redirect = (request) => ({ error: 'access_denied', state: request.get('state') ?? '' });
    await assert.rejects(session.signIn());
    const labels = rowsOf(session).map(({ label }) => label);
    assert.deepEqual([labels[0], labels.at(-1)], ['ada', 'Last error']);
  });
});

describe('Words that change by time alone', () => {
  it('are drawn once a minute while somebody looks, and at once when they look again', () => {
    const clock = new ManualClock();
    let drawn = 0;
    const hand = new MinuteHand(clock, () => (drawn += 1));
    assert.equal(clock.pendingTimers, 0);
    hand.start();
    hand.start();
    assert.deepEqual([drawn, clock.pendingTimers], [1, 1]);
    clock.advance(minuteMs);
    clock.advance(minuteMs);
    assert.equal(drawn, 3);
    hand.stop();
    assert.equal(clock.pendingTimers, 0);
    clock.advance(hourMs);
    assert.equal(drawn, 3);
    hand.start();
    assert.equal(drawn, 4);
    hand.stop();
  });
});
