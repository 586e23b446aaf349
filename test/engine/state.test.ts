import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuthError } from '../../src/oauth/authError.ts';
import {
  transition,
  type RestingState,
  type SessionEvent,
  type SessionState,
} from '../../src/session/state.ts';

const account = { id: 'u-1', label: 'ada' };
const grant = { account, scopes: ['a'], expiresAtMs: 1000, renewable: false };
const error = new AuthError('unreachable');
const closed = new AuthError('registration_closed');
const ending = { reason: 'refused', host: 'as.example', serverWords: 'Revoked.' } as const;

const resting = {
  no_auth: { kind: 'no_auth', reason: 'not_asked' },
  needs_auth: { kind: 'needs_auth', reason: 'never_signed_in' },
  needs_client_registration: { kind: 'needs_client_registration', error: closed },
  connected: { kind: 'connected', ...grant },
  offline: { kind: 'offline', ...grant, error, retryAtMs: 500 },
  expired: { kind: 'expired', reason: 'ran_out', account },
  error: { kind: 'error', error },
} as const satisfies Record<RestingState['kind'], RestingState>;

const events = {
  grant_present: { kind: 'grant_present', grant, ending: undefined, nowMs: 999 },
  sign_in_granted: { kind: 'sign_in_granted', grant, nowMs: 999 },
  grant_absent: { kind: 'grant_absent', reason: 'signed_out' },
  sign_in_started: { kind: 'sign_in_started' },
  sign_in_step: { kind: 'sign_in_step', step: { kind: 'finishing', host: 'as.example' } },
  browser_opening: { kind: 'browser_opening', host: 'as.example', previousHost: undefined },
  sign_in_cancelled: { kind: 'sign_in_cancelled' },
  sign_in_failed: { kind: 'sign_in_failed', error },
  sign_in_not_needed: { kind: 'sign_in_not_needed' },
  grant_ended: { kind: 'grant_ended', ending },
  contact_lost: { kind: 'contact_lost', error, retryAtMs: 700 },
  contact_made: { kind: 'contact_made' },
  renewal_stuck: { kind: 'renewal_stuck', error },
  sign_in_demanded: { kind: 'sign_in_demanded' },
  time_passed: { kind: 'time_passed', nowMs: 1000 },
} as const satisfies Record<SessionEvent['kind'], SessionEvent>;

/**
 * Where each event leads from each state, in the order of the events above; `=` is the state itself, `&` the attempt with
 * that state behind it.
 */
const table: Record<RestingState['kind'], Record<SessionEvent['kind'], string>> = {
  no_auth: row('connected connected needs_auth & = = = error no_auth = = = = needs_auth ='),
  needs_auth: row('connected connected needs_auth & = = = error no_auth = = = = = ='),
  needs_client_registration: row('connected connected needs_auth & = = = error no_auth = = = = = ='),
  connected: row('connected connected needs_auth & = = = = no_auth expired offline = error = expired'),
  offline: row('connected connected needs_auth & = = = = no_auth expired offline connected error = expired'),
  expired: row('connected connected needs_auth & = = = error no_auth = = = = = ='),
  error: row('connected connected needs_auth & = = = error no_auth = = = = = ='),
};

/** After these there is no attempt any more. */
const ends: readonly SessionEvent['kind'][] = [
  'sign_in_granted',
  'sign_in_cancelled',
  'sign_in_failed',
  'sign_in_not_needed',
];

