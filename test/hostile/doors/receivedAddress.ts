/** Addresses that come back from a browser or out of a clipboard (checklist 7.6, 8, 9). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { receivedAddress, stateOf } from '../../../src/oauth/receivedAddress.ts';
import { checkRedirect } from '../../../src/oauth/redirect.ts';
import { asArrived, readPasted } from '../../../src/vscode/pastedAddress.ts';
import { requireKnown, type Door } from '../door.ts';
import { addresses, text } from '../hostileText.ts';
import { issuerAs, pendingFor, secretsOfPending } from '../rightWorld.ts';

interface Case {
  readonly sendsIss: boolean;
  readonly isRelayed: boolean;
  readonly base: string;
  readonly parameters: readonly (readonly [string, string])[];
  readonly isEncoded: boolean;
  readonly tail: string;
}

const arrival = 'vscode://mcp-oauth.mcp-oauth/callback';
const names = ['state', 'code', 'iss', 'error', 'error_description', 'nonce', 'windowId', '__proto__'];
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('STATE', 'WIRE', 'code-of-the-answer', issuerAs, 'access_denied', 'VERIFIER'),
  },
  { weight: 2, arbitrary: text },
);
const others = fc.array(
  fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, text), value),
  {
    maxLength: 6,
  },
);
/** A right answer, of which one parameter is another or comes twice. */
const nearlyRight = fc
  .tuple(fc.constantFrom('WIRE', 'STATE'), fc.nat(2), value, fc.constantFrom('changed', 'doubled', 'whole'))
  .map(([state, place, odd, how]) => {
    const right = [
      ['state', state],
      ['code', 'code-of-the-answer'],
      ['iss', issuerAs],
    ] as const;
    const [name] = right[place] ?? right[0];
    if (how === 'doubled') return [...right, [name, odd] as const];
    return right.map((one, index) => (how === 'changed' && index === place ? ([name, odd] as const) : one));
  });

export const receivedAddressDoor: Door<Case> = {
  name: 'receivedAddress',
  share: 20,
  cases: fc.record({
    sendsIss: fc.boolean(),
    isRelayed: fc.boolean(),
    base: fc.oneof({ weight: 5, arbitrary: fc.constant(arrival) }, fc.constantFrom(...addresses), text),
    parameters: fc.oneof(others, nearlyRight),
    isEncoded: fc.boolean(),
    tail: fc.oneof({ weight: 5, arbitrary: fc.constant('') }, text),
  }),
  try({ sendsIss, isRelayed, base, parameters, isEncoded, tail }) {
    const pending = pendingFor({ sendsIss, isRelayed, arrival });
    const filled = parameters.map(([name, one]): [string, string] => [
      name,
      one === 'STATE'
        ? pending.state
        : one === 'WIRE'
          ? pending.wireState
          : one.replace('VERIFIER', pending.codeVerifier),
    ]);
    const query = isEncoded
      ? new URLSearchParams(filled).toString()
      : filled.map(([name, one]) => `${name}=${one}`).join('&');
    const whole = `${base}?${query}${tail}`;
    const inParts = receivedAddress({
      scheme: 'vscode',
      authority: 'mcp-oauth.mcp-oauth',
      path: '/callback',
      query,
    });
    const pasted = readPasted(whole);
    const route = { arrivalUri: arrival, stations: [arrival, 'https://relay.example/redirect'] };
    const all = [whole, inParts, ...(pasted === undefined ? [] : [pasted, asArrived(pasted, route)])];
    for (const received of all) {
      stateOf(received);
      try {
        checkRedirect(pending, received);
      } catch (thrown) {
        requireKnown(thrown, secretsOfPending(pending));
        continue;
      }
      const { protocol, host, pathname, searchParams } = new URL(received);
      assert.equal(`${protocol}//${host}${pathname}`, arrival);
      const states = searchParams.getAll('state');
      assert.ok(isRelayed ? searchParams.get('nonce') === pending.state : states.length === 1);
      assert.ok(states.every((state) => state === pending.wireState));
      assert.equal(searchParams.getAll('code').length, 1);
      assert.ok(!searchParams.has('error'));
      const iss = searchParams.getAll('iss');
      assert.ok(iss.length === 0 ? !sendsIss : iss.length === 1 && iss[0] === issuerAs);
    }
  },
};
