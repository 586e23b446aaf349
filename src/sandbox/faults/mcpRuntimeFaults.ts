// Faults of the MCP server at work: how it treats a client that is signed in, or wants no sign-in at all.
import { strongAcr } from '../authorization/authentication.ts';
import type { Visit } from '../mcp/admission.ts';
import { proofAlgorithms } from '../mcp/dpopProof.ts';
import { scopesNeededBy, toolsCalledBy } from '../mcp/noteScopes.ts';
import { json } from '../mcp/reply.ts';
import { flakyMcp } from './flaky.ts';
import { foreignAddress } from './mcpChallengeFaults.ts';
import type { McpFault } from './mcpFault.ts';

/** What the fault `own-header` wants in the `Authorization` header after `Bearer`. */
export const sandboxApiKey = 'sandbox-api-key';
const strongMaxAgeSeconds = 600;
const eventsUntilBroken = 20;

function isEndpoint({ url, resource }: Visit): boolean {
  return url === resource.url;
}

export const runtimeFaults: readonly McpFault[] = [
  {
    name: 'token-never-accepted',
    about: 'Answers 401 invalid_token to every token, good or not.',
    source: 'field case 19',
    turnAway: () => ({ error: 'invalid_token', description: 'The token is not accepted here.' }),
  },
  {
    name: 'scope-never-enough',
    about: 'Answers 403 insufficient_scope to every tool call, whatever was granted.',
    source: 'field case 20',
    turnAway: ({ body }, { resource }) => {
      if (toolsCalledBy(body).length === 0) return undefined;
      const needed = scopesNeededBy(body, resource);
      const scopes = needed.length > 0 ? needed : resource.scopes;
      return { error: 'insufficient_scope', description: 'The scope is never enough.', scopes };
    },
  },
  {
    name: 'forbidden',
    about: 'Answers 403 to every request with a good token, without a challenge and for a reason of its own.',
    source: 'checklist 12.6',
    turnAway: () => json(403, { error: 'forbidden', error_description: 'Your plan does not include this.' }),
  },
  {
    name: 'step-up-authentication',
    about: `Answers 401 insufficient_user_authentication until a token has the acr ${strongAcr} and an auth_time of the last ${strongMaxAgeSeconds} seconds.`,
    source: 'RFC 9470',
    turnAway: ({ facts }, { nowMs }) => {
      const ageSeconds = nowMs / 1_000 - (facts.authTimeSeconds ?? 0);
      if (facts.acr === strongAcr && ageSeconds <= strongMaxAgeSeconds) return undefined;
      return {
        error: 'insufficient_user_authentication',
        description: 'Sign in again, in a stronger way.',
        acrValues: strongAcr,
        maxAgeSeconds: strongMaxAgeSeconds,
      };
    },
  },
  {
    name: 'own-header',
    about: `Takes no OAuth: wants "Authorization: Bearer ${sandboxApiKey}", has no resource document, and answers 401 with a Bearer challenge to anything else.`,
    source: 'field case 17',
    documentPaths: () => [],
    identify: ({ headers, resource }) => {
      if (headers.authorization !== `Bearer ${sandboxApiKey}`) return { error: 'none' };
      return {
        token: sandboxApiKey,
        facts: {
          ...{ issuer: resource.url, account: 'api-key', clientId: 'api-key', audience: resource.url },
          ...{ scopes: resource.scopes, expiresAtSeconds: undefined, acr: undefined },
          ...{ authTimeSeconds: undefined, keyThumbprint: undefined },
        },
      };
    },
    challenges: () => [{ scheme: 'Bearer', parameters: [['realm', 'Sandbox Notes']] }],
  },
  {
    name: 'mcp-redirect',
    about: 'Redirects the endpoint with 307 to another origin, where it answers.',
    source: 'checklist 11.4',
    answer: (visit) => {
      const foreign = foreignAddress(visit.resource.url);
      // The other name leads back to this server, which has to be found there.
      if (!isEndpoint(visit) || visit.headers.host === new URL(foreign).host) return undefined;
      return { status: 307, headers: { location: foreign } };
    },
  },
  {
    name: 'mcp-unavailable',
    about: 'Answers 503 with Retry-After at the endpoint.',
    source: 'field case 3',
    answer: (visit) =>
      isEndpoint(visit) ? json(503, { error: 'temporarily_unavailable' }, { 'retry-after': '1' }) : undefined,
  },
  flakyMcp,
  {
    name: 'streams-broken',
    about: `Breaks every event stream off after ${eventsUntilBroken} events, in the middle of the answer; in a session the rest can be fetched with Last-Event-ID.`,
    source: 'checklist 12.9',
    eventsPerStream: eventsUntilBroken,
  },
  {
    name: 'dpop-required',
    about: 'Takes only tokens that are bound to a key: says so in its document, and asks for DPoP alone.',
    source: 'RFC 9449',
    document: (document) => ({ ...document, dpop_bound_access_tokens_required: true }),
    turnAway: ({ facts }) =>
      facts.keyThumbprint === undefined
        ? { error: 'invalid_token', description: 'The token is not bound to a key.' }
        : undefined,
    challenges: ([challenge]) => {
      if (!challenge) return [];
      const parameters = challenge.parameters.filter(([name]) => name !== 'algs');
      return [{ scheme: 'DPoP', parameters: [...parameters, ['algs', proofAlgorithms.join(' ')]] }];
    },
  },
  {
    name: 'dpop-nonce',
    about: 'Wants its nonce in every DPoP proof, and hands it out with 401 use_dpop_nonce.',
    source: 'RFC 9449',
    wantsNonce: true,
  },
];
