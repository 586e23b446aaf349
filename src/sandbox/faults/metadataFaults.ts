// Faults of the authorization server's metadata (RFC 8414, OpenID Connect Discovery).
import type { AuthorizationFault, Exchange, FaultGround } from './authorizationFault.ts';
import { amend, answer, answerPage, atFirstMetadata, atMetadata, staySilent } from './authorizationFault.ts';

const hugeBytes = 32 * 1024 * 1024;

/** Something else than a document at the address that a client asks first; the next address works. */
function noise(
  kind: string,
  about: string,
  instead: (ctx: Exchange, ground: FaultGround) => Promise<void> | void,
): AuthorizationFault {
  return {
    name: `metadata-noise-${kind}`,
    about: `The first address of the authorization server’s metadata ${about}; the next one works.`,
    source: 'field case 16',
    at: atFirstMetadata,
    instead,
  };
}

/** Alters members of the document, at every address. */
function altered(
  name: string,
  about: string,
  source: string,
  members: (document: Record<string, unknown>) => Record<string, unknown>,
): AuthorizationFault {
  return { name, about, source, at: atMetadata, after: (ctx) => amend(ctx, members) };
}

export const metadataFaults: readonly AuthorizationFault[] = [
  {
    name: 'metadata-only-openid',
    about: 'Publishes its metadata as an OpenID Connect document alone.',
    source: 'checklist 18',
    at: atFirstMetadata,
    instead: (ctx) => answer(ctx, 404, { error: 'not_found' }),
  },
  ...[400, 401, 403, 405, 502].map((status) =>
    noise(String(status), `answers ${status}`, (ctx) => answer(ctx, status, { error: 'no' })),
  ),
  noise('html', 'answers a page', (ctx) => answerPage(ctx, 200, 'Welcome')),
  noise('empty', 'answers {}', (ctx) => answer(ctx, 200, {})),
  noise('null', 'answers null', (ctx) => answer(ctx, 200, null)),
  noise('redirect', 'redirects to a login page', (ctx) => answer(ctx, 302, '', { location: '/login' })),
  noise('silent', 'never answers', staySilent),
  {
    name: 'metadata-unavailable',
    about: 'Answers 503 wherever its metadata should be.',
    source: 'checklist 18',
    at: atMetadata,
    instead: (ctx) => answer(ctx, 503, { error: 'temporarily_unavailable' }, { 'retry-after': '1' }),
  },
  {
    name: 'metadata-huge',
    about: 'Answers 32 MB wherever its metadata should be.',
    source: 'checklist 18',
    at: atMetadata,
    instead: (ctx) => answer(ctx, 200, ' '.repeat(hugeBytes), { 'content-type': 'application/json' }),
  },
  {
    name: 'metadata-silent',
    about: 'Never answers wherever its metadata should be.',
    source: 'checklist 18',
    at: atMetadata,
    instead: staySilent,
  },
  {
    name: 'metadata-redirect',
    about: 'Redirects requests for its metadata to another address of this computer.',
    source: 'checklist 18',
    at: atMetadata,
    instead: (ctx) => answer(ctx, 307, '', { location: `http://127.0.0.1:9${ctx.path}` }),
  },
  altered(
    'metadata-issuer-wrong',
    'Calls itself by the name of another authorization server in its metadata.',
    'field case 10',
    () => ({ issuer: 'https://login.example' }),
  ),
  altered(
    'metadata-issuer-slash',
    'Calls itself by its name with a slash at the end in its metadata.',
    'field case 10',
    (document) => ({ issuer: `${String(document['issuer'])}/` }),
  ),
  altered('metadata-without-pkce', 'Does not say which PKCE methods it supports.', 'field case 18', () => ({
    code_challenge_methods_supported: undefined,
  })),
  altered('metadata-plain-pkce', 'Says that it supports PKCE with “plain” alone.', 'checklist 18', () => ({
    code_challenge_methods_supported: ['plain'],
  })),
  altered(
    'metadata-without-iss',
    'Does not promise `iss` in its answers, and sends it nevertheless.',
    'checklist 18',
    () => ({ authorization_response_iss_parameter_supported: undefined }),
  ),
  altered(
    'metadata-private-endpoint',
    'Names a token endpoint in the part of a network where clouds keep their secrets.',
    'checklist 16.1',
    () => ({ token_endpoint: 'https://169.254.169.254/latest' }),
  ),
  altered('metadata-http-endpoint', 'Names a token endpoint without TLS.', 'checklist 3.11', () => ({
    token_endpoint: 'http://login.example/token',
  })),
  altered(
    'metadata-script-endpoint',
    'Names an authorization endpoint that is a script.',
    'checklist 18',
    () => ({ authorization_endpoint: 'javascript:alert(1)' }),
  ),
  altered('revocation-absent', 'Has no revocation endpoint.', 'checklist 14.8', () => ({
    revocation_endpoint: undefined,
  })),
];
