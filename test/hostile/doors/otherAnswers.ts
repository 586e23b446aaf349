/** Answers to pushed requests, revocations, and the look at the authorization endpoint before a person comes there. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildAuthorizationUrl } from '../../../src/oauth/authorization.ts';
import { checkAuthorization } from '../../../src/oauth/authorizationCheck.ts';
import { revokeTokens } from '../../../src/oauth/revocation.ts';
import type { Door } from '../door.ts';
import { EndpointStand } from '../endpointStand.ts';
import { answers, type HostileAnswer } from '../hostileAnswer.ts';
import { issuerAs, pendingFor, secretsOfPending } from '../rightWorld.ts';

interface Case {
  readonly answers: readonly HostileAnswer[];
  readonly asks: 'pushed' | 'revocation' | 'check' | 'pushed_check';
}

const tokens = { accessToken: 'access-before-1f0b', refreshToken: 'refresh-before-1f0b' };

export const otherAnswersDoor: Door<Case> = {
  name: 'otherAnswers',
  share: 8,
  cases: fc.record({
    answers: fc.array(answers(['request_uri', 'expires_in', 'error', 'error_description']), {
      minLength: 1,
      maxLength: 2,
    }),
    asks: fc.constantFrom('pushed', 'revocation', 'check', 'pushed_check'),
  }),
  async try({ answers: listed, asks }) {
    const stand = new EndpointStand(listed, {
      status: 201,
      body: { request_uri: 'urn:request:1', expires_in: 60 },
    });
    const { transport, signal, network } = stand;
    const pending = pendingFor({});
    const isPushed = asks.startsWith('pushed');
    const attempt = { ...pending, issuer: { ...pending.issuer, requiresPushedRequests: isPushed } };
    const secrets = [...secretsOfPending(pending), ...Object.values(tokens)];
    if (asks === 'pushed') {
      const url = await stand.outcome(buildAuthorizationUrl(attempt, transport, signal), secrets);
      assert.ok(url === undefined || url.startsWith(`${issuerAs}/authorize?`), url);
      assert.ok(url === undefined || !url.includes(pending.codeVerifier), url);
    } else if (asks === 'revocation') {
      await stand.outcome(
        revokeTokens(transport, attempt.issuer, attempt.client, tokens, undefined, signal),
        secrets,
      );
    } else {
      await stand.outcome(checkAuthorization(transport, attempt, signal), secrets);
      network.requireSentOnlyTo([pending.state, pending.codeVerifier], () => false);
    }
    network.requireNoNearRequest();
    for (const { url } of network.sent)
      assert.ok(
        ['/authorize', '/par', '/revoke'].some((path) => url.origin + url.pathname === issuerAs + path),
        url.href,
      );
  },
};
