// The test of a connection, as far as it needs no editor: a real MCP client before the sandbox and before worse servers.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it, type TestContext } from 'node:test';
import { testConnection } from '../../src/connectionTest.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Server } from '../../src/servers/server.ts';
import type { Session } from '../../src/session/session.ts';
import type { ConnectionReport, TestedServer } from '../../src/vscode/connectionReport.ts';
import { Attempt, until } from './attempt.ts';
import { serverAt } from './desk.ts';
import { startToolWorld } from './driverStand.ts';
import { FaultTrial } from './faultTrial.ts';
import type { World } from './world.ts';

const never = new AbortController().signal;
let sandbox: Sandbox;

before(async () => {
  sandbox = await startSandbox();
});

beforeEach(() => sandbox.faults.set([]));

after(() => sandbox.close());

async function openTrial(t: TestContext, server: Partial<Server> = {}): Promise<FaultTrial> {
  const trial = await new FaultTrial(sandbox).open(server);
  t.after(() => trial.close());
  return trial;
}

function test(trial: FaultTrial, signal = never): Promise<ConnectionReport> {
  return testConnection(trial.session, trial.desk.ports, signal);
}

function working(report: ConnectionReport): TestedServer {
  assert.ok(report.kind === 'works', JSON.stringify(report));
  return report.server;
}

const toolNames = ['whoami', 'add_note', 'list_notes', 'count_slowly'];

