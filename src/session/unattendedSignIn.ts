/** Ways to be let in without a person (checklist 17.1, 17.4), and through their organization (checklist 17.2). */
import { redeemAssertion } from '../oauth/assertionGrant.ts';
import { AuthError } from '../oauth/authError.ts';
import { chooseAuthMethod } from '../oauth/clientAuthentication.ts';
import { requestClientCredentials } from '../oauth/clientCredentials.ts';
import { discoverIssuer } from '../oauth/issuer.ts';
import type { ClientIdentity } from '../oauth/wire/client.ts';
import { grantTypes } from '../oauth/wire/token.ts';
import type { IdentityProvider } from '../servers/server.ts';
import { openTransport, type Attempt, type Demand } from './attempt.ts';
import { signInByBrowser } from './browserSignIn.ts';
import { bindClient, chooseClient, configuredClient, requireBound } from './clients.ts';
import { readClientSecret } from './clientSecrets.ts';
import { namesIssuer } from './grants.ts';
import { goOn } from './redemption.ts';
import type { GrantRecord } from './records.ts';
import { tokenContext } from './tokenContext.ts';

/** @throws AuthError `grant_not_configured`, `client_secret_missing`, and of the token request. */
export async function signInAsClient(attempt: Attempt, demand: Demand): Promise<GrantRecord> {
  const client = await configuredClient(attempt, demand.issuer);
  if (client === undefined) throw new AuthError('grant_not_configured', { setting: 'clientId' });
  const { ports, transport, signal } = attempt;
  const context = await tokenContext(demand, client);
  const tokens = await requestClientCredentials(transport, context, () => ports.clock.now(), signal);
  if (!namesIssuer(attempt.server)) await bindClient(attempt, client, demand.issuer);
  return attempt.keep({ ...demand, client }, tokens);
}

/** The assertion says who asks: no client id is needed beside it (checklist 17.4). */
const nobody: ClientIdentity = { kind: 'configured', clientId: '', authMethod: 'none' };

/** @throws AuthError `grant_not_configured`, `assertion_missing`, `client_issuer_mismatch`, and of the token request. */
export async function signInAsWorkload(attempt: Attempt, demand: Demand): Promise<GrantRecord> {
  const { ports, transport, signal } = attempt;
  const assertion = await readAssertion(attempt);
  const client = (await configuredClient(attempt, demand.issuer)) ?? nobody;
  // Whoever holds the assertion could show it, too: it is tied to one authorization server like a client's secret.
  await requireBound(attempt, nobody, demand.issuer);
  const context = await tokenContext(demand, client);
  const tokens = await redeemAssertion(transport, context, assertion, () => ports.clock.now(), signal);
  const bound = namesIssuer(attempt.server) ? [] : [nobody, client];
  for (const one of bound) await bindClient(attempt, one, demand.issuer);
  return attempt.keep({ ...demand, client }, tokens);
}

/**
 * The person signs in to their organization; its identity provider vouches for them.
 * @throws AuthError `grant_not_configured`, and of every step.
 */
export async function signInByOrganization(attempt: Attempt, demand: Demand): Promise<GrantRecord> {
  const { server, ports, documents, signal } = attempt;
  const { identityProvider, assertionFile } = server.oauth;
  if (identityProvider === undefined)
    throw new AuthError('grant_not_configured', { setting: 'identityProvider' });
  const { issuer, resource, scopes, proofKey } = demand;
  const need = { issuer, redirectUri: undefined, grantType: grantTypes.jwtBearer, scopes };
  const { client } = await chooseClient(attempt, need);
  const onward = {
    ...{ issuer, client, scopes },
    ...(resource !== undefined && { resource }),
    ...(proofKey !== undefined && { proofKey }),
  };

  // The organization's own address was named by the person: it may be nearer than the server.
  const transport = openTransport(server, ports, identityProvider.issuer);
  // An identity provider need not promise PKCE: the id token names the client that it is for (checklist 17.2).
  const settings = { requirePkceMetadata: false };
  const provider = await discoverIssuer(
    transport,
    documents,
    identityProvider.issuer,
    settings,
    signal,
  ).catch(aboutProvider);
  const atProvider = await clientAtProvider(attempt, provider, identityProvider);
  if (assertionFile !== undefined) {
    const identity = {
      identityProvider: provider,
      client: atProvider,
      idToken: await readAssertion(attempt),
    };
    return goOn(attempt, identity, onward);
  }
  const errand = { client: atProvider, onward };
  const asked = {
    ...demand,
    issuer: provider,
    resource: undefined,
    scopes: ['openid'],
    parameters: {},
    challenge: undefined,
    proofKey: undefined,
  };
  return signInByBrowser({ ...attempt, transport }, asked, errand);
}

/** What is wrong with the documents of an identity provider is no matter of the server's own settings. */
function aboutProvider(thrown: unknown): never {
  if (!(thrown instanceof AuthError)) throw thrown;
  throw new AuthError(thrown.code, { ...thrown.facts, setting: 'identityProvider' }, thrown.cause);
}

async function clientAtProvider(
  { server, ports }: Attempt,
  provider: Demand['issuer'],
  { clientId }: IdentityProvider,
): Promise<ClientIdentity> {
  const clientSecret = await readClientSecret(ports, server, 'identityProvider');
  const authMethod = chooseAuthMethod(provider, clientSecret, undefined);
  return { kind: 'configured', clientId, authMethod, ...(clientSecret !== undefined && { clientSecret }) };
}

/** Read anew each time: platforms write a new one before the old one ends. */
async function readAssertion({ server, ports }: Attempt): Promise<string> {
  const { assertionFile } = server.oauth;
  const setting = 'assertionFile';
  if (assertionFile === undefined) throw new AuthError('grant_not_configured', { setting });
  const text = await ports.readFile(assertionFile).catch((thrown: unknown) => {
    throw new AuthError('assertion_missing', { setting }, thrown);
  });
  const assertion = text.trim();
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(assertion)) throw new AuthError('assertion_missing', { setting });
  return assertion;
}
