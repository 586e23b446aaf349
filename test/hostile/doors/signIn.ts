/**
 * A whole sign-in and what follows it, while any answer on the way may be a hostile one: discovery, registration, the
 * browser, tokens, names, renewal, refusal, sign-out, and forgetting (invariants 1, 2).
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { forgetServer } from '../../../src/session/forgetting.ts';
import { writeClientSecret } from '../../../src/session/clientSecrets.ts';
import { bindingKey, bindingRecords } from '../../../src/session/records.ts';
import { keepRecord } from '../../../src/session/storedRecord.ts';
import { serverAt } from '../../engine/desk.ts';
import { outcomeOf, type Door } from '../door.ts';
import { answers, type HostileAnswer } from '../hostileAnswer.ts';
import { HostileNetwork, settled, type Sent } from '../hostileNetwork.ts';
import { addresses, challenge, headerValue, text } from '../hostileText.ts';
import {
  issuerAs,
  issuerMembers,
  resourceDocumentUrl,
  resourceMembers,
  serverUrl,
  tokenMembers,
  rightElsewhere,
} from '../rightWorld.ts';
import { requireSoundPage, secretsOfPages } from '../openedPage.ts';
import { endpointsServed } from '../servedEndpoints.ts';
import { SessionStand } from '../sessionStand.ts';

const places = [
  'contact',
  'resource',
  'issuer',
  'register',
  'authorize',
  'token',
  'refresh',
  'userinfo',
  'introspect',
  'revoke',
  'par',
  'elsewhere',
] as const;
type Place = (typeof places)[number];

interface Case {
  readonly changed: Readonly<Partial<Record<Place, HostileAnswer>>>;
  readonly challenge?: string;
  /** What the browser brings back beside, or in place of, what is right. */
  readonly brought: readonly (readonly [string, string])[];
  readonly isBroughtRight: boolean;
  readonly client: 'none' | 'own' | 'own_with_secret';
  /** Whether the server leads to another authorization server than before. */
  readonly isMoved?: boolean;
}

const members: Readonly<Record<Place, readonly string[]>> = {
  contact: ['jsonrpc', 'result'],
  resource: Object.keys(resourceMembers),
  issuer: Object.keys(issuerMembers),
  register: [
    'client_id',
    'client_secret',
    'token_endpoint_auth_method',
    'redirect_uris',
    'registration_client_uri',
    'registration_access_token',
    'error',
    'error_description',
  ],
  authorize: ['error', 'error_description'],
  token: Object.keys(tokenMembers),
  refresh: Object.keys(tokenMembers),
  userinfo: ['sub', 'name', 'email', 'preferred_username'],
  introspect: ['active', 'sub', 'username', 'error'],
  revoke: ['error', 'error_description'],
  par: ['request_uri', 'error', 'error_description'],
  elsewhere: [...Object.keys(issuerMembers), ...Object.keys(tokenMembers)],
};

const code = 'code-of-the-answer-77c0';
const headerSecret = 'header-key-planted-77c0';
const ownSecret = 'client-secret-planted+/77c0';
const management = 'management-given-77c0';
const registeredSecret = 'client-secret-given-77c0';
const given = [tokenMembers.access_token, tokenMembers.refresh_token, management, registeredSecret];

