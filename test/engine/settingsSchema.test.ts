import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { oauthMembers } from '../../src/servers/oauthSettings.ts';
import { grantKinds, redirectKinds, tokenEndpointAuthMethods } from '../../src/servers/server.ts';

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
    assert.deepEqual(Object.keys(oauth).sort(), Object.keys(oauthMembers).sort());
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
});
