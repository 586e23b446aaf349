import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { Session } from '../../src/session/session.ts';
import type { SignInPage } from '../../src/session/signInPage.ts';
import type { SessionState } from '../../src/session/state.ts';
import { Attempt, issuerDocument, until } from './attempt.ts';
import { serverAt } from './desk.ts';

const attempt = new Attempt();
const tenMinutesMs = 600_000;

describe('The page that a sign-in waits at', () => {
  it('has an address for the clipboard, which no state, log or printed object shows (invariant 1)', async () => {
    attempt.desk.person = () => undefined;
    const session = await opened('notes');
    const page = pageOf(session);
    const [address = ''] = attempt.desk.opened;
    assert.equal(page.handOut(), address);

    const state = attempt.asked.get('state') ?? '';
    assert.ok(state.length > 20 && address.includes(state));
    const told = [JSON.stringify(session.state), ...attempt.desk.log];
    const printed = [JSON.stringify(page), inspect(page, { depth: 9, showHidden: true })];
    for (const text of [...told, ...printed]) assert.ok(!text.includes(state), text);
    session.cancelSignIn();
  });

  it('is gone with the attempt, also for whoever has kept it', async () => {
    attempt.desk.person = () => undefined;
    const session = await opened('notes');
    const page = pageOf(session);
    session.cancelSignIn();
    await until(() => session.state.kind !== 'authorizing');
    assert.equal(session.page, undefined);
    assert.equal(page.handOut(), undefined);
    assert.equal(await page.open(), false);
    assert.equal(attempt.desk.opened.length, 1);
  });

  it('is gone as soon as the person has answered', async () => {
    const { desk, world } = attempt;
    desk.person = () => undefined;
    const session = await opened('notes');
    const page = pageOf(session);
    world.silent.add('/as/token');
    desk.deliver(world.visit(desk.opened[0] ?? ''));
    await until(() => world.sent('/as/token').length > 0);
    assert.deepEqual([session.page, page.handOut()], [undefined, undefined]);
    session.cancelSignIn();
  });

  it('is the own one of each of several sign-ins', async () => {
    attempt.desk.person = () => undefined;
    const sessions = [await opened('notes'), await opened('tasks')];
    const pages = sessions.map(pageOf);
    assert.deepEqual(
      pages.map((page) => page.handOut()),
      attempt.desk.opened,
    );
    assert.deepEqual(
      pages.map(({ state }) => state),
      attempt.desk.opened.map((url) => new URL(url).searchParams.get('state')),
    );
    sessions[0]?.cancelSignIn();
    await until(() => sessions[0]?.page === undefined);
    assert.equal(pages[1]?.handOut(), attempt.desk.opened[1]);
    sessions[1]?.cancelSignIn();
  });
});

describe('A browser that does not open', () => {
  /** Somebody who says no when the editor asks whether to open the page. */
  async function declined(): Promise<Session> {
    attempt.desk.person = () => undefined;
    attempt.desk.browserOpens = false;
    attempt.desk.browserOffersPage = true;
    const session = await opened('notes');
    await until(() => isUnopened(session));
    return session;
  }

  it('is no failure where the page can be opened later: the sign-in waits, and takes the answer', async () => {
    const { desk, world } = attempt;
    const session = await declined();
    desk.deliver(world.visit(pageOf(session).handOut() ?? ''));
    await until(() => session.state.kind === 'connected');
    assert.doesNotMatch(desk.log.join('\n'), /failed/);
  });

  it('can be opened again, and is waited for then as ever', async () => {
    const { desk } = attempt;
    const session = await declined();
    assert.equal(await pageOf(session).open(), false);
    assert.ok(isUnopened(session));
    desk.browserOpens = true;
    assert.equal(await pageOf(session).open(), true);
    assert.ok(session.state.kind === 'authorizing' && !isUnopened(session));
    assert.equal(new Set(desk.opened).size, 1);
    assert.equal(desk.opened.length, 3);
    session.cancelSignIn();
  });

  it('is told as no failure ten minutes later to a person who did not want it opened', async () => {
    const session = await declined();
    const result = session.signIn();
    attempt.desk.clock.advance(tenMinutesMs);
    assert.equal(await result, 'cancelled');
    assert.equal(session.state.kind, 'needs_auth');
    assert.equal(attempt.desk.records.keyOf('pending'), undefined);
    assert.doesNotMatch(attempt.desk.log.join('\n'), /sign_in_failed/);
  });

  it('is told as a failure to a person who took the link and did not finish (checklist 7.6)', async () => {
    const session = await declined();
    const result = session.signIn();
    pageOf(session).handOut();
    attempt.desk.clock.advance(tenMinutesMs);
    await assert.rejects(result, { code: 'sign_in_timed_out' });
  });

  it('and is answered about late says nothing of the sign-in that runs by then', async () => {
    const { desk } = attempt;
    desk.browserOffersPage = true;
    const { promise: answered, resolve: answer } = Promise.withResolvers<undefined>();
    desk.person = () => answered;
    const session = await opened('notes');
    session.cancelSignIn();
    await until(() => session.state.kind !== 'authorizing');

    desk.person = () => undefined;
    const second = session.signIn();
    await until(() => desk.opened.length === 2);
    await until(() => session.page !== undefined);
    desk.browserOpens = false;
    answer(undefined);
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(session.state.kind === 'authorizing' && !isUnopened(session));
    session.cancelSignIn();
    assert.equal(await second, 'cancelled');
  });

  it('does not keep a sign-in that is cancelled while the editor asks', async () => {
    attempt.desk.person = () => new Promise(() => undefined);
    const session = await opened('notes');
    const result = session.signIn();
    session.cancelSignIn();
    assert.equal(await result, 'cancelled');
  });
});

