// How the MCP server says no: the challenges of RFC 6750 §3, RFC 9449 §7.1 and RFC 9470 §3, with the pointer to the
// resource document of RFC 9728 §5.1.
import { identityScopes } from '../authorization/scopes.ts';
import { proofAlgorithms } from './dpopProof.ts';
import type { Reply } from './reply.ts';
import { json } from './reply.ts';

/** One challenge before it is written down: a scheme and its parameters, in order. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** Why a request was turned away; `none` if it came without a token. Names are those of the wire. */
export type Refusal =
  | { readonly error: 'none' }
  | {
      readonly error: 'invalid_token' | 'invalid_dpop_proof' | 'use_dpop_nonce';
      readonly description: string;
    }
  | { readonly error: 'insufficient_scope'; readonly description: string; readonly scopes: readonly string[] }
  | {
      readonly error: 'insufficient_user_authentication';
      readonly description: string;
      readonly acrValues: string;
      readonly maxAgeSeconds: number;
    };

/** What a challenge tells beside the error: where the resource document is, and which scopes there are. */
export interface ChallengeContext {
  readonly documentUrl: string;
  readonly scopes: readonly string[];
  /** Whether the client has shown that it speaks DPoP, or brought a token that must be proved for. */
  readonly dpop: boolean;
}

/** The answer for a refusal: 403 if more scope would help, else 401. */
export function refuse(refusal: Refusal, context: ChallengeContext): Reply {
  const body =
    refusal.error === 'none'
      ? { error_description: 'Sign in to use this server.' }
      : { error: refusal.error, error_description: refusal.description };
  return {
    ...json(refusal.error === 'insufficient_scope' ? 403 : 401, body),
    challenges: buildChallenges(refusal, context),
  };
}

/** The bearer challenge, and before it the one of DPoP where the client can use that (RFC 9449 §7.2). */
function buildChallenges(refusal: Refusal, context: ChallengeContext): Challenge[] {
  const parameters = describe(refusal, context);
  if (!context.dpop) return [{ scheme: 'Bearer', parameters }];
  const dpop = { scheme: 'DPoP', parameters: [...parameters, ['algs', proofAlgorithms.join(' ')] as const] };
  const aboutProof = refusal.error === 'invalid_dpop_proof' || refusal.error === 'use_dpop_nonce';
  // An error of the proof means nothing to a client that sends bearer tokens.
  return aboutProof ? [dpop] : [dpop, { scheme: 'Bearer', parameters }];
}

function describe(refusal: Refusal, { documentUrl, scopes }: ChallengeContext): [string, string][] {
  const named = refusal.error === 'insufficient_scope' ? refusal.scopes : [...identityScopes, ...scopes];
  const parameters: [string, string][] = [];
  // RFC 6750 §3.1: a request without credentials learns nothing of an error.
  if (refusal.error !== 'none') {
    parameters.push(['error', refusal.error], ['error_description', refusal.description]);
  }
  if (refusal.error === 'insufficient_user_authentication') {
    parameters.push(['acr_values', refusal.acrValues], ['max_age', String(refusal.maxAgeSeconds)]);
  }
  parameters.push(['resource_metadata', documentUrl], ['scope', named.join(' ')]);
  return parameters;
}

/** The challenge with the named parameter set to another value, or taken out. */
export function withParameter(challenge: Challenge, name: string, value: string | undefined): Challenge {
  const parameters = challenge.parameters.flatMap((parameter) => {
    if (parameter[0] !== name) return [parameter];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...challenge, parameters };
}

/** A challenge as RFC 9110 §11.6.1 writes it: every value quoted, with escapes where it needs them. */
export function writeChallenge(
  { scheme, parameters }: Challenge,
  write: (name: string, value: string) => string = (name, value) => `${name}=${quote(value)}`,
): string {
  return `${scheme} ${parameters.map(([name, value]) => write(name, value)).join(', ')}`.trimEnd();
}

/** A quoted string (RFC 9110 §5.6.4). */
export function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
