/** What a token request of one attempt works with. */
import { Proofs } from '../oauth/dpop.ts';
import type { TokenContext } from '../oauth/tokenRequest.ts';
import type { ClientIdentity } from '../oauth/wire/client.ts';
import type { Demand } from './attempt.ts';

export async function tokenContext(demand: Demand, client: ClientIdentity): Promise<TokenContext> {
  const { issuer, resource, scopes, proofKey } = demand;
  const proofs = proofKey && (await Proofs.of(proofKey));
  return { issuer, client, resource, requestedScopes: scopes, proofs };
}
