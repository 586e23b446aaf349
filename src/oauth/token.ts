/** Redeems a checked redirect at the token endpoint (checklist 10). */
import * as oauth from 'oauth4webapi';
import { accountFrom, type Account } from './account.ts';
import { AuthError, serverSaid } from './authError.ts';
import { secretsOf, type PendingAuthorization } from './authorization.ts';
import { readJson } from './jsonBody.ts';
import { protocolOptions } from './protocolOptions.ts';
import type { CheckedRedirect } from './redirect.ts';
import { isBusy, type Transport } from './transport.ts';
import {
  readErrorBody,
  readTokenAnswer,
  toAuthorizationServer,
  toClient,
  toResourceParameter,
  toStandardTokenAnswer,
  type ClientIdentity,
} from './wire.ts';

export interface Tokens {
  readonly accessToken: string;
  /** Milliseconds since the epoch; undefined where the server does not say. */
  readonly expiresAtMs: number | undefined;
  /** What was granted; what was asked for where the server does not say (checklist 6.6). */
  readonly scopes: readonly string[];
  readonly account: Account | undefined;
}

/** @throws AuthError of the transport, `token_refused` with the server's words, `token_invalid`. */
export async function exchangeCode(
  transport: Transport,
  pending: PendingAuthorization,
  redirect: CheckedRedirect,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<Tokens> {
  const server = toAuthorizationServer(pending.issuer);
  const client = toClient(pending.client);
  const endpoint = pending.issuer.tokenEndpoint;
  const host = new URL(endpoint).host;
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authenticate(pending.client),
    redirect.parameters,
    pending.redirectUri,
    pending.codeVerifier,
    {
      ...protocolOptions(transport, 'token', endpoint, signal),
      additionalParameters: toResourceParameter(pending.resource),
    },
  );
  const body = await readJson(response);
  const refusal = readErrorBody(body);
  // Trouble of the server's own says nothing of the code, whatever it wrote beside it.
  if (isBusy(response.status)) throw new AuthError('server_busy', { host, status: response.status });
  // An error counts whatever the status: some servers refuse with 200 (checklist 10.4).
  if (refusal !== undefined) {
    throw new AuthError('token_refused', {
      host,
      status: response.status,
      ...serverSaid(refusal.error, refusal.errorDescription, [
        ...secretsOf(pending),
        ...redirect.parameters.getAll('code'),
      ]),
    });
  }
  try {
    const answer = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      Response.json(toStandardTokenAnswer(body), { status: response.status }),
    );
    const { accessToken, expiresInSeconds, scopes = pending.scopes } = readTokenAnswer(answer);
    return {
      accessToken,
      expiresAtMs: expiresInSeconds === undefined ? undefined : nowMs() + expiresInSeconds * 1000,
      scopes,
      account: accountFrom(oauth.getValidatedIdTokenClaims(answer), accessToken),
    };
  } catch {
    // The cause would carry the answer, and with it the tokens.
    throw new AuthError('token_invalid', { host, status: response.status });
  }
}

function authenticate({ authMethod, clientSecret = '' }: ClientIdentity): oauth.ClientAuth {
  switch (authMethod) {
    case 'none':
      return oauth.None();
    case 'client_secret_basic':
      return oauth.ClientSecretBasic(clientSecret);
    case 'client_secret_post':
      return oauth.ClientSecretPost(clientSecret);
  }
}
