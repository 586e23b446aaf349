// Faults of the token and revocation endpoints.
import { setTimeout as delay } from 'node:timers/promises';

import { flakyToken } from './flaky.ts';
import { innerFaults } from './innerFaults.ts';
import type { AuthorizationFault, Exchange, FaultGround } from './authorizationFault.ts';
import {
  amend,
  answer,
  answerPage,
  atRevocation,
  atToken,
  breakConnection,
  readForm,
  staySilent,
} from './authorizationFault.ts';

const slowMs = 2_000;

/** Trouble that passes: what was sent is not looked at. */
function passing(
  name: string,
  about: string,
  instead: (ctx: Exchange, ground: FaultGround) => Promise<void> | void,
): AuthorizationFault {
  return { name, about, source: 'field case 3', at: atToken, instead };
}

/** Alters a token answer. */
function answered(
  name: string,
  about: string,
  source: string,
  members: (body: Record<string, unknown>) => Record<string, unknown>,
): AuthorizationFault {
  return { name, about, source, at: atToken, after: (ctx) => amend(ctx, members) };
}

/** Refuses every refresh, under one name or another. */
function refreshRefused(
  name: string,
  about: string,
  source: string,
  body: Record<string, unknown>,
): AuthorizationFault {
  return {
    name,
    about,
    source,
    at: atToken,
    instead: async (ctx) => {
      const { grant_type: grantType } = await readForm(ctx);
      if (grantType !== 'refresh_token') return false;
      answer(ctx, 400, body);
      return true;
    },
  };
}

