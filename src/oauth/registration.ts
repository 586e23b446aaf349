/** Dynamic client registration (RFC 7591, checklist 4.11-4.15): becomes a client of an issuer for one redirect URI. */
import * as oauth from 'oauth4webapi';
import { AuthError, serverSaid, type AuthErrorCode } from './authError.ts';
import { readJson } from './jsonBody.ts';
import { protocolOptions } from './protocolOptions.ts';
import type { Transport } from './transport.ts';
import {
  readErrorBody,
  readRegistration,
  toAuthorizationServer,
  toRegistrationRequest,
  type ClientIdentity,
  type IssuerDocument,
} from './wire.ts';

export interface RegistrationRequest {
  readonly softwareVersion: string;
  /** Registered and later sent byte for byte the same (field case 5). */
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

/**
 * @throws AuthError of the transport, `registration_closed` where the server registers nobody, `registration_refused`
 * where it does not like what was asked, `registration_invalid` where its answer is unusable.
 */
export async function registerClient(
  transport: Transport,
  issuer: IssuerDocument,
  request: RegistrationRequest,
  signal: AbortSignal,
): Promise<ClientIdentity> {
  const endpoint = issuer.registrationEndpoint;
  if (endpoint === undefined)
    throw new AuthError('registration_closed', { host: new URL(issuer.issuer).host });
  const response = await oauth.dynamicClientRegistrationRequest(
    toAuthorizationServer(issuer),
    toRegistrationRequest({
      ...request,
      clientName: 'MCP OAuth for VS Code',
      // Checklist 4.11, 4.13: custom schemes and loopback are native, an https callback is web.
      applicationType: request.redirectUri.startsWith('https:') ? 'web' : 'native',
    }),
    protocolOptions(transport, 'registration', endpoint, signal),
  );
  const body = await readJson(response);
  const facts = { host: new URL(endpoint).host, status: response.status };
  if (!response.ok) {
    const refusal = readErrorBody(body);
    throw new AuthError(refusalCode(refusal?.error), {
      ...facts,
      ...serverSaid(refusal?.error, refusal?.errorDescription),
    });
  }
  const identity = readRegistration(body);
  if (identity === undefined) throw new AuthError('registration_invalid', facts);
  return identity;
}

/** Only the codes of RFC 7591 §3.2.2 speak of the request; any other refusal means that nobody is let in (field case 7). */
function refusalCode(error: string | undefined): AuthErrorCode {
  return error === 'invalid_redirect_uri' || error === 'invalid_client_metadata'
    ? 'registration_refused'
    : 'registration_closed';
}
