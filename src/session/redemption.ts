/** Checks an authorization answer and turns it into a stored grant; serves any window that gets the answer. */
import { redeemAssertion } from '../oauth/assertionGrant.ts';
import { AuthError } from '../oauth/authError.ts';
import { Proofs } from '../oauth/dpop.ts';
import { obtainIdentityAssertion } from '../oauth/identityAssertion.ts';
import { secretsOf, type Onward, type PendingAuthorization } from '../oauth/pendingAuthorization.ts';
import { checkRedirect } from '../oauth/redirect.ts';
import { parseUrl } from '../oauth/secureUrl.ts';
import { exchangeCode } from '../oauth/token.ts';
import type { Tokens } from '../oauth/tokenRequest.ts';
import { readRedirectParameters } from '../oauth/wire/authorization.ts';
import type { ClientIdentity } from '../oauth/wire/client.ts';
import type { IssuerDocument } from '../oauth/wire/issuerDocument.ts';
import { redirectKinds } from '../servers/server.ts';
import { openTransport, type Attempt } from './attempt.ts';
import { bindClient } from './clients.ts';
import type { GrantPurpose } from './grants.ts';
import { sendAs } from './lostClient.ts';
import type { GrantRecord } from './records.ts';

/** What turning an answer into a grant works with, in whichever window that happens. */
export type Redemption = Pick<Attempt, 'server' | 'ports' | 'keep' | 'signal'>;

/** @throws AuthError of the checks, of the token request, `storage_failed`. */
export async function redeem(
  redemption: Redemption,
  pending: PendingAuthorization,
  received: string,
): Promise<GrantRecord> {
  const { server, ports, signal } = redemption;
  const { trace } = ports;
  trace?.hide(...secretsOf(pending), ...codesIn(received));
  trace?.decide({ id: 'answer_arrived' });
  const checked = checkRedirect(pending, received, (decision) => trace?.decide(decision));
  const { onward, issuer, client } = pending;
  const transport = openTransport(server, ports, onward === undefined ? server.url : issuer.issuer);
  const exchange = () => exchangeCode(transport, pending, checked, () => ports.clock.now(), signal);
  const tokens = await sendAs(ports, issuer, client, exchange);
  const redirect = redirectOf(pending);
  if (onward === undefined) return keepAndBind(redemption, { ...pending, redirect }, tokens);
  if (tokens.idToken === undefined)
    throw new AuthError('token_invalid', { host: new URL(issuer.tokenEndpoint).host });
  const identity = { identityProvider: issuer, client, idToken: tokens.idToken };
  return goOn(redemption, identity, { ...onward, redirect });
}

function codesIn(received: string): readonly string[] {
  const parameters = parseUrl(received)?.searchParams;
  return parameters === undefined ? [] : readRedirectParameters(parameters).code;
}

function redirectOf({ redirectKind, redirectUri }: PendingAuthorization): GrantRecord['redirect'] {
  const kind = redirectKinds.find((known) => known === redirectKind);
  return kind && { kind, uri: redirectUri };
}

/** What the tokens are asked for, and how whoever was asked came back. */
type Purpose = Onward & Pick<GrantPurpose, 'redirect'>;

/** What an identity provider knows the person by. */
export interface Identity {
  readonly identityProvider: IssuerDocument;
  /** Who we are at the identity provider. */
  readonly client: ClientIdentity;
  readonly idToken: string;
}

/** From an id token to a grant at the server's own authorization server, without a browser (checklist 17.2). */
export async function goOn(
  redemption: Redemption,
  identity: Identity,
  onward: Purpose,
): Promise<GrantRecord> {
  const { server, ports, signal } = redemption;
  const { issuer, client, resource, scopes, proofKey } = onward;
  const assertion = await obtainIdentityAssertion(
    openTransport(server, ports, identity.identityProvider.issuer),
    { ...identity, audience: issuer.issuer, resource, scopes },
    signal,
  );
  const proofs = proofKey && (await Proofs.of(proofKey));
  const context = { issuer, client, resource, requestedScopes: scopes, proofs };
  const now = () => ports.clock.now();
  const show = () => redeemAssertion(openTransport(server, ports), context, assertion, now, signal);
  const tokens = await sendAs(ports, issuer, client, show);
  return keepAndBind(redemption, onward, tokens);
}

async function keepAndBind(
  { server, ports, keep }: Redemption,
  { issuer, client, resource, scopes, proofKey, redirect }: Purpose,
  tokens: Tokens,
): Promise<GrantRecord> {
  const grant = await keep({ issuer, client, resource, scopes, proofKey, redirect }, tokens);
  // An issuer that settings name needs no binding, and must not take the place of the one that is bound.
  if (grant.isIssuerChosen !== true) await bindClient({ server, ports }, client, issuer);
  return grant;
}
