import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuthError } from '../../src/oauth/authError.ts';
import { byNeed, needOf } from '../../src/session/need.ts';
import { needsPerson, type SessionState } from '../../src/session/state.ts';

const account = { id: 'ada', label: 'ada' };
const facts = { account, scopes: [], expiresAtMs: undefined, renewable: false };
const error = new AuthError('unreachable');
const never = { kind: 'needs_auth', reason: 'never_signed_in' } as const;
/** In the order in which a list shows them. */
const states: readonly SessionState[] = [
  { kind: 'error', error },
  { kind: 'needs_client_registration', error: new AuthError('registration_closed') },
  { kind: 'expired', reason: 'ran_out', account },
  never,
  { kind: 'authorizing', before: never, host: undefined },
  { kind: 'offline', error, retryAtMs: 0, ...facts },
  { kind: 'connected', ...facts },
  { kind: 'no_auth', reason: 'not_asked' },
];

describe('The order of a list of servers', () => {
  it('has those first that need a person, the broken before the new, and last what works', () => {
    const listed = byNeed(states.toReversed().map((state) => ({ state })));
    assert.deepEqual(
      listed.map(({ state }) => state.kind),
      states.map(({ kind }) => kind),
    );
  });

  it('keeps the order of the settings where servers are alike', () => {
    const alike = ['c', 'a', 'b'].map((name) => ({ name, state: never }));
    assert.deepEqual(byNeed(alike), alike);
  });

  it('never mixes those that need a person with others', () => {
    const groups = states.map(needOf);
    assert.deepEqual(
      groups.map((need) => need === 'person'),
      states.map(needsPerson),
    );
    const begins = groups.filter((need, at) => need !== groups[at - 1]);
    assert.deepEqual(begins, ['person', 'signing_in', 'offline', 'ready']);
  });
});
