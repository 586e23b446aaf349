/** What the official conformance suite tells a client under test by its environment, as settings of a server. */
import type { OAuthSettings } from '../servers/server.ts';
import { DriverFailure } from './driverFailure.ts';

export interface Conformance {
  readonly oauth: OAuthSettings;
  /** Of the client at the authorization server: a shared secret, or a private key as PEM. */
  readonly clientSecret: string | undefined;
  readonly identityProviderSecret: string | undefined;
  /** What the file named in `assertionFile` would hold. */
  readonly assertion: string | undefined;
  /** The revision of MCP to speak; undefined outside of the suite. */
  readonly revision: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const legacyRevision = '2025-03-26';
/** The context takes the place of a file. */
const assertionFile = 'MCP_CONFORMANCE_CONTEXT';

/** @throws DriverFailure `usage` for a context that is no JSON object. */
export function readConformance(environment: Environment): Conformance {
  const scenario = environment['MCP_CONFORMANCE_SCENARIO'];
  const revision = environment['MCP_CONFORMANCE_PROTOCOL_VERSION'];
  const { clientId, clientSecret, privateKeyPem, ...given } = readContext(environment[assertionFile] ?? '{}');
  const isLegacy = revision === legacyRevision || scenario?.startsWith(`auth/${legacyRevision}`) === true;
  const legacy = isLegacy ? { legacyEndpoints: true } : {};
  const client = {
    ...legacy,
    ...(clientId !== undefined && { clientId }),
    ...(privateKeyPem !== undefined && { tokenEndpointAuthMethod: 'private_key_jwt' as const }),
  };
  const run = {
    clientSecret: privateKeyPem ?? clientSecret,
    identityProviderSecret: given['idpClientSecret'],
    assertion: given['validJwt'] ?? given['idpIdToken'],
    revision,
  };
  if (given['validJwt'] !== undefined) {
    // A workload has no client: the assertion says who asks (checklist 17.4).
    return { ...run, oauth: { ...legacy, grant: 'workloadIdentity', assertionFile } };
  }
  const { idpIssuer, idpClientId } = given;
  if (idpIssuer !== undefined && idpClientId !== undefined) {
    const identityProvider = { issuer: idpIssuer, clientId: idpClientId };
    return { ...run, oauth: { ...client, grant: 'enterprise', identityProvider, assertionFile } };
  }
  if (scenario?.startsWith('auth/client-credentials') === true)
    return { ...run, oauth: { ...client, grant: 'clientCredentials' } };
  return { ...run, oauth: client };
}

/** The members that are text, under the names that they have here. */
function readContext(text: string): Readonly<Record<string, string | undefined>> {
  let context: unknown;
  try {
    context = JSON.parse(text);
  } catch {
    context = undefined;
  }
  if (typeof context !== 'object' || context === null)
    throw new DriverFailure('usage', `${assertionFile} is not a JSON object.`);
  const members = Object.entries(context).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(members.map(([name, value]) => [camelCase(name), value]));
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
