// Faults of client registration (RFC 7591): doors that are closed, and answers that nobody asked for.
import { innerFaults } from './innerFaults.ts';
import type { AuthorizationFault, Exchange } from './authorizationFault.ts';
import { amend, answer, atMetadata, atRegistration, readMetadata } from './authorizationFault.ts';

function closed(
  name: string,
  about: string,
  instead: (ctx: Exchange) => void,
  source = 'field case 7',
): AuthorizationFault {
  return { name, about, source, at: atRegistration, instead };
}

/** Refuses what is registered with a redirect URI of an app’s own scheme. */
function schemeRefused(name: string, about: string, refuse: (ctx: Exchange) => void): AuthorizationFault {
  return {
    name,
    about,
    source: 'field case 6',
    at: atRegistration,
    instead: async (ctx) => {
      const { redirect_uris: redirectUris } = await readMetadata(ctx);
      const isOwnScheme = (uri: unknown) => typeof uri === 'string' && !/^https?:/i.test(uri);
      if (!Array.isArray(redirectUris) || !redirectUris.some(isOwnScheme)) return false;
      refuse(ctx);
      return true;
    },
  };
}

/** Adds members to a registration, which keeps its way to authenticate unless they say otherwise. */
function answered(
  name: string,
  about: string,
  members: (body: Record<string, unknown>) => Record<string, unknown>,
  source = 'field case 14',
): AuthorizationFault {
  return { name, about, source, at: atRegistration, after: (ctx) => amend(ctx, members) };
}

/** Makes the client a confidential one whatever it asked for, and says of that what `members` say. */
function secretGiven(
  name: string,
  about: string,
  source: string,
  members: Record<string, unknown>,
  method = 'client_secret_basic',
): AuthorizationFault {
  return {
    name,
    about,
    source,
    at: atRegistration,
    before: (ctx) => askFor(ctx, method),
    after: (ctx) => amend(ctx, () => members),
  };
}

async function askFor(ctx: Exchange, method: string): Promise<void> {
  Object.assign(await readMetadata(ctx), { token_endpoint_auth_method: method });
}

function onlyMethod(method: string): AuthorizationFault {
  return {
    name: `only-${method.replaceAll('_', '-')}`,
    about: `Takes clients that authenticate with ${method} alone, and makes every client such a one.`,
    source: 'field case 15',
    at: (ctx) => atMetadata(ctx) || atRegistration(ctx),
    before: async (ctx) => {
      if (atRegistration(ctx)) await askFor(ctx, method);
    },
    after: (ctx) => {
      if (atMetadata(ctx)) amend(ctx, () => ({ token_endpoint_auth_methods_supported: [method] }));
    },
  };
}

export const registrationFaults: readonly AuthorizationFault[] = [
  closed(
    'registration-closed',
    'Registers nobody by itself: you register a client by hand (403 with a bare word).',
    (ctx) => answer(ctx, 403, 'Forbidden'),
  ),
  closed('registration-closed-okta', 'Registers nobody: 403 with an error code of its own.', (ctx) =>
    answer(ctx, 403, {
      errorCode: 'E0000005',
      errorSummary: 'Invalid session',
      errorLink: 'E0000005',
      errorId: 'oae',
    }),
  ),
  closed('registration-closed-401', 'Registers only who brings an initial access token.', (ctx) =>
    answer(ctx, 401, { error: 'invalid_token' }, { 'www-authenticate': 'Bearer error="invalid_token"' }),
  ),
  closed('registration-closed-422', 'Registers nobody: 422.', (ctx) =>
    answer(ctx, 422, { message: 'Unprocessable' }),
  ),
  closed('registration-closed-400', 'Registers nobody: 400 with words but no error code.', (ctx) =>
    answer(ctx, 400, { message: 'Dynamic registration is disabled.' }),
  ),
  closed('registration-closed-500', 'Registers nobody: 500.', (ctx) =>
    answer(ctx, 500, 'Internal Server Error'),
  ),
  {
    name: 'registration-absent',
    about: 'Has no registration endpoint.',
    source: 'field case 7',
    at: atMetadata,
    after: (ctx) => amend(ctx, () => ({ registration_endpoint: undefined })),
  },
  {
    name: 'registration-null',
    about: 'Says that its registration endpoint is null.',
    source: 'field case 7',
    at: atMetadata,
    after: (ctx) => amend(ctx, () => ({ registration_endpoint: null })),
  },
  schemeRefused(
    'custom-scheme-refused',
    'Refuses redirect URIs of an app’s own scheme: invalid_redirect_uri.',
    (ctx) =>
      answer(ctx, 400, { error: 'invalid_redirect_uri', error_description: 'https or loopback only.' }),
  ),
  schemeRefused(
    'custom-scheme-refused-as-metadata',
    'Refuses redirect URIs of an app’s own scheme: invalid_client_metadata.',
    (ctx) =>
      answer(ctx, 400, {
        error: 'invalid_client_metadata',
        error_description: 'redirect_uris[0] is invalid.',
      }),
  ),
  schemeRefused(
    'custom-scheme-refused-in-words',
    'Refuses redirect URIs of an app’s own scheme with a plain sentence.',
    (ctx) => answer(ctx, 400, 'Redirect URIs must use https.'),
  ),
  {
    name: 'loopback-for-native-only',
    about: 'Refuses loopback redirect URIs of clients that do not say that they are native.',
    source: 'checklist 18',
    at: atRegistration,
    instead: async (ctx) => {
      const { application_type: kind } = await readMetadata(ctx);
      if (kind === 'native') return false;
      answer(ctx, 400, { error: 'invalid_redirect_uri', error_description: 'Web clients need https.' });
      return true;
    },
  },
  {
    name: 'registration-200',
    about: 'Answers a registration with 200 instead of 201.',
    source: 'checklist 18',
    at: atRegistration,
    after: (ctx) => {
      if (ctx.status === 201) ctx.status = 200;
    },
  },
  answered(
    'registration-redirect-changed',
    'Registers another redirect URI than the one that was asked for.',
    () => ({ redirect_uris: ['https://elsewhere.example/callback'] }),
    'field case 5',
  ),
  secretGiven(
    'registration-secret',
    'Gives a secret to a client that asked for none, and wants it at the token endpoint.',
    'field case 14',
    { token_endpoint_auth_method: 'none' },
    'client_secret_post',
  ),
  secretGiven(
    'registration-secret-without-method',
    'Gives a secret to a client that asked for none, and does not say how to use it.',
    'field case 14',
    { token_endpoint_auth_method: undefined },
  ),
  answered('registration-secret-empty', 'Gives an empty secret to a public client.', () => ({
    client_secret: '',
  })),
  answered(
    'registration-secret-null',
    'Gives null for a secret to a public client.',
    () => ({ client_secret: null, client_secret_expires_at: null }),
    'checklist 18',
  ),
  secretGiven(
    'registration-secret-without-expiry',
    'Gives a secret and does not say when it ends.',
    'checklist 18',
    { client_secret_expires_at: undefined },
  ),
  secretGiven(
    'registration-secret-expired',
    'Gives a secret that ended before it was given.',
    'checklist 18',
    { client_secret_expires_at: 1 },
  ),
  secretGiven(
    innerFaults.oddSecret,
    'Gives secrets with characters that have to be encoded: colon, percent, plus, space, slash.',
    'field case 15',
    {},
  ),
  onlyMethod('client_secret_post'),
  onlyMethod('client_secret_basic'),
];
