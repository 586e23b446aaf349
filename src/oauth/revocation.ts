/** Tells a server that tokens are over (RFC 7009, checklist 14.8). */
import * as oauth from 'oauth4webapi';
import type { Proofs } from './dpop.ts';
import { askEndpoint } from './endpointRequest.ts';
import type { Transport } from './transport.ts';
import type { ClientIdentity } from './wire/client.ts';
import type { IssuerDocument } from './wire/issuerDocument.ts';
import { toRevocationParameters } from './wire/token.ts';

/**
 * True where the server took all of them back; false where it has no way to, refused, or could not be reached. The
 * refresh token goes first: with it the others could be had again.
 * @throws nothing but the signal's reason.
 */
export async function revokeTokens(
  transport: Transport,
  issuer: IssuerDocument,
  client: ClientIdentity,
  tokens: { readonly refreshToken?: string; readonly accessToken: string },
  proofs: Proofs | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const endpoint = issuer.revocationEndpoint;
  if (endpoint === undefined) return false;
  const { refreshToken, accessToken } = tokens;
  const revoke = async (token: string, kind: 'refresh' | 'access') => {
    const answer = await askEndpoint(
      { transport, purpose: 'revocation', endpoint, issuer, client, proofs, signal },
      (server, named, authentication, options) =>
        withProof(proofs, accessToken, new URL(endpoint), (headers) =>
          oauth.revocationRequest(server, named, authentication, token, {
            ...options,
            headers,
            additionalParameters: toRevocationParameters(kind),
          }),
        ),
    );
    return answer.ok && answer.error === undefined;
  };
  try {
    const first = refreshToken === undefined || (await revoke(refreshToken, 'refresh'));
    const second = await revoke(accessToken, 'access');
    return first && second;
  } catch {
    // Whatever it is, the tokens are forgotten here all the same.
    signal.throwIfAborted();
    return false;
  }
}

/** RFC 9449 leaves revocation open and some servers want a proof there too; the library makes none for it. */
async function withProof(
  proofs: Proofs | undefined,
  accessToken: string,
  endpoint: URL,
  send: (headers: Record<string, string>) => Promise<Response>,
): Promise<Response> {
  if (proofs === undefined) return send({});
  const { dpop = '' } = await proofs.headersFor(accessToken, 'POST', endpoint);
  const response = await send({ dpop });
  const nonce = response.headers.get('dpop-nonce');
  if (nonce !== null) await proofs.noteNonce(accessToken, endpoint, nonce);
  return response;
}
