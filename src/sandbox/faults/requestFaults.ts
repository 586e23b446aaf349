// Faults of the authorization endpoint: what it refuses to take, and whom it has forgotten.
import { scopeFilledIn } from '../authorization/policy.ts';
import type { AuthorizationFault, Exchange, FaultGround } from './authorizationFault.ts';
import {
  amend,
  answer,
  answerPage,
  atAuthorization,
  atMetadata,
  paramsOf,
  refuseInsteadOfAsking,
} from './authorizationFault.ts';

/** Refuses a request that asks for the wrong thing, by way of the redirect. */
function picky(
  name: string,
  about: string,
  source: string,
  isWrong: (request: Readonly<Record<string, unknown>>) => boolean,
  error: string,
  description: string,
): AuthorizationFault {
  return {
    name,
    about,
    source,
    at: atAuthorization,
    before: (ctx) => {
      // Judged on what the client sent: the server fills in a scope of its own.
      if (!isPushed(ctx)) ctx.state[name] = isWrong(ctx.query);
    },
    after: (ctx, { issuer }) => {
      const isRefused = isPushed(ctx) ? isWrong(paramsSent(ctx)) : ctx.state[name] === true;
      if (isRefused) refuseInsteadOfAsking(ctx, issuer, error, description);
    },
  };
}

/** Has forgotten the client that comes by first, as after a purge; one that is registered anew is welcome. */
function forgetful(name: string, about: string, refuse: (ctx: Exchange) => void): AuthorizationFault {
  return {
    name,
    about,
    source: 'field case 4',
    at: atAuthorization,
    instead: (ctx, { notes }: FaultGround) => {
      const { client_id: clientId } = ctx.query;
      if (!notes.has('forgotten')) notes.set('forgotten', clientId);
      if (notes.get('forgotten') !== clientId) return false;
      refuse(ctx);
      return true;
    },
  };
}

const unknownClient = { error: 'invalid_client', error_description: 'Client not found.' };

/** Answers in a person’s place although nobody was asked. */
function unasked(name: string, about: string, error: string, description: string): AuthorizationFault {
  return {
    name,
    about,
    source: 'field case 30',
    at: atAuthorization,
    after: (ctx, { issuer }) => refuseInsteadOfAsking(ctx, issuer, error, description),
  };
}

/** A pushed request without what the server filled in. */
function paramsSent(ctx: Exchange): Readonly<Record<string, unknown>> {
  return ctx.state[scopeFilledIn] === true ? { ...paramsOf(ctx), scope: undefined } : paramsOf(ctx);
}

const isPushed = (ctx: Exchange): boolean => ctx.query['request_uri'] !== undefined;

const scopesOf = ({ scope }: Readonly<Record<string, unknown>>): string[] =>
  typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : [];

export const requestFaults: readonly AuthorizationFault[] = [
  forgetful('client-forgotten', 'Has forgotten the first client that comes by: a page with 400.', (ctx) =>
    answerPage(ctx, 400, 'invalid_client: the client is unknown.'),
  ),
  forgetful('client-forgotten-400', 'Has forgotten the first client that comes by: 400 with JSON.', (ctx) =>
    answer(ctx, 400, unknownClient),
  ),
  forgetful('client-forgotten-401', 'Has forgotten the first client that comes by: 401 with JSON.', (ctx) =>
    answer(ctx, 401, unknownClient),
  ),
  forgetful('client-forgotten-422', 'Has forgotten the first client that comes by: 422 with JSON.', (ctx) =>
    answer(ctx, 422, unknownClient),
  ),
  forgetful('client-forgotten-500', 'Has forgotten the first client that comes by: a page with 500.', (ctx) =>
    answerPage(ctx, 500, 'Something went wrong.'),
  ),
  picky(
    'scope-required',
    'Wants a scope in every request.',
    'field case 11',
    (query) => scopesOf(query).length === 0,
    'invalid_scope',
    'A scope is required.',
  ),
  picky(
    'scope-limited',
    'Lists many scopes and allows one at a time.',
    'field case 11',
    (query) => scopesOf(query).length > 1,
    'invalid_scope',
    'The requested scope is invalid, unknown, or malformed.',
  ),
  picky(
    'openid-refused',
    'Refuses the scope openid.',
    'field case 11',
    (query) => scopesOf(query).includes('openid'),
    'invalid_scope',
    'openid is not allowed for this client.',
  ),
  picky(
    'resource-refused',
    'Refuses requests that name a resource.',
    'field cases, Entra ID',
    ({ resource }) => resource !== undefined,
    'invalid_request',
    'AADSTS901002: The resource request parameter is not supported.',
  ),
  picky(
    'resource-invalid',
    'Takes no resource for one of its own.',
    'checklist 18',
    ({ resource }) => resource !== undefined,
    'invalid_target',
    'The resource is unknown.',
  ),
  {
    name: 'resource-ignored',
    about: 'Overlooks the resource that a request names.',
    source: 'checklist 18',
    at: atAuthorization,
    before: (ctx) => {
      ctx.query = Object.fromEntries(Object.entries(ctx.query).filter(([name]) => name !== 'resource'));
    },
  },
  picky(
    'prompt-refused',
    'Refuses requests that insist on consent.',
    'field case 12',
    ({ prompt }) => prompt === 'consent',
    'invalid_request',
    'AADSTS90094: An administrator must grant consent.',
  ),
  picky(
    'audience-required',
    'Wants an audience parameter beside the resource.',
    'field cases, Auth0',
    ({ audience }) => audience === undefined,
    'invalid_request',
    'The audience parameter is required.',
  ),
  {
    name: 'pushed-requests-only',
    about: 'Takes pushed authorization requests alone.',
    source: 'checklist 7.11',
    at: (ctx) => atMetadata(ctx) || atAuthorization(ctx),
    before: (ctx) => {
      ctx.state['unpushed'] = atAuthorization(ctx) && !isPushed(ctx);
    },
    after: (ctx, { issuer }) => {
      amend(ctx, () => (atMetadata(ctx) ? { require_pushed_authorization_requests: true } : {}));
      if (ctx.state['unpushed'] === true) {
        refuseInsteadOfAsking(ctx, issuer, 'invalid_request', 'Pushed authorization requests are required.');
      }
    },
  },
  unasked(
    'denied-by-nobody',
    'Refuses access although nobody was asked.',
    'access_denied',
    'No terminal to ask on.',
  ),
  unasked(
    'nobody-to-ask',
    'Says that a person is needed and asks none.',
    'interaction_required',
    'Nobody is there.',
  ),
  unasked('server-error', 'Fails inside and says so.', 'server_error', 'The database is down.'),
  unasked(
    'temporarily-unavailable',
    'Is overloaded and says so.',
    'temporarily_unavailable',
    'Too many sign-ins at the moment.',
  ),
];
