import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { reservedParameters } from '../../src/oauth/wire/authorization.ts';
import { parseInputs } from '../../src/servers/inputs.ts';
import { isClientDocumentUrl } from '../../src/servers/oauthSettings.ts';
import { readEntry } from '../../src/servers/serverEntry.ts';
import { isValid, type JsonSchema } from './jsonSchema.ts';

const { properties } = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly contributes: { readonly configuration: { readonly properties: Record<string, JsonSchema> } };
  }
).contributes.configuration;

const url = 'https://mcp.example/mcp';

/** Whether the code takes an entry, whatever its variables are; one that waits for a value counts as taken. */
function isTaken(name: string, value: unknown): boolean {
  const { source, values } = { source: { scope: 'user' } as const, values: { env: () => '1' } };
  const inputs = parseInputs([{ id: 'token', type: 'promptString' }]);
  return readEntry({ source, name, value, inputs }, values).kind !== 'fault';
}

const oauth = (members: object) => ({ entry: { url, oauth: members } });

/** Settings of servers that both take. */
const taken: readonly Record<string, unknown>[] = [
  { 'My server': { url } },
  { 'Ünïcode “server”': { url: ' HTTPS://mcp.example:8443/a?b=c ' } },
  { entry: { url: 'http://localhost:3000/mcp' } },
  { entry: { url: 'http://127.0.0.1/mcp' } },
  { entry: { url: 'http://[::1]:80' } },
  { entry: { url: 'http://mcp.localhost' } },
  { entry: { url: 'https://me.example/@handle?to=a@b' } },
  { entry: { url: 'https://mcp.example/${env:PATH_OF_IT}' } },
  { entry: { url: 'http://localhost:${env:PORT}/mcp' } },
  { entry: { url: '${input:token}' } },
  { entry: { url, headers: { 'X-Api-Key': 'a b', Authorization: 'Bearer ${input:token}' } } },
  { entry: { url, headers: { Hosting: '', 'x-host': 'é\t' } } },
  { entry: { url, oauth: false } },
  oauth({}),
  oauth({ clientId: 'abc 123', scopes: ['a:b', 'https://api.example/.default'], redirectPort: 65_535 }),
  oauth({ scopes: [], resource: false, tokenEndpointAuthMethod: 'private_key_jwt' }),
  oauth({ resource: 'api://1234', issuer: 'https://login.example/tenant/v2.0' }),
  oauth({ resource: 'urn:a:b', issuer: 'http://localhost:9000' }),
  oauth({ authorizationParameters: { audience: 'a', prompt: '', 'x.y-z': '' } }),
  oauth({ grant: 'enterprise', identityProvider: { issuer: 'http://127.0.0.1:9000/a', clientId: 'a' } }),
  ...['/a/b', 'C:\\a', 'c:/a', '\\\\host\\a'].map((assertionFile) => oauth({ assertionFile })),
  oauth({ redirect: 'relay', relayUrl: 'https://vscode.dev/redirect', redirectHost: 'localhost' }),
  oauth({ requirePkceMetadata: false, legacyEndpoints: true, dpop: true }),
];

/** Settings of servers that neither takes. */
const refused: readonly Record<string, unknown>[] = [
  { '': { url } },
  { '  ': { url } },
  { 'two\nlines': { url } },
  { 'turned \u202e round': { url } },
  { '[a](b)': { url } },
  { ['n'.repeat(101)]: { url } },
  { entry: null },
  { entry: url },
  { entry: {} },
  { entry: { url: 1 } },
  ...[
    '',
    'mcp.example',
    'ftp://mcp.example',
    'https://',
    'https://mcp.example/#here',
    'https://ada:secret@mcp.example/mcp',
    'https:///ada@mcp.example/mcp',
    'http://mcp.example/mcp',
    'http://localhost.example/mcp',
    'http://127.0.0.1.example/mcp',
  ].map((address) => ({ entry: { url: address } })),
  ...[
    ['a'],
    { 'a b': 'c' },
    { 'a:': 'c' },
    { a: 1 },
    { a: 'b\r\nc: d' },
    { a: '€' },
    { Host: 'a' },
    { 'transfer-encoding': 'chunked' },
  ].map((headers) => ({ entry: { url, headers } })),
  { entry: { url, oauth: true } },
  { entry: { url, oauth: [] } },
  ...['', 'ä', 'a\nb', 1].map((clientId) => oauth({ clientId })),
  oauth({ tokenEndpointAuthMethod: 'secret' }),
  ...['a', [1], [''], ['a b'], ['a"'], ['a\\b'], ['ä']].map((scopes) => oauth({ scopes })),
  ...[true, '', '/mcp', 'mcp', 'https://a.example/#b', 'https://a.example/a b'].map((resource) =>
    oauth({ resource }),
  ),
  ...[...reservedParameters, '', 'a b', 'a&b'].map((name) =>
    oauth({ authorizationParameters: { [name]: '' } }),
  ),
  oauth({ authorizationParameters: { audience: 1 } }),
  ...[
    '',
    'login.example',
    'http://login.example',
    'https://login.example?a',
    'https://login.example#a',
    'https://ada@login.example',
    'https://login.example/a b',
    'https://',
  ].flatMap((issuer) => [oauth({ issuer }), oauth({ identityProvider: { issuer, clientId: 'a' } })]),
  oauth({ identityProvider: { issuer: 'https://login.example' } }),
  oauth({ identityProvider: { clientId: 'a' } }),
  oauth({ identityProvider: { issuer: 'https://login.example', clientId: '' } }),
  ...['', 'a.jwt', './a', '~/a', 'C:a', '/a\0b'].map((assertionFile) => oauth({ assertionFile })),
  ...[
    '',
    'http://localhost/a',
    'https://a.example/#b',
    'https://ada@a.example',
    'https://',
    'HTTPS://a.example',
  ].map((relayUrl) => oauth({ relayUrl })),
  ...[0, 65_536, 1.5, '80'].map((redirectPort) => oauth({ redirectPort })),
  oauth({ redirect: 'browser' }),
  oauth({ redirectHost: '::1' }),
  oauth({ grant: 'password' }),
  ...['requirePkceMetadata', 'legacyEndpoints', 'dpop'].map((member) => oauth({ [member]: 'true' })),
];

