/** Signs a person in who types a code at another place (RFC 8628, checklist 14.13). */
import { pollDeviceGrant, requestDeviceCode } from '../oauth/deviceGrant.ts';
import { tokenContext, type Attempt, type Demand } from './attempt.ts';
import { bindClient, chooseClient } from './clients.ts';
import { keepGrant } from './grants.ts';
import type { GrantRecord } from './records.ts';
import { rememberWay } from './ways.ts';

/** @throws AuthError of the registration and of the device grant; the signal's reason when it was aborted. */
export async function signInByDevice(attempt: Attempt, demand: Demand): Promise<GrantRecord> {
  const { server, ports, transport, signal, onOpening } = attempt;
  const { issuer, scopes, previousHost } = demand;
  const { client } = await chooseClient(attempt, { issuer, redirectUri: undefined, scopes });
  const context = await tokenContext(demand, client);
  const device = await requestDeviceCode(transport, context, signal);
  const over = new AbortController();
  try {
    onOpening({ host: new URL(device.verificationUri).host, previousHost });
    const { userCode, verificationUri, verificationUriComplete, expiresInSeconds } = device;
    const expiresAtMs = ports.clock.now() + expiresInSeconds * 1000;
    const code = { userCode, verificationUri, verificationUriComplete, expiresAtMs };
    ports.person.showDeviceCode(server.name, code, over.signal);
    const tokens = await pollDeviceGrant(transport, context, device, ports.clock, signal);
    const grant = await keepGrant(server, { ...demand, client }, tokens, ports, signal);
    await bindClient(attempt, client, issuer);
    const isChosen = server.oauth.redirect !== undefined;
    const nowhere = { redirectUri: '', arrivalUri: '' };
    await rememberWay(ports, issuer, { kind: 'device', ...nowhere, clientId: client.clientId, isChosen });
    return grant;
  } finally {
    over.abort();
  }
}
