/** Answers to a registration, and where the registration is managed afterwards (checklist 4, 14.1, 14.2). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { registerClient } from '../../../src/oauth/registration.ts';
import { readRegistrationAgain, removeRegistration } from '../../../src/oauth/registrationManagement.ts';
import type { Door } from '../door.ts';
import { EndpointStand } from '../endpointStand.ts';
import { answers, type HostileAnswer } from '../hostileAnswer.ts';
import { issuerAs, issuerDocument } from '../rightWorld.ts';

interface Case {
  readonly answers: readonly HostileAnswer[];
  readonly method: 'none' | 'client_secret_post' | undefined;
}

const redirectUri = 'vscode://mcp-oauth.mcp-oauth/callback';
const management = 'management-given-5d0e';
const right = {
  client_id: 'client-1',
  client_secret: 'secret-given-5d0e',
  client_secret_expires_at: 0,
  token_endpoint_auth_method: 'none',
  redirect_uris: [redirectUri],
  registration_client_uri: `${issuerAs}/register/client-1`,
  registration_access_token: management,
};

export const registrationDoor: Door<Case> = {
  name: 'registration',
  share: 8,
  cases: fc.record({
    answers: fc.array(answers([...Object.keys(right), 'error', 'error_description']), {
      minLength: 1,
      maxLength: 3,
    }),
    method: fc.constantFrom('none', 'client_secret_post', undefined),
  }),
  async try({ answers: listed, method }) {
    const stand = new EndpointStand(listed, { status: 201, body: right });
    const { transport, signal, network } = stand;
    const request = {
      softwareVersion: '1',
      redirectUri,
      grantType: 'authorization_code',
      scopes: ['a'],
      authMethod: method,
    } as const;
    const client = await stand.outcome(registerClient(transport, issuerDocument, request, signal), []);
    if (client === undefined) return;
    assert.ok(client.clientId !== '' && client.clientSecret !== '');
    assert.ok(
      client.authMethod === 'none' || method !== undefined || client.clientSecret !== undefined,
      client.authMethod,
    );
    const again = await stand.outcome(readRegistrationAgain(transport, issuerDocument, client, signal), [
      management,
    ]);
    assert.ok(again === undefined || again.clientId === client.clientId);
    await stand.outcome(removeRegistration(transport, issuerDocument, again ?? client, signal), [management]);
    network.requireNoNearRequest();
    for (const { url, headers } of network.sent)
      if (headers.has('authorization')) assert.equal(url.origin, new URL(issuerAs).origin, url.href);
  },
};