describe('The schema of the settings is as strict as the code', () => {
  const servers = properties['mcpOAuth.servers'] ?? {};
  const codeTakes = (setting: Record<string, unknown>) =>
    Object.entries(setting).every(([name, value]) => isTaken(name, value));

  it('with servers that are right', () => {
    for (const setting of taken) {
      assert.ok(codeTakes(setting), `code: ${JSON.stringify(setting)}`);
      assert.ok(isValid(setting, servers), `schema: ${JSON.stringify(setting)}`);
    }
  });

  it('with servers that are wrong', () => {
    assert.ok(refused.length > 80);
    for (const setting of refused) {
      assert.ok(!codeTakes(setting), `code: ${JSON.stringify(setting)}`);
      assert.ok(!isValid(setting, servers), `schema: ${JSON.stringify(setting)}`);
    }
  });

  it('with members that nobody knows, which the code passes over and the schema marks', () => {
    for (const entry of [
      { url, type: 'http' },
      { url, oauth: { clientID: 'a' } },
    ]) {
      assert.ok(codeTakes({ entry }));
      assert.ok(!isValid({ entry }, servers));
    }
  });

  it('with inputs', () => {
    const item = properties['mcpOAuth.inputs']?.items ?? {};
    const id = 'a';
    for (const [value, isRight] of [
      [{ id, type: 'promptString', description: 'b', default: 'c', password: true }, true],
      [{ id, type: 'pickString', options: ['b', { label: 'c', value: 'd' }] }, true],
      [{ id }, false],
      [{ id, type: 'command', command: 'b' }, false],
      [{ id, type: 'promptString', password: 'yes' }, false],
      [{ id, type: 'promptString', default: 1 }, false],
      [{ id, type: 'pickString' }, false],
      [{ id, type: 'pickString', options: [] }, false],
      [{ id, type: 'pickString', options: [{ label: 'b' }] }, false],
    ] as const) {
      assert.equal(parseInputs([value]).get(id) !== undefined, isRight, JSON.stringify(value));
      assert.equal(isValid(value, item), isRight, JSON.stringify(value));
    }
  });

  it('with the id of an input that no entry could name', () => {
    const item = properties['mcpOAuth.inputs']?.items ?? {};
    for (const id of ['', 'a}', '{a']) assert.ok(!isValid({ id, type: 'promptString' }, item), id);
  });

  it('with the address of a client metadata document (checklist 4.5)', () => {
    const schema = properties['mcpOAuth.clientMetadataUrl'] ?? {};
    const right = [
      'https://me.example/client.json',
      'https://me.example/a/..b?c=/d',
      'https://me.example:8443/a',
    ];
    const wrong = [
      'https://me.example',
      'https://me.example/',
      'https://me.example/?a',
      'https://me.example/a#b',
      'https://me.example/./a',
      'https://me.example/a/%2E%2e/b',
      'https://me.example/a/..',
      'https://ada@me.example/a',
      'http://localhost/a',
      'https://me.example/a b',
    ];
    for (const text of [...right, ...wrong]) {
      assert.equal(isClientDocumentUrl(text), right.includes(text), text);
      assert.equal(isValid(text, schema), right.includes(text), text);
    }
  });
});
