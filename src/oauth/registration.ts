/** Dynamic client registration (RFC 7591, checklist 4.11-4.15): becomes a client of an issuer for one redirect URI. */
import * as oauth from 'oauth4webapi';
import { AuthError, quotable, serverSaid, type AuthErrorCode, type AuthErrorFacts } from './authError.ts';
import { parseJson } from './jsonBody.ts';
import { protocolOptions } from './protocolOptions.ts';
import { retryAfterOf } from './retryAfter.ts';
import { isBusy, type Transport } from './transport.ts';
import { readRefusal } from './wire/authorization.ts';
import {
  readRegistration,
  toRegistrationRequest,
  type ClientAuthMethod,
  type ClientIdentity,
} from './wire/client.ts';
import { toAuthorizationServer, type IssuerDocument } from './wire/issuerDocument.ts';
import { grantTypes, type MainGrantType } from './wire/token.ts';

export interface RegistrationRequest {
  readonly softwareVersion: string;
  /** Registered and later sent byte for byte the same (field case 5); none where no browser is sent back. */
  readonly redirectUri: string | undefined;
  readonly grantType: MainGrantType;
  readonly scopes: readonly string[];
  /** What the person chose; else what the server takes of a client without a secret, or one with. */
  readonly authMethod: ClientAuthMethod | undefined;
}

/**
 * @throws AuthError of the transport, `server_busy`, `registration_closed` where the server registers nobody, `registration_refused`
 * where it does not like what was asked, `registration_invalid` where its answer is unusable.
 */
export async function registerClient(
  transport: Transport,
  issuer: IssuerDocument,
  request: RegistrationRequest,
  signal: AbortSignal,
): Promise<ClientIdentity> {
  const { redirectUri } = request;
  const asked = redirectUri === undefined ? {} : { redirectUris: [redirectUri] };
  const endpoint = issuer.registrationEndpoint;
  if (endpoint === undefined)
    throw new AuthError('registration_closed', { host: new URL(issuer.issuer).host, ...asked });
  const response = await oauth.dynamicClientRegistrationRequest(
    toAuthorizationServer(issuer),
    toRegistrationRequest({
      ...request,
      clientName: 'MCP OAuth for VS Code',
      // Checklist 4.11, 4.13: custom schemes and loopback are native, an https callback is web.
      applicationType: redirectUri?.startsWith('https:') === true ? 'web' : 'native',
      grantTypes: grantsFor(issuer, request.grantType),
      authMethod: request.authMethod ?? openAuthMethod(issuer),
    }),
    protocolOptions(transport, 'registration', endpoint, signal),
  );
  const facts = { host: new URL(endpoint).host, status: response.status, ...asked };
  // Where a person is to register a client is not for its documents to name: that would be anybody's place.
  const refused = { ...facts, host: new URL(issuer.issuer).host };
  // Other faults of a server are how some say that they register nobody (field case 7).
  if (isBusy(response.status) && !/^50[01]$/.test(String(response.status)))
    throw new AuthError('server_busy', { ...facts, ...retryAfterOf(response.headers) });
  const text = await response.text();
  if (!response.ok) throw refusal(text, refused);
  const registration = readRegistration(parseJson(text), issuer.tokenAuthMethods, request.authMethod);
  if (registration === undefined) throw new AuthError('registration_invalid', facts);
  // Checklist 14.1: the server may change what was asked for, and would then refuse our redirect URI to the person.
  const { redirectUris = [] } = registration;
  if (redirectUri !== undefined && redirectUris.length > 0 && !redirectUris.includes(redirectUri)) {
    const received = quotable(redirectUris.join(' '));
    throw new AuthError('registration_refused', { ...refused, ...(received !== undefined && { received }) });
  }
  return registration.client;
}

/** Whether another kind of redirect may be taken where this one was refused (checklist 4.12, field case 6). */
export function isRedirectRefusal({ code, facts }: AuthError): boolean {
  return (
    (code === 'registration_refused' && facts.setting === undefined) ||
    (code === 'authorization_failed' &&
      /^(invalid_redirect_uri|redirect_uri_mismatch)$/.test(facts.serverCode ?? ''))
  );
}

/** Checklist 4.14, 8628 §3.4: what the client will ask for, as far as the server grants it at all. */
function grantsFor({ grantTypes: offered }: IssuerDocument, main: MainGrantType): readonly string[] {
  const mayRefresh = offered?.includes(grantTypes.refreshToken) ?? true;
  return mayRefresh ? [main, grantTypes.refreshToken] : [main];
}

/** A public client where the server takes one or does not say, else one with a secret (field case 15, Asana). */
function openAuthMethod({ tokenAuthMethods: offered }: IssuerDocument): ClientAuthMethod {
  if (offered === undefined || offered.includes('none')) return 'none';
  const secret = (['client_secret_post', 'client_secret_basic'] as const).find((method) =>
    offered.includes(method),
  );
  return secret ?? 'none';
}

/**
 * Only the codes of RFC 7591 §3.2.2 and words about the address or the scopes speak of the request, whatever code stands
 * beside them (NestJS, Keycloak); any other refusal means that nobody is let in (field cases 6, 7).
 */
function refusal(text: string, facts: AuthErrorFacts): AuthError {
  const json = parseJson(text);
  const body = readRefusal(json);
  const isPlain = json === undefined && !text.trimStart().startsWith('<');
  const words = body?.errorDescription ?? (isPlain ? text : undefined);
  const aboutAddress = isPlain
    ? /redirect|callback|scheme|https|loopback|localhost/i
    : /redirect|callback ur[il]|url doesn.t match any trusted/i;
  // Another address would not help where the scopes are what the server does not like (field case 11, GitLab, Keycloak).
  const aboutScopes =
    /^(invalid_client_metadata|invalid_scope|insufficient_scope)$/.test(body?.error ?? '') &&
    /scope/i.test(words ?? '');
  const aboutRequest =
    aboutScopes ||
    /^invalid_(redirect_uri|client_metadata)$/.test(body?.error ?? '') ||
    ((isPlain || json !== undefined) && aboutAddress.test(text));
  const code: AuthErrorCode = aboutRequest ? 'registration_refused' : 'registration_closed';
  return new AuthError(code, {
    ...facts,
    ...serverSaid(body?.error, words),
    ...(aboutScopes && { setting: 'scopes' }),
  });
}