export const tokenFaults: readonly AuthorizationFault[] = [
  passing('token-500', 'Answers token requests with 500.', (ctx) =>
    answer(ctx, 500, 'Internal Server Error'),
  ),
  passing('token-502', 'Answers token requests with 502 and a page.', (ctx) =>
    answerPage(ctx, 502, 'Bad Gateway'),
  ),
  passing('token-429', 'Answers token requests with 429 and Retry-After.', (ctx) =>
    answer(ctx, 429, { error: 'slow_down' }, { 'retry-after': '7' }),
  ),
  passing('token-408', 'Answers token requests with 408.', (ctx) => answer(ctx, 408, 'Request Timeout')),
  passing('token-reset', 'Breaks the connection of token requests.', breakConnection),
  passing('token-silent', 'Never answers token requests.', staySilent),
  flakyToken,
  {
    name: 'token-slow',
    about: 'Takes two seconds over every token request, long enough for another one to come in between.',
    source: 'field case 1, field case 2',
    at: atToken,
    before: () => delay(slowMs, undefined, { ref: false }),
  },
  {
    name: 'token-200-error',
    about: 'Answers a refused token request with 200 and an error.',
    source: 'field case 26',
    at: atToken,
    instead: (ctx) =>
      answer(ctx, 200, { error: 'bad_verification_code', error_description: 'The code is incorrect.' }),
  },
  {
    name: 'token-form-encoded',
    about: 'Answers token requests form-encoded.',
    source: 'field case 26',
    at: atToken,
    after: (ctx) => {
      if (ctx.status !== 200) return;
      const members = Object.entries(ctx.body as Record<string, unknown>).map(
        ([name, value]): [string, string] => [name, String(value)],
      );
      answer(ctx, 200, new URLSearchParams(members).toString(), {
        'content-type': 'application/x-www-form-urlencoded',
      });
    },
  },
  {
    name: 'token-401-challenge',
    about: 'Refuses the client of a token request with 401 and a challenge.',
    source: 'checklist 18',
    at: atToken,
    instead: (ctx) =>
      answer(ctx, 401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="token"' }),
  },
  {
    name: 'client-forgotten-at-token',
    about: 'Has forgotten the first client that asks for a token: invalid_client.',
    source: 'field case 4',
    at: atToken,
    instead: async (ctx, { notes }: FaultGround) => {
      const { client_id: clientId } = await readForm(ctx);
      if (!notes.has('forgotten')) notes.set('forgotten', clientId);
      if (notes.get('forgotten') !== clientId) return false;
      answer(ctx, 401, { error: 'invalid_client', error_description: 'Client not found.' });
      return true;
    },
  },
  {
    name: 'token-400-empty',
    about: 'Refuses token requests with 400 and nothing else.',
    source: 'field case 26',
    at: atToken,
    instead: (ctx) => answer(ctx, 400, ''),
  },
  answered('expiry-absent', 'Does not say when a token ends.', 'field case 13', () => ({
    expires_in: undefined,
  })),
  answered('expiry-zero', 'Says that a token ends at once.', 'field case 13', () => ({ expires_in: 0 })),
  answered('expiry-text', 'Says as text when a token ends.', 'field case 13', ({ expires_in: seconds }) => ({
    expires_in: String(seconds),
  })),
  answered('expiry-negative', 'Says that a token ended before it was given.', 'field case 13', () => ({
    expires_in: -1,
  })),
  answered('expiry-huge', 'Says that a token ends in a thousand years.', 'field case 13', () => ({
    expires_in: 31_536_000_000,
  })),
  answered(
    'token-ends-early',
    'Says that tokens last a hundred times longer than they do.',
    'field case 31',
    (body) => ({
      expires_in: Number(body['expires_in']) * 100,
    }),
  ),
  answered('refresh-absent', 'Gives no refresh token.', 'field case 13', () => ({
    refresh_token: undefined,
  })),
  answered(
    'scope-narrower',
    'Grants the first of the scopes alone, and says so.',
    'checklist 6.6',
    ({ scope }) => ({
      scope: String(scope).split(' ')[0],
    }),
  ),
  answered('scope-unsaid', 'Does not say which scopes it granted.', 'checklist 6.6', () => ({
    scope: undefined,
  })),
  answered('token-type-strange', 'Gives a token of a type that nobody knows.', 'checklist 10.2', () => ({
    token_type: 'mac',
  })),
  answered('token-absent', 'Answers a token request without a token.', 'checklist 10.2', () => ({
    access_token: undefined,
  })),
  {
    name: innerFaults.refreshKept,
    about: 'Gives no new refresh token at a refresh; the old one goes on working.',
    source: 'checklist 11.9',
    at: atToken,
    before: async (ctx) => {
      await readForm(ctx);
    },
    after: (ctx) => amend(ctx, () => (isRefresh(ctx) ? { refresh_token: undefined } : {})),
  },
  refreshRefused('refresh-dead', 'Has forgotten every refresh token.', 'field case 27', {
    error: 'invalid_grant',
  }),
  refreshRefused(
    'refresh-dead-invalid-request',
    'Has forgotten every refresh token, and calls it invalid_request.',
    'field case 27',
    { error: 'invalid_request', error_description: 'refresh_token is invalid' },
  ),
  refreshRefused(
    'refresh-dead-unauthorized-client',
    'Has forgotten every refresh token, and calls it unauthorized_client.',
    'field case 27',
    { error: 'unauthorized_client', error_description: 'refresh_token is invalid' },
  ),
  {
    name: 'refresh-wants-everything',
    about: 'Refreshes only for who repeats resource, scope and client id.',
    source: 'field case 22',
    at: atToken,
    instead: async (ctx) => {
      const form = await readForm(ctx);
      if (form['grant_type'] !== 'refresh_token') return false;
      const missing = ['client_id', 'resource', 'scope'].find((name) => form[name] === undefined);
      if (missing === undefined) return false;
      answer(ctx, 400, { error: 'invalid_request', error_description: `${missing} is required` });
      return true;
    },
  },
  {
    name: innerFaults.refreshForOffline,
    about: 'Gives refresh tokens only to who asked for offline_access.',
    source: 'field case 12',
    at: atToken,
  },
  {
    name: innerFaults.dpopNonce,
    about: 'Wants a nonce of its own in every DPoP proof of a token request.',
    source: 'RFC 9449 §8',
    at: atToken,
  },
  {
    name: 'revocation-unavailable',
    about: 'Answers revocations with 503 and Retry-After.',
    source: 'checklist 14.8',
    at: atRevocation,
    instead: (ctx) => answer(ctx, 503, { error: 'temporarily_unavailable' }, { 'retry-after': '7' }),
  },
  {
    name: 'revocation-unsupported',
    about: 'Revokes no token of the kind that it is given.',
    source: 'checklist 14.8',
    at: atRevocation,
    instead: (ctx) => answer(ctx, 400, { error: 'unsupported_token_type' }),
  },
  {
    name: 'revocation-silent',
    about: 'Never answers revocations.',
    source: 'checklist 14.8',
    at: atRevocation,
    instead: staySilent,
  },
];

function isRefresh(ctx: Exchange): boolean {
  const form = (ctx.req as { body?: Record<string, unknown> }).body;
  return form?.['grant_type'] === 'refresh_token';
}
