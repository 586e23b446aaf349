/** Everything that a server and those that it names publish, through a whole discovery (checklist 2, 3, 16.1). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { discover } from '../../../src/oauth/discovery.ts';
import { DocumentCache } from '../../../src/oauth/documentCache.ts';
import { knownService } from '../../../src/oauth/habits.ts';
import { policyFor, requireSecureUrl } from '../../../src/oauth/secureUrl.ts';
import { createTransport } from '../../../src/oauth/transport.ts';
import { endpointsOf } from '../../../src/oauth/wire/issuerDocument.ts';
import { ManualClock } from '../../engine/manualClock.ts';
import { outcomeOf, type Door } from '../door.ts';
import { answers, type HostileAnswer } from '../hostileAnswer.ts';
import { HostileNetwork, settled } from '../hostileNetwork.ts';
import { challenge, headerValue, oddTexts } from '../hostileText.ts';
import { issuerMembers, resourceDocumentUrl, resourceMembers, serverUrl } from '../rightWorld.ts';

interface Case {
  readonly contact?: HostileAnswer;
  readonly challenge?: string;
  readonly resource?: HostileAnswer;
  readonly issuer?: HostileAnswer;
  /** What every other address has. */
  readonly elsewhere?: HostileAnswer;
  readonly times: number;
}

const planted = 'header-key-planted-91e2';
const resource = answers(Object.keys(resourceMembers));
const issuer = answers(Object.keys(issuerMembers));

export const discoveryDoor: Door<Case> = {
  name: 'discovery',
  share: 18,
  cases: fc.record(
    {
      contact: answers(['jsonrpc', 'id', 'result', 'error']),
      challenge: fc.oneof(challenge, fc.constantFrom(...oddTexts)),
      resource,
      issuer,
      elsewhere: fc.oneof(resource, issuer),
      times: fc.integer({ min: 1, max: 2 }),
    },
    { requiredKeys: ['times'] },
  ),
  async try(hostile) {
    const network = networkOf(hostile);
    const clock = new ManualClock();
    const documents = new DocumentCache(clock);
    const policy = policyFor(serverUrl);
    const transport = () =>
      createTransport(
        { fetch: network.fetch, lookup: network.lookup, clock, onExchange: () => undefined },
        policy,
      );
    const request = {
      serverUrl,
      headers: { 'x-key': planted },
      settings: {
        serviceAt: (named: string) => (URL.canParse(named) ? knownService(new URL(named).host) : undefined),
      },
      isKnownAt: () => false,
    };
    for (let time = 0; time < hostile.times; time += 1) {
      const search = discover(transport(), documents, request, clock, new AbortController().signal);
      const found = await outcomeOf(settled(search, clock, network), [planted]);
      assert.equal(clock.pendingTimers, 0, 'A timer is left behind.');
      if (found?.kind !== 'sign_in') continue;
      for (const endpoint of endpointsOf(found.issuer)) requireSecureUrl(endpoint, policy);
      const { authorizationEndpoint, codeChallengeMethods } = found.issuer;
      assert.ok(authorizationEndpoint === undefined || codeChallengeMethods?.includes('S256') === true);
      const { resource: named = '' } = found;
      // A slash at its end makes it no other path (checklist 2.8).
      assert.ok(named !== '' && serverUrl.startsWith(named.replace(/\/$/, '')), named);
      assert.equal(new URL(named).origin, new URL(serverUrl).origin);
    }
    network.requireNoNearRequest();
    network.requireSentOnlyTo([planted], ({ url }) => url.href === serverUrl);
    assert.ok(network.sent.length <= 60, `${network.sent.length} requests.`);
  },
};

function networkOf({
  contact,
  challenge: header,
  resource: named,
  issuer: told,
  elsewhere = { body: '', status: 404 },
}: Case) {
  return new HostileNetwork(({ url }) => {
    if (url.href === serverUrl) {
      const value = header ?? `Bearer resource_metadata="${resourceDocumentUrl}", scope="notes:read"`;
      const headers = { 'www-authenticate': headerValue(value) };
      return {
        hostile: contact ?? { body: '' },
        right: { status: contact === undefined ? 401 : 200, headers, body: {} },
      };
    }
    if (url.pathname.includes('protected-resource'))
      return { hostile: named ?? {}, right: { body: resourceMembers } };
    if (url.hostname === 'as.example') return { hostile: told ?? {}, right: { body: issuerMembers } };
    return { hostile: elsewhere, right: { body: issuerMembers } };
  });
}
