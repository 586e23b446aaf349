/** Records as a keyring may hold them: broken, of other versions, under keys of every shape, or put there by somebody. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { forgetServer } from '../../../src/session/forgetting.ts';
import { grantKey } from '../../../src/session/records.ts';
import { Sessions } from '../../../src/session/sessions.ts';
import { Shares } from '../../../src/session/shares.ts';
import { TakenOverEntries } from '../../../src/session/takenOver.ts';
import { serverAt } from '../../engine/desk.ts';
import { outcomeOf, type Door } from '../door.ts';
import { HostileNetwork, settled } from '../hostileNetwork.ts';
import { rawJson, rawMembers, text, written } from '../hostileText.ts';
import { issuerDocument, pendingFor, serverUrl, tokenMembers } from '../rightWorld.ts';
import { SessionStand } from '../sessionStand.ts';

interface Kept {
  readonly key: string;
  readonly value: string;
}

interface Case {
  readonly records: readonly Kept[];
  /** What a window tells of later. */
  readonly later: readonly Kept[];
  readonly received: string;
}

const account = { id: 'u-1', label: 'Ada' };
const grant = {
  version: 2,
  serverUrl,
  resource: serverUrl,
  authorizationServer: issuerDocument,
  isIssuerChosen: undefined as unknown,
  client: pendingFor({}).client,
  redirect: undefined as unknown,
  habits: undefined as unknown,
  accessToken: 'access-kept-3b1a',
  refreshToken: 'refresh-kept-3b1a',
  proofKey: undefined as unknown,
  expiresAtMs: Date.UTC(2026, 0, 1) + 3_600_000,
  scopes: ['a'],
  requestedScopes: ['a'],
  account,
  grantedAtMs: Date.UTC(2026, 0, 1),
  signInId: 'x',
  ending: undefined as unknown,
  rejected: undefined as unknown,
};
const { state } = pendingFor({});
const pending = {
  version: 2,
  serverName: 'notes',
  serverUrl,
  startedAtMs: Date.UTC(2026, 0, 1),
  authorization: pendingFor({}),
  wish: {},
};
const registration = {
  version: 2,
  issuer: issuerDocument.issuer,
  registrationEndpoint: undefined as unknown,
  redirectUri: 'vscode://x/y',
  scopes: ['a'],
  client: pendingFor({}).client,
  servers: [['notes', serverUrl]],
};
const share = {
  version: 1,
  id: 'i',
  place: 'here',
  client: 'codex',
  label: 'x',
  serverName: 'notes',
  serverUrl,
  key: 'k'.repeat(43),
  createdAtMs: 0,
  entry: undefined as unknown,
};

const kinds: readonly (readonly [string, object])[] = [
  [
    grantKey(serverAt(serverUrl), {
      account,
      authorizationServer: issuerDocument,
      client: pendingFor({}).client,
    }),
    grant,
  ],
  [`grant:${JSON.stringify(['notes', serverUrl])}`, grant],
  [`pending:${state}`, pending],
  [`registration:${JSON.stringify([issuerDocument.issuer, 'vscode://x/y'])}`, registration],
  [`share:${JSON.stringify(['notes', serverUrl, 'here', 'i'])}`, share],
  [
    `way:${JSON.stringify([issuerDocument.issuer])}`,
    {
      version: 1,
      kind: 'loopback',
      redirectUri: 'x',
      arrivalUri: 'x',
      clientId: 'c',
      isChosen: false,
      workedAtMs: 0,
    },
  ],
  [`secret:${JSON.stringify(['notes', serverUrl, 'client', 'c', ''])}`, { version: 1, secret: 's' }],
  [`binding:${JSON.stringify(['notes', serverUrl, 'c'])}`, { version: 1, issuer: issuerDocument.issuer }],
];
function isMembers(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of a member that is another. */
function inside(whole: object): fc.Arbitrary<string> {
  const groups = (Object.entries(whole) as [string, unknown][]).filter(
    (member): member is [string, object] => isMembers(member[1]) && Object.keys(member[1]).length > 0,
  );
  if (groups.length === 0) return fc.constant(written(whole, []));
  return fc
    .constantFrom(...groups)
    .chain(([name, group]) =>
      rawMembers(Object.keys(group), 2).map((members) => written(whole, [[name, written(group, members)]])),
    );
}

const value = (whole: object) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: rawMembers([...Object.keys(whole), 'version'], 3).map((members) => written(whole, members)),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('1', '3', '0', '-1', '1e400', '"2"')
        .map((version) => written(whole, [['version', version]])),
    },
    { weight: 3, arbitrary: inside(whole) },
    rawJson,
    text,
  );