describe('A connection that is tested', () => {
  it('to a server that one is signed in to shows who answers, in which revision, and its tools', async (t) => {
    const trial = await openTrial(t);
    assert.equal(await trial.signIn(), 'connected');
    const { name, version, revision, transport, tools, capabilities } = working(await test(trial));
    assert.match(`${name} ${version}`, /\w \d/);
    assert.deepEqual([revision, transport], ['2026-07-28', 'streamable_http']);
    assert.deepEqual(
      tools.map((tool) => tool.name),
      toolNames,
    );
    assert.match(tools[0]?.description ?? '', /\w/);
    assert.ok(capabilities.includes('tools'));
    assert.equal(trial.desk.clock.pendingTimers, 0);
  });

  it('to a server of the older transport falls back to that', async (t) => {
    const trial = await openTrial(t, { url: sandbox.sseUrl });
    assert.equal(await trial.signIn(), 'connected');
    const { transport, tools, revision } = working(await test(trial));
    assert.deepEqual([transport, revision, tools.length], ['sse', '2025-11-25', 4]);
  });

  it('with a token that has run out is tested with a new one', async (t) => {
    const trial = await openTrial(t);
    await trial.signIn();
    const before = trial.session.accessToken;
    trial.desk.clock.advance(3_600_001);
    working(await test(trial));
    assert.notEqual(trial.session.accessToken, before);
  });

  it('to a server that nobody is signed in to says that, and opens no browser', async (t) => {
    const trial = await openTrial(t);
    const report = await test(trial);
    assert.ok(report.kind === 'waits' && report.state.kind === 'needs_auth', JSON.stringify(report));
    assert.deepEqual(trial.desk.opened, []);
  });

  it('while somebody signs in does not wait for them', async (t) => {
    const trial = await openTrial(t);
    trial.desk.person = () => undefined;
    const signingIn = trial.session.signIn();
    await until(() => trial.desk.opened.length > 0);
    const report = await test(trial);
    assert.ok(report.kind === 'waits' && report.state.kind === 'authorizing', JSON.stringify(report));
    trial.session.cancelSignIn();
    await signingIn;
  });

  it('to a server that takes no token, however new, ends the sign-in as any client would (field case 19)', async (t) => {
    const trial = await openTrial(t);
    await trial.signIn();
    sandbox.faults.set(['token-never-accepted']);
    const report = await test(trial);
    assert.ok(report.kind === 'waits' && report.state.kind === 'expired', JSON.stringify(report));
  });

  it('to a server that allows nothing says so, and the sign-in is kept (checklist 12.6)', async (t) => {
    const trial = await openTrial(t);
    await trial.signIn();
    sandbox.faults.set(['forbidden']);
    const report = await test(trial);
    assert.ok(report.kind === 'refused' && report.how === 'forbidden', JSON.stringify(report));
    assert.equal(trial.session.state.kind, 'connected');
  });

  it('to a server that wants more asks nobody, and hands on what it wants (checklist 12.4)', async (t) => {
    const trial = await openTrial(t);
    await trial.signIn();
    sandbox.faults.set(['step-up-authentication']);
    trial.desk.allowsMoreAccess = false;
    const report = await test(trial);
    assert.ok(report.kind === 'refused' && report.how === 'more_access_wanted', JSON.stringify(report));
    assert.equal(report.challenge?.error, 'insufficient_user_authentication');
    assert.equal(trial.desk.opened.length, 1);
    // Nobody has said no: whoever uses the server next is asked.
    const questions = trial.desk.questions.length;
    await trial.callTool('whoami');
    assert.equal(trial.desk.questions.length, questions + 1);
  });

  it('to a server that sends elsewhere does not follow (checklist 11.4)', async (t) => {
    const trial = await openTrial(t);
    await trial.signIn();
    sandbox.faults.set(['mcp-redirect']);
    const report = await test(trial);
    assert.ok(report.kind === 'refused' && report.how === 'redirected', JSON.stringify(report));
  });

  it('to a server in trouble says so', async (t) => {
    const trial = await openTrial(t);
    await trial.signIn();
    sandbox.faults.set(['mcp-unavailable']);
    const report = await test(trial);
    assert.ok(report.kind === 'failed' && report.error.code === 'server_busy', JSON.stringify(report));
    assert.equal(report.error.facts.status, 503);
  });

  it('leaves no session behind at a server that has them', async (t) => {
    const world = await openWorld(t);
    givingSessions(world);
    working(await testAt(world));
    assert.equal(world.requests.at(-1), 'DELETE /mcp');
  });

  it('calls no tool', async (t) => {
    const world = await openWorld(t);
    working(await testAt(world));
    const asked = world.sent('/mcp').flatMap(({ body }) => methodIn(body) ?? []);
    const hello = ['server/discover', 'initialize', 'notifications/initialized'];
    assert.deepEqual(
      asked.filter((method) => !hello.includes(method)),
      ['tools/list'],
    );
  });

  it('reads every page of the tools', async (t) => {
    const world = await openWorld(t);
    answering(world, 'tools/list', ({ cursor }) => {
      const page = Number(cursor ?? 1);
      const tools = [{ name: `tool_${page}`, inputSchema: { type: 'object' } }];
      return { result: page < 3 ? { tools, nextCursor: String(page + 1) } : { tools } };
    });
    const { tools } = working(await testAt(world));
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['tool_1', 'tool_2', 'tool_3'],
    );
  });

  it('to a server that answers without end takes no more than any server needs', async (t) => {
    const page = (at: number) => ({
      name: `tool_${at}`,
      description: 'x'.repeat(1_000_000),
      inputSchema: { type: 'object' },
    });
    const answers = [
      () => ({ result: { tools: Array.from({ length: 30 }, (_, at) => page(at)) } }),
      ({ cursor = '1' }: { readonly cursor?: string }) => ({
        result: { tools: [page(Number(cursor))], nextCursor: String(Number(cursor) + 1) },
      }),
    ] as const;
    for (const answer of answers) {
      const world = await openWorld(t);
      answering(world, 'tools/list', answer);
      assert.equal((await testAt(world)).kind, 'no_mcp');
      assert.ok(world.sent('/mcp').length < 30);
    }
  });

  it('to a server that never answers ends with the time for it, and leaves nothing waiting', async (t) => {
    const world = await openWorld(t);
    const { tested } = await testSilent(world);
    attempt.desk.clock.advance(30_000);
    const report = await tested;
    assert.ok(report.kind === 'failed' && report.error.code === 'timed_out', JSON.stringify(report));
    assert.equal(report.error.facts.host, new URL(world.mcpUrl).host);
  });

  it('that is cancelled ends at once', async (t) => {
    const world = await openWorld(t);
    const { tested, cancel } = await testSilent(world);
    cancel.abort();
    assert.deepEqual(await tested, { kind: 'cancelled' });
    assert.equal(attempt.desk.clock.pendingTimers, 0);
  });

  it('to a server that is gone says that it cannot be reached', async (t) => {
    const world = await openWorld(t);
    const session = await signIn(world);
    await world.close();
    const report = await testConnection(session, attempt.desk.ports, never);
    assert.ok(report.kind === 'failed' && report.error.code === 'unreachable', JSON.stringify(report));
    assert.equal(session.state.kind, 'offline');
  });

  it('to an address at which there is something else says so', async (t) => {
    for (const [reply, code] of [
      [{ status: 404, body: 'Not found' }, 'server_failed'],
      [{ status: 429 }, 'server_busy'],
      [{ status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Hello</h1>' }, 'no_mcp'],
    ] as const) {
      const world = await openWorld(t);
      const session = await signIn(world);
      world.answers.set('/mcp', () => reply);
      const report = await testConnection(session, attempt.desk.ports, never);
      assert.equal(report.kind === 'failed' ? report.error.code : report.kind, code);
    }
  });

  it('to a server that answers with an error of MCP hands on its words', async (t) => {
    const world = await openWorld(t);
    answering(world, 'tools/list', () => ({ error: { code: -32_603, message: 'The moon is full.' } }));
    const report = await testAt(world);
    assert.ok(report.kind === 'no_mcp', JSON.stringify(report));
    assert.match(report.words ?? '', /The moon is full\./);
  });
});

const attempt = new Attempt();

async function openWorld(t: TestContext): Promise<World> {
  const world = await startToolWorld();
  t.after(() => world.close().catch(() => undefined));
  return world;
}

async function signIn(world: World): Promise<Session> {
  const { desk } = attempt;
  desk.person = (url) => world.visit(url);
  const session = await desk.open(serverAt(world.mcpUrl));
  assert.equal(await session.signIn(), 'granted');
  return session;
}

async function testAt(world: World): Promise<ConnectionReport> {
  return testConnection(await signIn(world), attempt.desk.ports, never);
}

/** A test that waits for a server which takes a request and does not answer it. */
async function testSilent(world: World) {
  const session = await signIn(world);
  world.silent.add('/mcp');
  const before = world.sent('/mcp').length;
  const cancel = new AbortController();
  const tested = testConnection(session, attempt.desk.ports, cancel.signal);
  await until(() => world.sent('/mcp').length > before);
  return { tested, cancel };
}

function methodIn(body: string): string | undefined {
  return (JSON.parse(body || '{}') as { readonly method?: string }).method;
}

/** Lets the server answer a method in its own way. */
function answering(
  world: World,
  method: string,
  answer: (params: { readonly cursor?: string }) => object,
): void {
  const usual = world.answers.get('/mcp');
  world.answers.set('/mcp', (request) => {
    if (request.method !== 'POST' || methodIn(request.body) !== method) return usual?.(request) ?? {};
    const { id, params = {} } = JSON.parse(request.body) as { readonly id: number; readonly params?: object };
    return { body: { jsonrpc: '2.0', id, ...answer(params) } };
  });
}

function givingSessions(world: World): void {
  const answer = world.answers.get('/mcp');
  world.answers.set('/mcp', (request) => {
    if (request.method === 'DELETE') return { status: 200, body: '' };
    const reply = answer?.(request) ?? {};
    return { ...reply, headers: { ...reply.headers, 'mcp-session-id': 's-1' } };
  });
}
