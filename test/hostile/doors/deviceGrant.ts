/** Answers to a request for a device code and to the polls for its tokens (RFC 8628). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pollDeviceGrant, requestDeviceCode } from '../../../src/oauth/deviceGrant.ts';
import { requireFit, type Door } from '../door.ts';
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
  readonly device: HostileAnswer;
  readonly polls: readonly HostileAnswer[];
}

const deviceCode = 'device-code-given-2a7c';
const right = {
  device_code: deviceCode,
  user_code: 'ABCD-EFGH',
  verification_uri: `${issuerAs}/device`,
  verification_uri_complete: `${issuerAs}/device?user_code=ABCD-EFGH`,
  verification_url: undefined as unknown,
  expires_in: 600,
  interval: 5,
};
const waiting: HostileAnswer = {
  status: 400,
  body: '{"error":"authorization_pending","error_description":"{{body}}"}',
};

export const deviceGrantDoor: Door<Case> = {
  name: 'deviceGrant',
  share: 5,
  cases: fc.record({
    device: answers([...Object.keys(right), 'error', 'error_description']),
    polls: fc.array(
      fc.oneof(
        answers(Object.keys(tokenMembers)),
        fc.constant(waiting),
        fc.constant({ ...waiting, body: '{"error":"slow_down"}' }),
      ),
      { maxLength: 6 },
    ),
  }),
  async try({ device, polls }) {
    // However long a code may last, the server has its last word at some time.
    const over: HostileAnswer = { status: 400, body: '{"error":"access_denied"}' };
    const client = pendingFor({}).client;
    const secrets = [...secretsOfPending(pendingFor({})), deviceCode];
    const context = {
      issuer: issuerDocument,
      client,
      resource: serverUrl,
      requestedScopes: ['a'],
      proofs: undefined,
    };
    const asking = new EndpointStand([device], { body: right });
    const code = await asking.outcome(requestDeviceCode(asking.transport, context, asking.signal), secrets);
    asking.requireSentTo('/device');
    if (code === undefined) return;
    requireFit(code.userCode, 'user code');
    const { protocol, host } = new URL(code.verificationUri);
    assert.equal(protocol, 'https:');
    assert.ok(
      code.verificationUriComplete === undefined || new URL(code.verificationUriComplete).host === host,
    );
    assert.ok(code.expiresInSeconds > 0 && code.expiresInSeconds <= 86_400, String(code.expiresInSeconds));
    assert.ok(code.intervalSeconds >= 1 && code.intervalSeconds <= 86_400, String(code.intervalSeconds));
    const polling = new EndpointStand([...polls, over], { body: tokenMembers });
    const { transport, clock, signal } = polling;
    await polling.outcome(pollDeviceGrant(transport, context, code, clock, signal), [
      ...secrets,
      code.deviceCode.slice(0, 0) || deviceCode,
    ]);
    polling.requireSentTo('/token');
  },
};