const oddKey = fc.oneof(
  text,
  fc.constantFrom(
    'grant:',
    'grant:[]',
    'grant:{"0":"notes"}',
    'grant:["notes"',
    'pending:',
    'aside:',
    'aside:2020-01-01T00:00:00.000Z grant:["notes","x"]',
    'share:[',
    'input:x',
    'takenOver:',
    '__proto__',
    'registration:null',
  ),
);
const kept: fc.Arbitrary<Kept> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(...kinds)
      .chain(([key, whole]) => value(whole).map((one) => ({ key, value: one }))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(oddKey, fc.constantFrom(...kinds))
      .chain(([key, [, whole]]) => value(whole).map((one) => ({ key, value: one }))),
  },
);

export const storedRecordDoor: Door<Case> = {
  name: 'storedRecord',
  share: 12,
  cases: fc.record({
    records: fc.array(kept, { minLength: 1, maxLength: 4 }),
    later: fc.array(kept, { maxLength: 2 }),
    received: fc.constantFrom(
      `vscode://mcp-oauth.mcp-oauth/callback?code=c&state=${state}&iss=${encodeURIComponent(issuerDocument.issuer)}`,
      'x',
      `x:?state=${state}`,
    ),
  }),
  async try({ records, later, received }) {
    const network = new HostileNetwork(({ url }) => ({
      hostile: {},
      right: { body: url.pathname.endsWith('/token') ? tokenMembers : {} },
    }));
    const stand = new SessionStand(network, () => undefined);
    const { desk, ports } = stand;
    for (const { key, value: one } of records) desk.records.records.set(key, one);
    const within = <Result>(work: Promise<Result>) => settled(work, desk.clock, network);
    const sessions = new Sessions(ports);
    await within(
      sessions.update([serverAt(serverUrl), serverAt('https://other.example/mcp', { name: 'other' })]),
    );
    await within(sessions.sweep());
    const session = sessions.find('notes');
    assert.ok(session !== undefined);
    const shares = await within(Shares.open(ports, 'here'));
    await new TakenOverEntries(ports).list();
    const asked = await outcomeOf(within(session.authorization()));
    if (asked?.kind === 'token')
      assert.match(asked.accessToken, /^[\x21-\x7e]+$/, 'A token would break out of its header.');
    for (const { key, value: one } of later) await within(desk.records.write(key, one));
    const claimed = await outcomeOf(within(sessions.claim(received)));
    if (claimed !== undefined)
      await outcomeOf(within(claimed.session.finish(claimed.authorization, received, claimed.wish)));
    desk.clock.advance(7_200_000);
    await outcomeOf(within(session.authorization()));
    for (const one of shares.all) assert.match(one.key, /^[\w-]{43}$/);
    network.requireNoNearRequest();
    await outcomeOf(within(sessions.forget(session)));
    await outcomeOf(within(forgetServer(session.server, ports)));
    shares.dispose();
    sessions.dispose();
    stand.requireHidden(['access-kept-3b1a', 'refresh-kept-3b1a'], [session]);
    for (const key of desk.records.records.keys())
      assert.ok(!/^(?:secret|binding|share|grant):\["notes","https:\/\/mcp\.example\/mcp"/.test(key), key);
  },
};
