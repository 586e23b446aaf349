import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { oauthMembers } from '../../src/servers/oauthSettings.ts';
import { parseInputs } from '../../src/servers/inputs.ts';
import { grantKinds, redirectKinds, tokenEndpointAuthMethods } from '../../src/servers/server.ts';
import { isWrittenUrl } from '../../src/servers/variables.ts';
import { isValid } from './jsonSchema.ts';

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly oneOf?: readonly Schema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly scope?: string;
  readonly order?: number;
  readonly items?: Schema;
  readonly defaultSnippets?: readonly { readonly label: string; readonly body: object }[];
}

describe('The schema of the settings', () => {
  const read = (name: string) =>
    JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')) as unknown;
  const manifest = read('package.json') as {
    readonly contributes: {
      readonly configuration: { readonly properties: Readonly<Record<string, Schema>> };
    };
  };
  const texts = read('package.nls.json') as Readonly<Record<string, string>>;
  const { properties } = manifest.contributes.configuration;
  const entry = properties['mcpOAuth.servers']?.additionalProperties as Schema;
  const oauth = entry.properties?.['oauth']?.oneOf?.[1]?.properties ?? {};

  it('knows the settings that the code knows, and no other', () => {
    assert.deepEqual(Object.keys(entry.properties ?? {}).sort(), ['headers', 'oauth', 'url']);
    assert.deepEqual(Object.keys(oauth).sort(), Object.keys(oauthMembers()).sort());
  });

  it('offers the values that the code takes', () => {
    assert.deepEqual(oauth['redirect']?.enum, redirectKinds);
    assert.deepEqual(oauth['grant']?.enum, grantKinds);
    assert.deepEqual(oauth['tokenEndpointAuthMethod']?.enum, tokenEndpointAuthMethods);
    assert.deepEqual(oauth['redirectHost']?.enum, ['127.0.0.1', 'localhost']);
  });

  it('says of each setting what it does, when it is needed and what happens without it', () => {
    for (const [name, schema] of Object.entries(oauth)) {
      const key = /^%(.+)%$/.exec(schema.markdownDescription ?? schema.description ?? '')?.[1] ?? '';
      assert.ok((texts[key] ?? '').length > 60, name);
      const described = schema.enumDescriptions?.map((text) => texts[text.replaceAll('%', '')] ?? '');
      if (schema.enum !== undefined) assert.equal(described?.length, schema.enum.length, name);
      assert.ok(described?.every((text) => text !== '') ?? true, name);
    }
  });

  it('is described in sentences, each switch by what it controls, in an order of its own', () => {
    const described = Object.entries(texts).filter(([key]) => key.startsWith('setting.'));
    assert.deepEqual(
      described.filter(([, text]) => !text.endsWith('.')),
      [],
    );
    const input = properties['mcpOAuth.inputs']?.items?.properties ?? {};
    const switches = Object.values({ ...oauth, ...input }).filter(({ type }) => type === 'boolean');
    assert.ok(switches.length > 3);
    for (const { markdownDescription, description = markdownDescription ?? '' } of switches)
      assert.match(
        texts[description.replaceAll('%', '')] ?? '',
        /^Controls whether .*Default: `(?:true|false)`/,
      );
    assert.deepEqual(
      Object.values(properties).map(({ order }) => order),
      [1, 2, 3],
    );
  });

  it('takes the address of a client metadata document as the code does', () => {
    const pattern = new RegExp(properties['mcpOAuth.clientMetadataUrl']?.pattern ?? '(?!)');
    assert.ok(pattern.test(''));
    assert.ok(pattern.test('https://me.example/client.json'));
    for (const text of [
      'https://me.example',
      'https://me.example/',
      'http://me.example/a',
      'https://me.example/a#b',
    ])
      assert.ok(!pattern.test(text), text);
  });

  it('lets each folder of a workspace have servers and inputs of its own', () => {
    assert.equal(properties['mcpOAuth.servers']?.scope, 'resource');
    assert.equal(properties['mcpOAuth.inputs']?.scope, 'resource');
  });

  it('warns of no address that the code takes, with variables or without', () => {
    const schema = entry.properties?.['url'];
    assert.equal(schema?.format, undefined);
    for (const text of [
      'https://mcp.example',
      'HTTPS://mcp.example/mcp',
      'http://localhost:3000',
      'https://${env:HOST}/mcp',
      '${input:address}',
      '${env:MCP_URL}',
    ]) {
      assert.ok(isWrittenUrl(text), text);
      assert.ok(isValid(text, schema ?? {}), text);
    }
    for (const text of ['', 'mcp.example', 'ftp://mcp.example', 'file:///etc/passwd'])
      assert.ok(!isValid(text, schema ?? {}), text);
  });

  it('takes inputs in the shape that the code takes', () => {
    const schema = properties['mcpOAuth.inputs']?.items;
    const members = Object.keys(schema?.properties ?? {});
    assert.deepEqual(members.sort(), ['default', 'description', 'id', 'options', 'password', 'type']);
    const { default: offered, type, ...others } = schema?.properties ?? {};
    for (const one of [...Object.values(others), offered, type]) {
      const key = (one?.markdownDescription ?? one?.description ?? '').replaceAll('%', '');
      assert.ok((texts[key] ?? '').length > 10, key);
    }
    for (const kind of type?.enum ?? []) {
      const read = parseInputs([{ id: 'a', type: kind, options: ['x'] }]).get('a');
      assert.equal(read?.type, kind);
    }
  });

  it('offers entries that the code takes', () => {
    const servers = properties['mcpOAuth.servers'];
    const offered = [servers, entry, properties['mcpOAuth.inputs']?.items].flatMap(
      (schema) => schema?.defaultSnippets ?? [],
    );
    assert.equal(offered.length, 6);
    for (const { label } of offered) assert.ok(texts[label.replaceAll('%', '')], label);
    // A place to type at has its text, as the editor fills it in; what is escaped stays.
    const filled = JSON.parse(
      JSON.stringify(entry.defaultSnippets?.map(({ body }) => body)).replaceAll(
        /(?<!\\\\)\$\{\d:((?:[^{}\\])*)\}/g,
        '$1',
      ),
    ) as { readonly url: string; readonly headers?: Readonly<Record<string, string>> }[];
    assert.deepEqual(
      filled.map(({ url }) => isWrittenUrl(url)),
      [true, true, true],
    );
    assert.equal(filled[1]?.headers?.['Authorization']?.replaceAll('\\', ''), 'Bearer ${input:token}');
  });
});
