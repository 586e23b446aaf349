// What is kept of attempts, and the text that a person reads of it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuthError } from '../../src/oauth/authError.ts';
import { type Decision } from '../../src/oauth/decision.ts';
import { mostEntries, mostOfAKind, Traces, type Trace } from '../../src/session/trace.ts';
import { Attempt, issuerDocument, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import { GatewayClient, ping } from './gatewayClient.ts';
import { ManualClock } from './manualClock.ts';
import { traceOf, traceText } from './traceTexts.ts';

const attempt = new Attempt();
const hourMs = 3_600_000;

/** What was decided, in order, with the requests in between. */
function stepsOf({ entries }: Trace): readonly string[] {
  return entries.map((entry) => (entry.kind === 'request' ? entry.purpose : entry.decision.id));
}

function decisionsOf(trace: Trace | undefined): readonly Decision[] {
  return (trace?.entries ?? []).flatMap((entry) => (entry.kind === 'decision' ? [entry.decision] : []));
}

describe('The trace of a sign-in', () => {
  it('has each request with its purpose and status, and each decision between them in its order', async () => {
    const { session } = await attempt.signIn();
    const [trace] = session.traces.all;
    assert.ok(trace);
    assert.deepEqual([trace.kind, trace.outcome, session.traces.all.length], ['sign_in', 'granted', 1]);
    // The first two requests are made side by side.
    assert.deepEqual(stepsOf(trace).slice(0, 2).toSorted(), ['first_contact', 'resource_document']);
    assert.deepEqual(stepsOf(trace).slice(2), [
      'challenge_read',
      'resource_document_named',
      'issuer_document',
      'issuer_document_found',
      'issuer_matches',
      'pkce_promised',
      'resource_chosen',
      'scopes_chosen',
      'redirects_possible',
      'redirect_prepared',
      'registration',
      'client_chosen',
      'page_opened',
      'answer_arrived',
      'state_matches',
      'arrival_matches',
      'sender_matches',
      'code_arrived',
      'token',
      'tokens_received',
      'account_named',
      'grant_kept',
    ]);
    const contact = trace.entries.find(
      (entry) => entry.kind === 'request' && entry.purpose === 'first_contact',
    );
    assert.ok(contact?.kind === 'request');
    assert.deepEqual([contact.method, contact.address, contact.outcome], ['POST', attempt.world.mcpUrl, 401]);
  });

  it('says why each choice fell as it did', async () => {
    const { session } = await attempt.signIn({
      oauth: { clientId: 'mine', scopes: ['only:this'], resource: attempt.world.mcpUrl },
    });
    const decisions = decisionsOf(session.traces.all[0]);
    const of = (id: Decision['id']) => decisions.find((decision) => decision.id === id);
    assert.deepEqual(of('client_chosen'), { id: 'client_chosen', kind: 'configured', method: 'none' });
    assert.deepEqual(of('scopes_chosen'), {
      id: 'scopes_chosen',
      scopes: ['only:this'],
      by: 'setting',
      isWidened: false,
      asksToStay: false,
    });
    assert.deepEqual(of('resource_chosen'), {
      id: 'resource_chosen',
      resource: attempt.world.mcpUrl,
      by: 'setting',
    });
  });

  it('tells a document that was passed over from the one that counts, and what is known already', async () => {
    const document = attempt.world.answers.get(issuerDocument);
    assert.ok(document);
    attempt.world.answers.delete(issuerDocument);
    attempt.world.answers.set('/as/.well-known/openid-configuration', document);
    const { session } = await attempt.signIn();
    const ids = decisionsOf(session.traces.all[0]).map(({ id }) => id);
    assert.equal(ids.filter((id) => id === 'document_passed_over').length, 2);
    await session.signOut();
    await session.signIn();
    const again = decisionsOf(session.traces.all[0]);
    assert.ok(again.some(({ id }) => id === 'document_remembered'));
    assert.ok(again.some((decision) => decision.id === 'client_chosen' && decision.kind === 'stored'));
    assert.ok(again.some(({ id }) => id === 'client_trusted'));
  });

  it('ends at the point of failure, with the rule, the sentence and what to try (checklist 9.1)', async () => {
    attempt.world.redirect = (request) => ({
      ...attempt.world.allow(request),
      iss: 'https://login.example',
    });
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await assert.rejects(session.signIn());
    const [trace] = session.traces.all;
    assert.equal(trace?.outcome, 'failed');
    assert.equal(trace.error?.code, 'iss_mismatch');
    assert.equal(stepsOf(trace).at(-1), 'arrival_matches');
    const text = traceOf(session);
    assert.match(text, /✗ 9\.1 9\.2 +It stopped here: iss_mismatch/);
    assert.equal(text.match(/The answer comes from “https:\/\/login\.example” instead of/g)?.length, 1, text);
    assert.match(text, /What to try: Sign in again/);
    assert.ok(text.indexOf('It arrived where it was sent to') < text.indexOf('It stopped here'));
  });

  it('quotes the server as the server', async () => {
    attempt.world.redirect = (request) => ({
      error: 'access_denied',
      error_description: 'Not before noon.',
      state: request.get('state') ?? '',
      iss: attempt.world.issuer,
    });
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await assert.rejects(session.signIn());
    assert.match(traceOf(session), /The server said: “Not before noon\.”/);
  });

  it('says that it was cancelled, or not needed', async () => {
    const desk = attempt.desk;
    desk.person = () => undefined;
    const session = await desk.open({ name: 'notes', url: attempt.world.mcpUrl, headers: {}, oauth: {} });
    const result = session.signIn();
    while (session.state.kind !== 'authorizing' || desk.opened.length === 0)
      await new Promise((resolve) => setImmediate(resolve));
    assert.match(traceOf(session), /Sign-in · .* · still running/);
    session.cancelSignIn();
    await result;
    assert.equal(session.traces.all[0]?.outcome, 'cancelled');
    attempt.world.answers.set('/mcp', () => ({ body: { jsonrpc: '2.0', id: 0, result: {} } }));
    attempt.world.answers.delete(resourceDocument);
    desk.clock.advance(hourMs);
    await session.signIn();
    const [open] = session.traces.all;
    assert.equal(open.outcome, 'not_needed');
    assert.equal(decisionsOf(open).at(-1)?.id, 'server_open');
  });

  it('that another window began is there where it is finished', async () => {
    const { received } = await attempt.leaveWaiting();
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    const [key = ''] = attempt.desk.records.keysOf('pending');
    const pending = JSON.parse(attempt.desk.records.records.get(key) ?? '{}') as {
      readonly value?: { readonly authorization: never };
      readonly authorization: never;
    };
    await session.finish((pending.value ?? pending).authorization, received);
    const [trace] = session.traces.all;
    assert.equal(trace?.outcome, 'granted');
    assert.equal(stepsOf(trace)[0], 'answer_arrived');
  });
});

describe('The trace of a renewal', () => {
  it('is an attempt of its own, with what a failure was taken for (checklist 11.12)', async () => {
    attempt.world.givesRefreshTokens = true;
    const { session } = await attempt.signIn();
    attempt.desk.clock.advance(hourMs);
    await session.authorization();
    const [renewal, signIn] = session.traces.all;
    assert.deepEqual([renewal?.kind, renewal?.outcome, signIn?.kind], ['renewal', 'renewed', 'sign_in']);
    assert.deepEqual(renewal && stepsOf(renewal), ['renewal_by', 'token', 'tokens_received', 'grant_kept']);

    attempt.world.answers.set('/as/token', () => ({ status: 503 }));
    attempt.desk.clock.advance(hourMs);
    await session.authorization();
    const [failed] = session.traces.all;
    assert.deepEqual([failed?.outcome, failed?.error?.code], ['failed', 'server_busy']);
    assert.deepEqual(decisionsOf(failed).at(-1), { id: 'renewal_judged', fault: 'passing' });
    assert.match(traceOf(session), /Renewal · .* · failed, after/);
  });
});

describe('The trace of a refused request', () => {
  const client = new GatewayClient();

  it('says what the refusal means, and what was done about it (checklist 12.2)', async () => {
    await client.session.signIn();
    client.world.answers.set('/mcp', () => ({
      status: 403,
      headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="notes:admin"' },
    }));
    client.desk.allowsMoreAccess = false;
    await client.call(ping);
    const refused = client.session.traces.all.find(({ kind }) => kind === 'refused_request');
    assert.equal(refused?.outcome, 'not_sent_again');
    assert.deepEqual(decisionsOf(refused), [
      { id: 'refusal_judged', status: 403, meaning: 'more_scopes_wanted' },
      { id: 'person_asked', about: 'access', allows: false },
    ]);
    await client.call(ping);
    assert.deepEqual(decisionsOf(client.session.traces.all[0]).at(-1), { id: 'questions_spent' });
  });
});

describe('What is kept of attempts', () => {
  const clock = new ManualClock();
  const request = (address: string) =>
    ({ purpose: 'token', method: 'POST', address, outcome: 400, durationMs: 1 }) as const;

  it('is bounded, and none takes the room of another kind', () => {
    const traces = new Traces(clock, (text) => text);
    const signIn = traces.begin('sign_in');
    for (let count = 0; count < 50; count += 1) traces.begin('refused_request');
    assert.equal(traces.all.length, mostOfAKind + 1);
    assert.ok(traces.all.includes(signIn));
    for (let count = 0; count < 1000; count += 1) signIn.exchange(request(`https://as.example/${count}`));
    assert.equal(signIn.entries.length, mostEntries);
    assert.equal(signIn.omitted, 1000 - mostEntries);
    const addresses = signIn.entries.map((entry) => (entry.kind === 'request' ? entry.address : ''));
    assert.equal(addresses[0], 'https://as.example/0');
    assert.equal(addresses.at(-1), 'https://as.example/999');
    assert.match(
      traceText(
        { name: 'n', url: 'u', state: { kind: 'no_auth', reason: 'not_asked' }, traces: traces.all },
        0,
      ),
      /880 steps in between were not kept/,
    );
  });

  it('counts the same request with the same answer, as a person who waits for a code makes it', () => {
    const trace = new Traces(clock, (text) => text).begin('sign_in');
    for (let count = 0; count < 300; count += 1) trace.exchange(request('https://as.example/token'));
    assert.equal(trace.entries.length, 1);
    assert.ok(trace.entries[0]?.kind === 'request' && trace.entries[0].times === 300);
  });

  it('takes nothing more once the attempt is over', () => {
    const trace = new Traces(clock, (text) => text).begin('sign_in');
    trace.end('cancelled');
    trace.exchange(request('https://as.example/token'));
    trace.fail(new AuthError('unexpected'));
    assert.deepEqual([trace.entries.length, trace.outcome, trace.error], [0, 'cancelled', undefined]);
  });
});
