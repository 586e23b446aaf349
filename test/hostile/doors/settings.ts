/** `mcpOAuth.servers` and `mcpOAuth.inputs` of the person, of a workspace and of its folders, which may be anything. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { namesIn, parseServers } from '../../../src/servers/settings.ts';
import { isHeaderName, isHeaderValue } from '../../../src/servers/serverEntry.ts';
import { isServerUrl } from '../../../src/servers/oauthSettings.ts';
import { shownUrl } from '../../../src/servers/server.ts';
import type { Source } from '../../../src/servers/source.ts';
import type { Door } from '../door.ts';
import { addresses, rawJson, text } from '../hostileText.ts';

interface Case {
  /** Of the person, the workspace and a folder, each as JSON. */
  readonly servers: readonly string[];
  readonly inputs: readonly string[];
}

const sources: readonly Source[] = [
  { scope: 'user' },
  { scope: 'workspace', workspace: 'file:///w.code-workspace' },
  { scope: 'folder', folder: 'file:///w/one' },
];
const planted = 'value-of-an-input-0c3d';

const written = (value: fc.Arbitrary<string>) => value.map((one) => JSON.stringify(one));
const url = written(
  fc.oneof(
    fc.constantFrom(...addresses),
    text,
    fc.constantFrom('https://${input:a}/x', 'https://a.example/${input:a}', '${env:HOME}', '${input:gone}'),
  ),
);
const oauthNames = [
  'clientId',
  'scopes',
  'resource',
  'authorizationParameters',
  'issuer',
  'requirePkceMetadata',
  'legacyEndpoints',
  'grant',
  'identityProvider',
  'assertionFile',
  'redirect',
  'redirectPort',
  'relayUrl',
  'tokenEndpointAuthMethod',
  'dpop',
  'clientSecret',
  '__proto__',
];
const object = (names: readonly string[], value: fc.Arbitrary<string>, maxLength = 4) =>
  fc
    .array(fc.tuple(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...names) }, text), value), {
      maxLength,
    })
    .map((members) => `{${members.map(([name, one]) => `${JSON.stringify(name)}:${one}`).join(',')}}`);
const headers = object(
  ['authorization', 'Host', 'x-key', 'transfer-encoding', 'a b'],
  written(fc.oneof(text, fc.constant('${input:a}'))),
);
const oauth = fc.oneof(fc.constantFrom('false', 'true', 'null'), object(oauthNames, fc.oneof(rawJson, url)));
const entry = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(url, headers, oauth)
      .map(([one, two, three]) => `{"url":${one},"headers":${two},"oauth":${three}}`),
  },
  { weight: 3, arbitrary: url.map((one) => `{"url":${one}}`) },
  rawJson,
);
/** Entries that are right, of which a workspace says something else than the person. */
const rightEntry = fc
  .tuple(
    fc.constantFrom('https://mcp.example/mcp', 'https://evil.example/mcp', 'https://${env:HOST}/mcp'),
    fc.constantFrom(
      ...['{}', 'false', '{"issuer":"https://as.example"}', '{"issuer":"https://evil.example"}'],
      ...['{"relayUrl":"https://evil.example/r"}', '{"assertionFile":"/etc/passwd"}'],
      '{"identityProvider":{"issuer":"https://evil.example","clientId":"c"}}',
    ),
  )
  .map(([address, one]) => `{"url":${JSON.stringify(address)},"oauth":${one}}`);
const servers = fc.oneof(
  { weight: 6, arbitrary: object(['a', 'b', 'notes'], entry, 3) },
  { weight: 4, arbitrary: rightEntry.map((one) => `{"notes":${one}}`) },
  rawJson,
);
const input = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '{"id":"a","type":"promptString","password":true}',
      '{"id":"a","type":"command"}',
      '{"id":"a","type":"pickString","options":["x"]}',
    ),
  },
  object(['id', 'type', 'description', 'default', 'options', 'password'], rawJson),
);
const inputs = fc.oneof(
  { weight: 4, arbitrary: fc.array(input, { maxLength: 3 }).map((all) => `[${all.join(',')}]`) },
  rawJson,
);

export const settingsDoor: Door<Case> = {
  name: 'settings',
  share: 16,
  cases: fc.record({
    servers: fc.array(servers, { minLength: 1, maxLength: 3 }),
    inputs: fc.array(inputs, { minLength: 3, maxLength: 3 }),
  }),
  try({ servers: listed, inputs: defined }) {
    const layers = sources.slice(0, listed.length).map((source, index) => ({
      source,
      servers: parsed(listed[index]),
      inputs: parsed(defined[index]),
    }));
    for (const layer of layers) for (const name of namesIn(layer)) requireName(name);
    const values = {
      input: () => planted,
      env: () => 'value-of-env',
      userHome: '/home/ada',
      pathSeparator: '/',
    };
    const { listed: all, waiting, problems } = parseServers(layers, values);
    assert.equal(new Set(all.map(({ server }) => server.name)).size, all.length);
    for (const { server, source } of all) {
      requireName(server.name);
      assert.ok(isServerUrl(server.url), server.url);
      assert.ok(!shownUrl(server).includes(planted), shownUrl(server));
      for (const [name, value] of Object.entries(server.headers))
        assert.ok(isHeaderName(name) && isHeaderValue(value), name);
      if (source.scope !== 'user' && server.oauth !== false)
        assert.ok(!Object.hasOwn(server.oauth, 'assertionFile'));
    }
    for (const { name } of waiting) requireName(name);
    // What is wrong is told by its place, never by its value.
    assert.ok(!JSON.stringify(problems.map(({ reason, member }) => [reason, member])).includes(planted));
    requireOwnKept(layers, all);
  },
};

/** No layer of a workspace leads a server of the person elsewhere. */
function requireOwnKept(
  layers: readonly { readonly source: Source; readonly servers: unknown; readonly inputs: unknown }[],
  all: ReturnType<typeof parseServers>['listed'],
): void {
  const [first] = layers;
  if (first === undefined) return;
  const own = parseServers([first], {
    input: () => planted,
    env: () => 'value-of-env',
    userHome: '/home/ada',
    pathSeparator: '/',
  }).listed;
  for (const { server } of own) {
    const now = all.find((one) => one.server.name === server.name)?.server;
    assert.ok(now);
    assert.equal(now.url, server.url);
    if (now.oauth === false || server.oauth === false) continue;
    const [before, after] = [server.oauth, now.oauth];
    assert.equal(after.issuer, before.issuer);
    assert.deepEqual(after.identityProvider, before.identityProvider);
    assert.equal(after.relayUrl, before.relayUrl);
  }
}

function requireName(name: string): void {
  assert.ok(name.length <= 100 && name.trim() !== '');
  assert.doesNotMatch(name, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\]\(/u);
}

function parsed(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? '');
  } catch {
    return json;
  }
}