describe('A sign-in that goes on', () => {
  it('says at each step what it does, and with whom', async () => {
    const { desk, world } = attempt;
    const session = await desk.open(serverAt(world.mcpUrl));
    const seen: string[] = [];
    session.onDidChange((state) => seen.push(shortly(state)));
    await session.signIn();
    const { host } = new URL(world.origin);
    assert.deepEqual(seen.slice(0, 5), [
      'asking',
      `registering ${host}`,
      `waiting ${host}`,
      `finishing ${host}`,
      'connected',
    ]);
  });

  it('shows a code with the host of whoever made it, and where it is entered (RFC 8628 §5.4)', async () => {
    const { desk, world } = attempt;
    world.alter(issuerDocument, { device_authorization_endpoint: `${world.issuer}/device` });
    world.answers.set('/as/device', () => ({
      body: {
        device_code: 'device-secret',
        user_code: 'ABCD-EFGH',
        verification_uri: 'https://elsewhere.example/enter',
        verification_uri_complete: 'https://elsewhere.example/enter?user_code=ABCD-EFGH',
        expires_in: 300,
      },
    }));
    desk.person = () => undefined;
    const session = await desk.open(serverAt(world.mcpUrl, { oauth: { redirect: 'device' } }));
    const result = session.signIn();
    await until(() => session.page !== undefined);
    const page = pageOf(session);
    const { device } = page;
    assert.deepEqual([device?.userCode, device?.issuerHost], ['ABCD-EFGH', new URL(world.issuer).host]);
    assert.deepEqual(desk.deviceCodes, [device]);
    assert.equal(shortly(session.state), 'waiting elsewhere.example');
    assert.deepEqual(desk.opened, [], 'Nothing opens by itself.');
    assert.equal(await page.open(), true);
    assert.deepEqual(desk.opened, ['https://elsewhere.example/enter?user_code=ABCD-EFGH']);
    session.cancelSignIn();
    assert.equal(await result, 'cancelled');
    assert.deepEqual([session.page, page.handOut()], [undefined, undefined]);
  });
});

/** A session whose person has been sent to the browser. */
async function opened(name: string): Promise<Session> {
  const { desk, world } = attempt;
  const before = desk.opened.length;
  const session = await desk.open(serverAt(world.mcpUrl, { name }));
  void session.signIn().catch(() => undefined);
  await until(() => desk.opened.length > before);
  return session;
}

function pageOf({ page }: Session): SignInPage {
  return page ?? assert.fail('There is no page.');
}

function isUnopened({ state }: Session): boolean {
  return state.kind === 'authorizing' && state.isUnopened === true;
}

function shortly(state: SessionState): string {
  if (state.kind !== 'authorizing') return state.kind;
  if (state.step !== undefined) return `${state.step.kind} ${state.step.host}`;
  return state.host === undefined ? 'asking' : `waiting ${state.host}`;
}