describe('The transition', () => {
  for (const from of Object.values(resting)) {
    for (const event of Object.values(events)) {
      const to = table[from.kind][event.kind];
      it(`takes ${from.kind} on ${event.kind} to ${to}`, () => {
        const next = transition(from, event);
        if (to === '=') assert.equal(next, from);
        else if (to === '&') assert.deepEqual(next, { kind: 'authorizing', before: from, host: undefined });
        else assert.equal(next.kind, to);
      });

      it(`takes an attempt begun in ${from.kind} on ${event.kind} where the person can go on`, () => {
        const attempt: SessionState = { kind: 'authorizing', before: from, host: undefined };
        const next = transition(attempt, event);
        assert.equal(next.kind === 'authorizing', !ends.includes(event.kind));
        if (event.kind === 'sign_in_cancelled') assert.equal(next, from);
        if (next.kind !== 'authorizing' || to === '&') return;
        // What happens meanwhile is not lost: it is what the attempt goes back to.
        assert.equal(next.before.kind, to === '=' ? from.kind : to);
      });
    }
  }

  it('reaches every state that there is', () => {
    const reached = new Set(
      Object.values(resting).flatMap((from) =>
        Object.values(events).map((event) => transition(from, event).kind),
      ),
    );
    assert.ok(
      transition(resting.needs_auth, { kind: 'sign_in_failed', error: closed }).kind ===
        'needs_client_registration',
    );
    assert.deepEqual([...reached].sort(), ['authorizing', ...Object.keys(resting)].sort());
  });

  it('takes a grant that ran out to expired, and one that ended with what was said about it', () => {
    const late = transition(resting.needs_auth, { ...events.grant_present, nowMs: 1000 });
    assert.deepEqual(late, { kind: 'expired', reason: 'ran_out', account });
    const ended = transition(resting.needs_auth, { ...events.grant_present, ending });
    assert.deepEqual(ended, { kind: 'expired', account, ...ending });
    assert.deepEqual(transition(resting.offline, events.grant_ended), ended);
  });

  it('leaves a grant connected that ran out and renews itself', () => {
    const renewable = { ...grant, renewable: true };
    const connected = transition(resting.needs_auth, {
      ...events.grant_present,
      grant: renewable,
      nowMs: 5000,
    });
    assert.equal(connected.kind, 'connected');
    assert.equal(transition(connected, { kind: 'time_passed', nowMs: 9000 }), connected);
  });

  it('keeps account, scopes and expiry while the server cannot be reached, and has them back afterwards', () => {
    const offline = transition(resting.connected, events.contact_lost);
    assert.deepEqual(offline, { kind: 'offline', ...grant, error, retryAtMs: 700 });
    assert.deepEqual(transition(offline, events.contact_made), resting.connected);
  });

  it('takes a closed registration to needs_client_registration', () => {
    const next = transition(resting.needs_auth, { kind: 'sign_in_failed', error: closed });
    assert.equal(next.kind, 'needs_client_registration');
    const stuck = transition(resting.connected, {
      kind: 'renewal_stuck',
      error: new AuthError('client_refused'),
    });
    assert.equal(stuck.kind, 'needs_client_registration');
  });

  it('keeps a server connected or offline when a second sign-in fails', () => {
    for (const before of [resting.connected, resting.offline]) {
      const attempt = transition(before, events.sign_in_started);
      assert.equal(transition(attempt, events.sign_in_failed), before);
    }
  });

  it('ends an attempt whose grant was over at once', () => {
    const attempt: SessionState = { kind: 'authorizing', before: resting.needs_auth, host: undefined };
    assert.equal(transition(attempt, { ...events.sign_in_granted, nowMs: 1000 }).kind, 'expired');
  });

  it('does not end an attempt for what other windows do to the grant behind it', () => {
    const attempt: SessionState = { kind: 'authorizing', before: resting.connected, host: 'as.example' };
    assert.deepEqual(transition(attempt, { ...events.grant_present, ending }), {
      kind: 'authorizing',
      before: { kind: 'expired', account, ...ending },
      host: 'as.example',
    });
  });
});

function row(cells: string): Record<SessionEvent['kind'], string> {
  const targets = cells.split(' ');
  const kinds = Object.keys(events);
  assert.equal(targets.length, kinds.length);
  return Object.fromEntries(kinds.map((kind, index) => [kind, targets[index] ?? ''])) as Record<
    SessionEvent['kind'],
    string
  >;
}
