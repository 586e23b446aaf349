/** Parameters of a `WWW-Authenticate` challenge (RFC 6750 §3, RFC 9728 §5.1, RFC 9470 §3, RFC 9449 §7.1). */
import { parseScope } from './members.ts';

/** What a 401 or 403 asks for. */
export interface Challenge {
  /** How an access token is to be presented: by itself, or with a proof that the sender holds a key. */
  readonly scheme: 'bearer' | 'dpop';
  readonly resourceMetadata: string | undefined;
  readonly scopes: readonly string[] | undefined;
  readonly error: string | undefined;
  readonly errorDescription: string | undefined;
  /** How strongly the person has to prove who they are, best first (RFC 9470). */
  readonly acrValues: string | undefined;
  /** How long ago that may have been at most, seconds (RFC 9470). */
  readonly maxAgeSeconds: number | undefined;
}

export function readChallengeParameters(
  scheme: Challenge['scheme'],
  parameters: ReadonlyMap<string, string>,
): Challenge {
  const maxAge = parameters.get('max_age') ?? '';
  return {
    scheme,
    resourceMetadata: parameters.get('resource_metadata'),
    scopes: parseScope(parameters.get('scope')),
    error: parameters.get('error'),
    errorDescription: parameters.get('error_description'),
    acrValues: parameters.get('acr_values'),
    maxAgeSeconds: /^\d{1,9}$/.test(maxAge) ? Number(maxAge) : undefined,
  };
}

/** Which parameters are there, by the names that servers write. */
export function parameterNames(challenge: Challenge): readonly string[] {
  const parameters = {
    resource_metadata: challenge.resourceMetadata,
    scope: challenge.scopes,
    error: challenge.error,
    error_description: challenge.errorDescription,
    acr_values: challenge.acrValues,
    max_age: challenge.maxAgeSeconds,
  };
  return Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}
