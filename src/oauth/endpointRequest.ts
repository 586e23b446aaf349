/**
 * One request to an endpoint of the authorization server that knows its clients, and the answer in all its forms: for
 * tokens, pushed requests and device codes alike.
 */
import type * as oauth from 'oauth4webapi';
import { AuthError, serverSaid, settingFor, type AuthErrorCode } from './authError.ts';
import { parseChallenge } from './challenge.ts';
import { authenticateClient, secretsOfClient } from './clientAuthentication.ts';
import type { Proofs } from './dpop.ts';
import { parseMembers } from './jsonBody.ts';
import { protocolOptions } from './protocolOptions.ts';
import { retryAfterOf } from './retryAfter.ts';
import { isBusy, type Purpose, type Transport } from './transport.ts';
import { readErrorBody, readRefusal, type ErrorBody } from './wire/authorization.ts';
import { toClient, type ClientIdentity } from './wire/client.ts';
import { toAuthorizationServer, type IssuerDocument } from './wire/issuerDocument.ts';

export interface EndpointRequest {
  readonly transport: Transport;
  readonly purpose: Purpose;
  readonly endpoint: string;
  readonly issuer: IssuerDocument;
  readonly client: ClientIdentity;
  readonly proofs: Proofs | undefined;
  readonly signal: AbortSignal;
}

/** Sends through oauth4webapi; called again where the server wants its nonce in the proof. */
export type Send = (
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  options: ReturnType<typeof protocolOptions> & oauth.DPoPRequestOptions,
) => Promise<Response>;

export interface EndpointAnswer {
  readonly host: string;
  readonly status: number;
  readonly ok: boolean;
  /** The members, from JSON or a form; undefined where the body is neither. Holds secrets. */
  readonly body: unknown;
  /** An error counts whatever the status: some servers refuse with 200 (checklist 10.4, field case 26). */
  readonly error: ErrorBody | undefined;
  /** Whether the same request will do with the nonce of this answer in its proof (RFC 9449 §8). */
  readonly wantsNonce: boolean;
}

/** @throws AuthError of the transport and of the client's authentication, `server_busy`; the signal's reason. */
export async function askEndpoint(request: EndpointRequest, send: Send): Promise<EndpointAnswer> {
  const { transport, purpose, endpoint, issuer, client, proofs, signal } = request;
  const options = {
    ...protocolOptions(transport, purpose, endpoint, signal),
    ...(proofs !== undefined && { DPoP: proofs.handle }),
  };
  const authentication = await authenticateClient(client);
  const ask = async () => {
    const response = await send(
      toAuthorizationServer(issuer),
      namedClient(client, issuer),
      authentication,
      options,
    );
    return readAnswer(response, new URL(endpoint).host);
  };
  const first = await ask();
  // The library has kept the nonce by now. Once, so that no server makes a loop of it (checklist 14.10).
  return proofs !== undefined && first.wantsNonce ? ask() : first;
}

/** The library wants a name for everybody; the request of a client that has none goes out without (checklist 17.4). */
export function namedClient(client: ClientIdentity, issuer: IssuerDocument): oauth.Client {
  return toClient(client.clientId === '' ? { ...client, clientId: issuer.issuer } : client);
}

/** Of an endpoint itself; with others, 403 above all, something in front of it may speak that will let us pass again. */
const refusing: ReadonlySet<number> = new Set([400, 401, 422]);

async function readAnswer(response: Response, host: string): Promise<EndpointAnswer> {
  const { status, ok, headers } = response;
  // Trouble of the server's own says nothing of the request, whatever it wrote beside it.
  if (isBusy(status)) throw new AuthError('server_busy', { host, status, ...retryAfterOf(headers) });
  const body = parseMembers(await response.text());
  const error = refusing.has(status) ? readRefusal(body) : readErrorBody(body);
  const challenge = parseChallenge(headers.get('www-authenticate'));
  const wantsNonce =
    (status === 400 || status === 401) &&
    headers.has('dpop-nonce') &&
    (error?.error === 'use_dpop_nonce' || challenge?.error === 'use_dpop_nonce');
  return { host, status, ok, body, error, wantsNonce };
}

export interface RefusedRequest {
  readonly client: ClientIdentity;
  /** What of the request must never be shown. */
  readonly secrets: readonly string[];
  /** The server's codes that speak of the client and of nothing else. */
  readonly clientCodes: readonly string[];
  /** What any other code comes to. */
  readonly otherwise: AuthErrorCode;
}

/** `client_refused` or another {@link AuthError}, with the server's words and without the secrets. */
export function refusalOf(answer: EndpointAnswer, error: ErrorBody, request: RefusedRequest): AuthError {
  const { host, status } = answer;
  const { client, secrets, clientCodes, otherwise } = request;
  const setting = settingFor(error.error);
  const hidden = hiddenSpellings([...secrets, ...secretsOfClient(client)]);
  return new AuthError(clientCodes.includes(error.error) ? 'client_refused' : otherwise, {
    host,
    status,
    ...serverSaid(error.error, error.errorDescription, hidden),
    ...(setting !== undefined && { setting }),
  });
}

/** As a form and as an address spell it, too; longest first, so that of a secret within another nothing is left. */
export function hiddenSpellings(secrets: readonly string[]): readonly string[] {
  const spellings = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => {
      const encoded = new URLSearchParams([['', secret]]).toString().slice('='.length);
      return [secret, encoded, encoded.replaceAll('+', '%20')];
    });
  return [...new Set(spellings)].sort((one, other) => other.length - one.length);
}