export const signInDoor: Door<Case> = {
  name: 'signIn',
  share: 30,
  cases: fc.record(
    {
      changed: fc
        .array(
          fc
            .constantFrom(...places)
            .chain((place) => answers(members[place]).map((answer) => [place, answer] as const)),
          { maxLength: 3 },
        )
        .map((all) => Object.fromEntries(all)),
      challenge: fc.oneof({ weight: 2, arbitrary: challenge }, text),
      brought: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        fc.array(
          fc.tuple(
            fc.constantFrom('state', 'code', 'iss', 'error', 'error_description', 'nonce'),
            fc.oneof(text, fc.constantFrom('STATE', ...addresses)),
          ),
          { maxLength: 3 },
        ),
      ),
      isBroughtRight: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false)),
      client: fc.constantFrom('none', 'none', 'own', 'own_with_secret'),
      isMoved: fc.nat(5).map((chance) => chance === 0),
    },
    { requiredKeys: ['changed', 'brought', 'isBroughtRight', 'client'] },
  ),
  async try(hostile) {
    const network = networkOf(hostile);
    const pages: URL[] = [];
    const stand = new SessionStand(network, (page) => broughtBack(page, pages, hostile));
    const oauth = hostile.client === 'none' ? {} : { clientId: 'client-own' };
    const changes = { headers: { 'x-key': headerSecret }, oauth };
    const { ports, desk } = stand;
    const server = serverAt(serverUrl, changes);
    if (hostile.client === 'own_with_secret') {
      await writeClientSecret(desk.records, server, 'client', ownSecret);
      await keepRecord({ store: desk.records }, bindingKey(server, 'client-own'), bindingRecords, {
        issuer: issuerAs,
      });
    }
    const session = await stand.open(changes);
    const within = <Result>(work: Promise<Result>) => settled(work, desk.clock, network);
    await outcomeOf(within(session.signIn()), [headerSecret, ownSecret, ...given]);
    const secrets = () => [
      headerSecret,
      ownSecret,
      code,
      ...given,
      ...secretsOfPages(pages, desk.records.records),
    ];
    const all = new Set(secrets());
    const note = () => secrets().forEach((secret) => all.add(secret));
    stand.requireHidden([...all], [session]);
    const first = await within(session.authorization());
    if (first.kind === 'token') {
      desk.clock.advance(7_200_000);
      await within(session.authorization());
      note();
      await within(
        session.access.resolve(
          { status: 401, challenge: undefined, nonce: undefined, accessToken: first.accessToken },
          new Set(),
          new AbortController().signal,
        ),
      );
    }
    note();
    await within(session.settled());
    await outcomeOf(within(session.signOut()));
    await outcomeOf(within(forgetServer(server, ports)));
    session.dispose();
    stand.requireHidden([...all], [session]);
    const left = [...desk.records.records.keys()].filter(
      (key) => !key.startsWith('way:') && !key.startsWith('registration:'),
    );
    assert.deepEqual(left, [], 'Something is left of a server that was forgotten.');

    network.requireNoNearRequest();
    network.requireSentOnlyTo([headerSecret], ({ url }) => url.href === serverUrl);
    const allowed = endpointsServed(network);
    const isEndpoint = ({ url }: Sent) => allowed.has(url.href) || allowed.has(url.origin + url.pathname);
    const ofIssuer = endpointsServed(network, issuerAs);
    network.requireSentOnlyTo([ownSecret], ({ url }) => ofIssuer.has(url.origin + url.pathname));
    network.requireSentOnlyTo([code, tokenMembers.refresh_token, tokenMembers.access_token], isEndpoint);
    network.requireSentOnlyTo(
      [...all].filter((secret) => secret.length === 43),
      isEndpoint,
    );
    const hidden = [headerSecret, ownSecret, code, ...given];
    for (const page of pages) requireSoundPage(page, hidden);
  },
};

const movedMembers = { ...resourceMembers, authorization_servers: ['https://evil.example/x'] };

function networkOf({ changed, challenge: header, isMoved = false }: Case): HostileNetwork {
  const right = (place: Place, body: object, status = 200) => ({
    hostile: changed[place] ?? {},
    right: { status, body },
  });
  return new HostileNetwork(({ url, body }) => {
    if (url.href === serverUrl) {
      const value = header ?? `Bearer resource_metadata="${resourceDocumentUrl}", scope="notes:read openid"`;
      return {
        hostile: changed.contact ?? {},
        right: { status: 401, headers: { 'www-authenticate': headerValue(value) }, body: {} },
      };
    }
    if (url.hostname === 'mcp.example') return right('resource', isMoved ? movedMembers : resourceMembers);
    if (url.hostname !== 'as.example') return right('elsewhere', rightElsewhere(url));
    switch (url.pathname) {
      case '/.well-known/oauth-authorization-server/as':
        return right('issuer', issuerMembers);
      case '/as/register':
        return right(
          'register',
          {
            client_id: 'client-1',
            client_secret: registeredSecret,
            registration_client_uri: `${issuerAs}/manage`,
            registration_access_token: management,
          },
          201,
        );
      case '/as/authorize':
        return right('authorize', {});
      case '/as/token':
        return body.includes('grant_type=refresh_token')
          ? right('refresh', tokenMembers)
          : right('token', tokenMembers);
      case '/as/userinfo':
        return right('userinfo', { sub: 'u-1', name: 'Ada' });
      case '/as/introspect':
        return right('introspect', { active: true, sub: 'u-1', username: 'Ada' });
      case '/as/par':
        return right('par', { request_uri: 'urn:request:1', expires_in: 60 }, 201);
      default:
        return right('revoke', {});
    }
  });
}

function broughtBack(page: string, pages: URL[], { brought, isBroughtRight }: Case): string {
  const url = new URL(page);
  pages.push(url);
  const state = url.searchParams.get('state') ?? '';
  const answer = new URL(url.searchParams.get('redirect_uri') ?? 'vscode://mcp-oauth.mcp-oauth/callback');
  if (isBroughtRight)
    for (const [name, value] of Object.entries({ code, state, iss: page.replace(/\/authorize.*/s, '') }))
      answer.searchParams.append(name, value);
  for (const [name, value] of brought)
    answer.searchParams.append(
      name,
      value.replace('STATE', () => state),
    );
  return answer.href;
}
