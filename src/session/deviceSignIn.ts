/** Signs a person in who types a code at another place (RFC 8628, checklist 14.13). */
import { AuthError } from '../oauth/authError.ts';
import { pollDeviceGrant, requestDeviceCode } from '../oauth/deviceGrant.ts';
import type { ClientIdentity } from '../oauth/wire/client.ts';
import { grantTypes } from '../oauth/wire/token.ts';
import type { Attempt, Demand } from './attempt.ts';
import { bindClient, chooseClient, replaceClient } from './clients.ts';
import { sendAs } from './lostClient.ts';
import type { GrantRecord } from './records.ts';
import { SignInPage } from './signInPage.ts';
import { tokenContext } from './tokenContext.ts';
import { rememberWay } from './ways.ts';

/** @throws AuthError of the registration and of the device grant; the signal's reason when it was aborted. */
export async function signInByDevice(attempt: Attempt, demand: Demand): Promise<GrantRecord> {
  const { server, ports, transport, signal, onStep, onOpening } = attempt;
  const { issuer, previousHost } = demand;
  const { client, context, device } = await obtainCode(attempt, demand);
  const over = new AbortController();
  const { userCode, verificationUri, verificationUriComplete, expiresInSeconds } = device;
  const expiresAtMs = ports.clock.now() + expiresInSeconds * 1000;
  const { host } = new URL(verificationUri);
  const issuerHost = new URL(issuer.issuer).host;
  const code = { userCode, issuerHost, verificationUri, verificationUriComplete, expiresAtMs };
  const url = verificationUriComplete ?? verificationUri;
  const page = new SignInPage({ url, browser: ports.browser, device: code });
  try {
    ports.trace?.decide({ id: 'code_shown', host });
    onOpening({ host, previousHost, page });
    ports.person.showDeviceCode(server.name, code, over.signal);
    const poll = () => pollDeviceGrant(transport, context, device, ports.clock, signal);
    const tokens = await sendAs(ports, issuer, client, poll);
    onStep({ kind: 'finishing', host: issuerHost });
    over.abort();
    const grant = await attempt.keep({ ...demand, client, redirect: { kind: 'device' } }, tokens);
    await bindClient(attempt, client, issuer);
    const isChosen = server.oauth.redirect !== undefined;
    const nowhere = { redirectUri: '', arrivalUri: '' };
    await rememberWay(ports, issuer, { kind: 'device', ...nowhere, clientId: client.clientId, isChosen });
    return grant;
  } finally {
    page.close();
    over.abort();
  }
}

/** A client that the server has forgotten is replaced before the person is shown anything (field case 4). */
async function obtainCode(attempt: Attempt, demand: Demand) {
  const { issuer, scopes } = demand;
  const need = { issuer, redirectUri: undefined, grantType: grantTypes.deviceCode, scopes };
  const ask = async (client: ClientIdentity) => {
    const context = await tokenContext(demand, client);
    return { client, context, device: await requestDeviceCode(attempt.transport, context, attempt.signal) };
  };
  const { client, isNew } = await chooseClient(attempt, need);
  try {
    return await ask(client);
  } catch (thrown) {
    const isLost = thrown instanceof AuthError && thrown.code === 'client_refused';
    if (!isLost || isNew || client.kind === 'configured') throw thrown;
    attempt.ports.trace?.decide({ id: 'client_replaced' });
    return ask((await replaceClient(attempt, need, client)).client);
  }
}
