/** How much a server needs a person: the order of every list of servers, and the groups in it. */
import { needsPerson, type SessionState } from './state.ts';

/** `person`: nothing goes on without one. `signing_in`: one is at it. `offline`: it is tried again by itself. */
export type Need = 'person' | 'signing_in' | 'offline' | 'ready';

/** What is broken comes before what was never begun, and what works comes last. */
const ranks: Record<SessionState['kind'], number> = {
  error: 0,
  needs_client_registration: 1,
  expired: 2,
  needs_auth: 3,
  authorizing: 4,
  offline: 5,
  connected: 6,
  no_auth: 7,
};

export function needOf(state: SessionState): Need {
  if (needsPerson(state)) return 'person';
  if (state.kind === 'authorizing') return 'signing_in';
  return state.kind === 'offline' ? 'offline' : 'ready';
}

/** The most needy first; the rest in the order in which they came. */
export function byNeed<Item extends { readonly state: SessionState }>(items: readonly Item[]): Item[] {
  return items.toSorted((one, other) => ranks[one.state.kind] - ranks[other.state.kind]);
}
