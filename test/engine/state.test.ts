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

const resting = {
  no_auth: { kind: 'no_auth', reason: 'not_asked' },
  needs_auth: { kind: 'needs_auth', reason: 'never_signed_in' },
  needs_client_registration: { kind: 'needs_client_registration', error: closed },
  connected: { kind: 'connected', ...grant },
  expired: { kind: 'expired', reason: 'ran_out', account },
  error: { kind: 'error', error },
} as const satisfies Record<RestingState['kind'], RestingState>;

const events = {
  grant_present: { kind: 'grant_present', grant, rejected: false, nowMs: 999 },
  sign_in_granted: { kind: 'sign_in_granted', grant, nowMs: 999 },
  grant_absent: { kind: 'grant_absent', reason: 'signed_out' },
  sign_in_started: { kind: 'sign_in_started' },
  browser_opening: { kind: 'browser_opening', host: 'as.example', previousHost: undefined },
  sign_in_cancelled: { kind: 'sign_in_cancelled' },
  sign_in_failed: { kind: 'sign_in_failed', error },
  sign_in_not_needed: { kind: 'sign_in_not_needed' },
  token_rejected: { kind: 'token_rejected' },
  sign_in_demanded: { kind: 'sign_in_demanded' },
  time_passed: { kind: 'time_passed', nowMs: 1000 },
} as const satisfies Record<SessionEvent['kind'], SessionEvent>;

/** Where each event leads from each state; `=` is the state itself, `&` the attempt with that state behind it. */
const table: Record<RestingState['kind'], Record<SessionEvent['kind'], string>> = {
  no_auth: row('connected connected needs_auth & = = error no_auth = needs_auth ='),
  needs_auth: row('connected connected needs_auth & = = error no_auth = = ='),
  needs_client_registration: row('connected connected needs_auth & = = error no_auth = = ='),
  connected: row('connected connected needs_auth & = = = no_auth expired = expired'),
  expired: row('connected connected needs_auth & = = error no_auth = = ='),
  error: row('connected connected needs_auth & = = error no_auth = = ='),
};

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
        const ends = [
          'grant_present',
          'sign_in_granted',
          'sign_in_cancelled',
          'sign_in_failed',
          'sign_in_not_needed',
        ].includes(event.kind);
        assert.equal(next.kind === 'authorizing', !ends);
        if (event.kind === 'sign_in_cancelled') assert.equal(next, from);
      });
    }
  }

  it('takes a grant that ran out or was rejected to expired', () => {
    const late = transition(resting.needs_auth, { ...events.grant_present, nowMs: 1000 });
    assert.deepEqual(late, { kind: 'expired', reason: 'ran_out', account });
    const rejected = transition(resting.needs_auth, { ...events.grant_present, rejected: true });
    assert.deepEqual(rejected, { kind: 'expired', reason: 'rejected', account });
  });

  it('takes a closed registration to needs_client_registration', () => {
    const next = transition(resting.needs_auth, { kind: 'sign_in_failed', error: closed });
    assert.equal(next.kind, 'needs_client_registration');
  });

  it('keeps a connected server connected when a second sign-in fails', () => {
    const attempt = transition(resting.connected, events.sign_in_started);
    assert.equal(transition(attempt, events.sign_in_failed), resting.connected);
  });

  it('ends an attempt whose grant was over at once', () => {
    const attempt: SessionState = { kind: 'authorizing', before: resting.needs_auth, host: undefined };
    assert.equal(transition(attempt, { ...events.sign_in_granted, nowMs: 1000 }).kind, 'expired');
  });

  it('does not end an attempt for a grant that no longer works', () => {
    const attempt: SessionState = { kind: 'authorizing', before: resting.connected, host: 'as.example' };
    const next = transition(attempt, { ...events.grant_present, rejected: true });
    assert.deepEqual(next, {
      kind: 'authorizing',
      before: { kind: 'expired', reason: 'rejected', account },
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
