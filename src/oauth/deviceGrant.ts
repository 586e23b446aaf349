/** Sign-in with a code that a person types at another place (RFC 8628, checklist 14.13). */
import * as oauth from 'oauth4webapi';
import { AuthError, quotable } from './authError.ts';
import { secretsOfClient } from './clientAuthentication.ts';
import type { Clock } from './clock.ts';
import { askEndpoint, hiddenSpellings, refusalOf } from './endpointRequest.ts';
import { requireSecureUrl } from './secureUrl.ts';
import { requestTokens, type TokenContext, type Tokens } from './tokenRequest.ts';
import type { Transport } from './transport.ts';
import {
  readDeviceAuthorization,
  toResourceParameter,
  type DeviceAuthorization,
} from './wire/authorization.ts';
import { toScopeParameter } from './wire/members.ts';
import { grantTypes, toDeviceCodeParameters } from './wire/token.ts';

/** A day: nobody waits longer, and timers cannot. */
const longestSeconds = 86_400;
const slowDownMs = 5000;
/** How far apart an unreachable server's polls get, unless the server itself wants them further apart. */
const widestBackoffMs = 60_000;

/**
 * What to show a person: text and addresses that are fit to be shown and opened.
 * @throws AuthError of the transport, `server_busy`, `client_refused`, `issuer_metadata_invalid` where the server gives
 * no such codes, `authorization_failed` with its words or where its answer is unusable, `insecure_url`.
 */
export async function requestDeviceCode(
  transport: Transport,
  context: TokenContext,
  signal: AbortSignal,
): Promise<DeviceAuthorization> {
  const { issuer, client, resource, requestedScopes } = context;
  const endpoint = issuer.deviceAuthorizationEndpoint;
  if (endpoint === undefined)
    throw new AuthError('issuer_metadata_invalid', { host: new URL(issuer.issuer).host });
  const parameters = { ...toScopeParameter(requestedScopes), ...toResourceParameter(resource) };
  // No proof here: a key is shown with the token request (RFC 9449 §5).
  const answer = await askEndpoint(
    { transport, purpose: 'device_code', endpoint, issuer, client, proofs: undefined, signal },
    (server, named, authentication, options) =>
      oauth.deviceAuthorizationRequest(server, named, authentication, parameters, options),
  );
  const { host, status, ok, body, error } = answer;
  if (error !== undefined) {
    throw refusalOf(answer, error, {
      client,
      secrets: [],
      clientCodes: ['invalid_client', 'unauthorized_client'],
      otherwise: 'authorization_failed',
    });
  }
  const device = ok ? readDeviceAuthorization(body) : undefined;
  const userCode = quotable(device?.userCode);
  if (device === undefined || userCode === undefined)
    throw new AuthError('authorization_failed', { host, status });
  // A browser is sent there, with the code in it (checklist 7.9).
  const secrets = hiddenSpellings(secretsOfClient(client));
  const shown = requireSecureUrl(device.verificationUri, transport.policy, secrets);
  const { verificationUriComplete: address } = device;
  const complete = address === undefined ? undefined : requireSecureUrl(address, transport.policy, secrets);
  return {
    ...device,
    userCode,
    verificationUri: shown.href,
    // The person is told one host: nothing of another is opened in its name (checklist 16.2).
    verificationUriComplete: complete?.host === shown.host ? complete.href : undefined,
    expiresInSeconds: Math.min(device.expiresInSeconds, longestSeconds),
    intervalSeconds: Math.min(Math.max(device.intervalSeconds, 1), longestSeconds),
  };
}

/**
 * Asks until the person has answered, no oftener than the server wants.
 * @throws AuthError as `requestTokens` does, `access_denied` with the server's words, `device_code_expired`; the
 * signal's reason.
 */
export async function pollDeviceGrant(
  transport: Transport,
  context: TokenContext,
  device: DeviceAuthorization,
  clock: Clock,
  signal: AbortSignal,
): Promise<Tokens> {
  const { deviceCode: type } = grantTypes;
  const parameters = toDeviceCodeParameters(device.deviceCode);
  const secrets = [device.deviceCode, device.userCode];
  const nowMs = () => clock.now();
  const endsAtMs = nowMs() + device.expiresInSeconds * 1000;
  let waitMs = device.intervalSeconds * 1000;
  for (;;) {
    await pause(clock, Math.min(waitMs, endsAtMs - nowMs()), signal);
    if (nowMs() >= endsAtMs)
      throw new AuthError('device_code_expired', { host: new URL(context.issuer.tokenEndpoint).host });
    try {
      return await requestTokens(transport, context, type, parameters, secrets, nowMs, signal);
    } catch (thrown) {
      waitMs = nextWait(thrown, waitMs);
    }
  }
}

/** How long to wait after this; rethrows what no waiting mends (RFC 8628 §3.5). */
function nextWait(thrown: unknown, waitMs: number): number {
  if (!(thrown instanceof AuthError)) throw thrown;
  const { code, facts } = thrown;
  // RFC 8628 §3.5: who cannot be reached is asked less and less.
  if (code === 'timed_out' || code === 'unreachable' || code === 'server_busy')
    return Math.max(waitMs, Math.min(2 * waitMs, widestBackoffMs));
  if (code !== 'token_refused') throw thrown;
  switch (facts.serverCode) {
    case 'authorization_pending':
      return waitMs;
    case 'slow_down':
      return waitMs + slowDownMs;
    case 'expired_token':
      throw new AuthError('device_code_expired', facts);
    case 'access_denied':
      throw new AuthError('access_denied', facts);
    case undefined:
    default:
      throw thrown;
  }
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stopTimer = clock.after(ms, () => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    });
    const giveUp = () => {
      stopTimer();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', giveUp, { once: true });
  });
}
