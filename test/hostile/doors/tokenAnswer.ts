/** Answers of a token endpoint to every grant (checklist 10, 11, 17). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { requestClientCredentials } from '../../../src/oauth/clientCredentials.ts';
import { newProofKey, Proofs } from '../../../src/oauth/dpop.ts';
import { obtainIdentityAssertion } from '../../../src/oauth/identityAssertion.ts';
import { checkRedirect } from '../../../src/oauth/redirect.ts';
import { refreshTokens } from '../../../src/oauth/refresh.ts';
import { exchangeCode } from '../../../src/oauth/token.ts';
import type { Tokens } from '../../../src/oauth/tokenRequest.ts';
import type { Door } from '../door.ts';
import { EndpointStand } from '../endpointStand.ts';
import { answers, type HostileAnswer } from '../hostileAnswer.ts';
import {
  issuerAs,
  issuerDocument,
  pendingFor,
  secretsOfPending,
  serverUrl,
  tokenMembers,
} from '../rightWorld.ts';

interface Case {
  readonly answers: readonly HostileAnswer[];
  readonly grant: 'code' | 'refresh' | 'client' | 'assertion';
  readonly method: 'client_secret_post' | 'client_secret_basic' | 'none';
  readonly isBound: boolean;
}

const code = 'code-of-the-answer-8b2f';
const [refreshToken, idToken] = ['refresh-before-8b2f', 'idtoken-before-8b2f'];

export const tokenAnswerDoor: Door<Case> = {
  name: 'tokenAnswer',
  share: 14,
  cases: fc.record({
    answers: fc.array(answers([...Object.keys(tokenMembers), 'issued_token_type']), {
      minLength: 1,
      maxLength: 2,
    }),
    grant: fc.constantFrom('code', 'code', 'refresh', 'client', 'assertion'),
    method: fc.constantFrom('client_secret_post', 'client_secret_basic', 'none'),
    isBound: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  }),
  async try({ answers: listed, grant, method, isBound }) {
    const stand = new EndpointStand(listed, { body: tokenMembers });
    const pending = { ...pendingFor({}) };
    const client = { ...pending.client, authMethod: method };
    const secrets = [...secretsOfPending(pending), code, refreshToken, idToken];
    const { transport, now, signal } = stand;
    const proofKey = isBound ? await newProofKey(issuerDocument) : undefined;
    const proofs = proofKey && (await Proofs.of(proofKey));
    const context = {
      issuer: issuerDocument,
      client,
      resource: serverUrl,
      requestedScopes: ['notes:read', 'a,b'],
      proofs,
    };
    let tokens: Tokens | undefined;
    switch (grant) {
      case 'code': {
        const received = `${pending.arrivalUri}?${new URLSearchParams({ state: pending.state, code, iss: issuerAs }).toString()}`;
        const attempt = { ...pending, client, ...(proofKey && { proofKey }) };
        const checked = checkRedirect(attempt, received);
        tokens = await stand.outcome(exchangeCode(transport, attempt, checked, now, signal), secrets);
        break;
      }
      case 'refresh':
        tokens = await stand.outcome(refreshTokens(transport, context, refreshToken, now, signal), secrets);
        break;
      case 'client':
        tokens = await stand.outcome(requestClientCredentials(transport, context, now, signal), secrets);
        break;
      case 'assertion': {
        const identity = {
          identityProvider: issuerDocument,
          client,
          idToken,
          audience: issuerAs,
          resource: serverUrl,
          scopes: [],
        };
        await stand.outcome(obtainIdentityAssertion(transport, identity, signal), secrets);
        break;
      }
    }
    stand.requireSentTo('/token');
    assert.ok(stand.network.sent.length <= 2, `${stand.network.sent.length} requests.`);
    if (tokens !== undefined) requireSound(tokens);
  },
};

function requireSound({
  accessToken,
  refreshToken: renewed,
  expiresAtMs,
  scopes,
  account,
  subject,
}: Tokens): void {
  assert.match(accessToken, /^[\x21-\x7e]+$/);
  assert.ok(accessToken.length + (renewed?.length ?? 0) <= 65_536);
  assert.ok(renewed !== '');
  assert.ok(expiresAtMs === undefined || !Number.isNaN(new Date(expiresAtMs).getTime()), String(expiresAtMs));
  assert.ok(scopes.every((scope) => typeof scope === 'string' && scope !== ''));
  assert.ok(
    account === undefined || (account.label !== '' && account.label.length <= 300 && account.id !== ''),
  );
  assert.ok(subject === undefined || typeof subject === 'string');
}
