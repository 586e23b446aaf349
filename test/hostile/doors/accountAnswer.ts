/** What userinfo and introspection say of a token (for display only). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lookUpAccount } from '../../../src/oauth/accountLookup.ts';
import { newProofKey, Proofs } from '../../../src/oauth/dpop.ts';
import { requireFit, requireHidden, type Door } from '../door.ts';
import { EndpointStand } from '../endpointStand.ts';
import { answers, type HostileAnswer } from '../hostileAnswer.ts';
import { issuerDocument, pendingFor, secretsOfPending } from '../rightWorld.ts';

interface Case {
  readonly answers: readonly HostileAnswer[];
  readonly expectedSubject: string | undefined;
  readonly isBound: boolean;
}

const accessToken = 'access-token-before-6e11';
const right = {
  sub: 'u-1',
  preferred_username: 'ada',
  email: undefined as unknown,
  name: undefined as unknown,
  active: true,
  username: undefined as unknown,
};

export const accountAnswerDoor: Door<Case> = {
  name: 'accountAnswer',
  share: 5,
  cases: fc.record({
    answers: fc.array(answers([...Object.keys(right), 'error', '{{authorization}}']), {
      minLength: 1,
      maxLength: 3,
    }),
    expectedSubject: fc.constantFrom('u-1', 'u-2', undefined),
    isBound: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
  }),
  async try({ answers: listed, expectedSubject, isBound }) {
    const stand = new EndpointStand(listed, { body: right });
    const client = pendingFor({}).client;
    const proofs = isBound ? await Proofs.of(await newProofKey(issuerDocument)) : undefined;
    const question = {
      issuer: issuerDocument,
      client,
      proofs,
      accessToken,
      scopes: ['openid'],
      expectedSubject,
    };
    const secrets = [...secretsOfPending(pendingFor({})), accessToken];
    const account = await stand.outcome(lookUpAccount(stand.transport, question, stand.signal), secrets);
    stand.requireSentTo('/userinfo', '/introspect');
    if (account === undefined) return;
    requireFit(account.label, 'label');
    requireHidden(secrets, account.label);
    requireHidden(secrets, account.id);
    assert.ok(account.id !== '');
    if (expectedSubject !== undefined) assert.equal(account.id, expectedSubject);
  },
};
