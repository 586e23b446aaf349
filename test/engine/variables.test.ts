// Variables in addresses and headers, as the editor has them in mcp.json, and the inputs that a person is asked for.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inputKey, parseInputs } from '../../src/servers/inputs.ts';
import { shownUrl, signInBarrier } from '../../src/servers/server.ts';
import type { VariableValues } from '../../src/servers/serverEntry.ts';
import { parseServers, type SettingsProblem } from '../../src/servers/settings.ts';
import type { Source } from '../../src/servers/source.ts';
import { isWrittenUrl, substitute, variablesIn } from '../../src/servers/variables.ts';

const url = 'https://mcp.example/mcp';
const user: Source = { scope: 'user' };
const workspace: Source = { scope: 'workspace', workspace: 'file:///project' };
const token = { id: 'token', type: 'promptString', description: 'API token', password: true };

function parse(entry: unknown, values?: VariableValues, inputs: unknown = [token], source: Source = user) {
  return parseServers([{ source, servers: { a: entry }, inputs }], values);
}

/** The value of a header with that text. */
function headerOf(text: string, values: VariableValues): string | undefined {
  return parse({ url, headers: { 'X-Value': text } }, values).listed[0]?.server.headers['X-Value'];
}

describe('Variables', () => {
  const values: VariableValues = {
    env: (name) => ({ TOKEN: 's3cret', EMPTY: '' })[name],
    workspaceFolder: (_, name) =>
      name === undefined ? '/home/me/one' : name === 'two' ? '/srv/two' : undefined,
    userHome: '/home/me',
    pathSeparator: '/',
  };

  it('are not looked for in what they stand for', () => {
    const nested: VariableValues = { env: (name) => ({ A: '${env:B}', B: 's3cret' })[name] };
    assert.equal(headerOf('${env:A} ${env:B}', nested), '${env:B} s3cret');
    assert.equal(headerOf('${env:B} ${env:A}', nested), 's3cret ${env:B}');
  });

  it('stand for their values in addresses and headers', () => {
    for (const [text, value] of [
      ['Bearer ${env:TOKEN}', 'Bearer s3cret'],
      ['${env:TOKEN}${env:TOKEN}', 's3crets3cret'],
      ['${workspaceFolder}', '/home/me/one'],
      ['${workspaceFolder:two}', '/srv/two'],
      ['${workspaceFolderBasename}', 'one'],
      ['${userHome}${/}a${pathSeparator}b', '/home/me/a/b'],
    ] as const)
      assert.equal(headerOf(text, values), value);
    const { listed } = parse({ url: 'https://mcp.example/${workspaceFolderBasename}' }, values);
    assert.equal(listed[0]?.server.url, 'https://mcp.example/one');
  });

  it('of the environment that are not set are empty, or what the entry says instead', () => {
    assert.equal(headerOf('a${env:MISSING}b', values), 'ab');
    assert.equal(headerOf('a${env:MISSING:-x:y}b', values), 'ax:yb');
    assert.equal(headerOf('a${env:EMPTY:-x}b', values), 'axb');
    assert.equal(headerOf('a${env:TOKEN:-x}b', values), 'as3cretb');
  });

  it('that nobody knows stay as they are', () => {
    for (const text of [
      '${unknown}',
      '${unknown:x}',
      '${}',
      '${',
      '$',
      '}',
      '${env:A',
      '${toString}',
      '${__proto__}',
    ])
      assert.equal(headerOf(text, values), text);
  });

  it('are not looked for in what another stood for', () => {
    const nested: VariableValues = { ...values, env: () => '${input:token}${env:X}$&' };
    assert.equal(headerOf('a ${env:ANY}', nested), 'a ${input:token}${env:X}$&');
  });

  it('without a value here make a problem that names them', () => {
    for (const variable of [
      '${workspaceFolder:three}',
      '${env:}',
      '${env}',
      '${command:x}',
      '${config:editor.fontSize}',
      '${file}',
      '${selectedText}',
    ]) {
      const { listed, problems } = parse({ url, headers: { 'X-Value': variable } }, values);
      const problem: SettingsProblem = {
        name: 'a',
        source: user,
        member: 'headers',
        reason: 'variable_unknown',
        variable,
      };
      assert.deepEqual([listed, problems], [[], [problem]]);
    }
    const nowhere = parse({ url: 'https://mcp.example/${workspaceFolder}' }).problems;
    assert.deepEqual([nowhere[0]?.member, nowhere[0]?.variable], ['url', '${workspaceFolder}']);
  });

  it('never make an address of what must not be one, or break out of a header (checklist 3.11)', () => {
    for (const value of [
      'http://evil.example',
      'https://a:b@mcp.example',
      `${url}#x`,
      '',
      'file:///etc/passwd',
    ])
      assert.deepEqual(
        parse({ url: '${env:URL}' }, { env: () => value }).problems.map(({ member }) => member),
        ['url'],
      );
    for (const value of ['a\r\nX-Evil: 1', 'a\nb', 'a\0b', 'snow\u2603'])
      assert.deepEqual(
        parse({ url, headers: { 'X-Value': '${env:VALUE}' } }, { env: () => value }).problems.map(
          ({ member }) => member,
        ),
        ['headers'],
      );
  });

  it('in the name of a header, or under oauth, are none', () => {
    assert.equal(parse({ url, headers: { '${env:NAME}': 'x' } }, values).problems[0]?.member, 'headers');
    const { listed } = parse({ url, oauth: { clientId: '${env:TOKEN}' } }, values);
    assert.deepEqual(listed[0]?.server.oauth, { clientId: '${env:TOKEN}' });
  });

  it('that make an Authorization header keep the server from being signed in to (field case 17)', () => {
    const { listed } = parse({ url, headers: { authorization: 'Bearer ${env:TOKEN}' } }, values);
    assert.equal(listed[0] && signInBarrier(listed[0].server), 'configured_header');
  });

  it('take no longer to find than the text is long', { timeout: 20_000 }, () => {
    for (const piece of ['${', '${input:', '${a${', '${env:x}', '}', '${{'])
      assert.doesNotThrow(() => variablesIn(piece.repeat(200_000)));
  });

  it('are each told once, and all that have no value', () => {
    const written = { url: 'https://${env:A}/${env:B}', headers: { x: '${env:A} ${input:c}' } };
    assert.deepEqual(
      variablesIn(written).map(({ text }) => text),
      ['${env:A}', '${env:B}', '${input:c}'],
    );
    const { entry, wanting } = substitute(written, ({ argument }) => (argument === 'A' ? 'a' : undefined));
    assert.deepEqual([entry, wanting.map(({ argument }) => argument)], [undefined, ['B', 'c']]);
  });

  it('leave open what an address will be, not that it can be one', () => {
    for (const text of ['https://${env:HOST}/mcp', '${input:url}', 'https://mcp.example:${env:PORT}', url])
      assert.ok(isWrittenUrl(text), text);
    for (const text of ['http://${env:HOST}.example/', 'ftp://${env:HOST}', '#${env:X}', 'a ${env:X}', ''])
      assert.ok(!isWrittenUrl(text), text);
  });
});

describe('Inputs', () => {
  const entry = { url, headers: { Authorization: 'Bearer ${input:token}' } };

  it('without a value keep the entry waiting, and tell what to ask and where to keep it', () => {
    const { listed, waiting, problems } = parse(entry);
    const key = inputKey({ source: user, name: 'a', url, id: 'token' });
    assert.deepEqual([listed, problems], [[], []]);
    assert.deepEqual(waiting, [{ name: 'a', source: user, inputs: [{ ...token, key }] }]);
  });

  it('with a value are put in, and told with the server', () => {
    const key = inputKey({ source: user, name: 'a', url, id: 'token' });
    const { listed, waiting } = parse(entry, { input: (asked) => (asked === key ? 's3cret' : undefined) });
    assert.deepEqual(waiting, []);
    assert.equal(listed[0]?.server.headers['Authorization'], 'Bearer s3cret');
    assert.deepEqual(
      listed[0].inputs.map((input) => input.key),
      [key],
    );
  });

  it('with a value are shown nowhere in an address: it is told as it is written', () => {
    const written = 'https://mcp.example/${input:token}/mcp?key=${input:token}';
    const [listed] = parse({ url: written }, { input: () => 's3cret' }).listed;
    assert.equal(listed?.server.url, 'https://mcp.example/s3cret/mcp?key=s3cret');
    assert.equal(shownUrl(listed.server), written);
  });

  it('take an empty value for one, and never their default without asking', () => {
    assert.equal(parse(entry, { input: () => '' }).listed[0]?.server.headers['Authorization'], 'Bearer ');
    const offered = [{ ...token, default: 'x' }];
    assert.equal(parse(entry, {}, offered).waiting[0]?.inputs[0]?.default, 'x');
  });

  it('ask for nothing where the address is wrong already', () => {
    const wrong = { url: 'http://mcp.example', headers: entry.headers };
    const { waiting, problems } = parse(wrong);
    assert.deepEqual([waiting, problems[0]?.member], [[], 'url']);
  });

  it('that are defined nowhere, or not as something to ask, make a problem', () => {
    const reasonFor = (inputs: unknown) => parse(entry, { input: () => 'x' }, inputs).problems[0]?.reason;
    for (const inputs of [null, 7, {}, [], [null], [{ id: 7 }], [{ ...token, id: 'other' }]])
      assert.equal(reasonFor(inputs), 'input_undefined', JSON.stringify(inputs));
    for (const input of [
      { id: 'token', type: 'command', command: 'evil.run' },
      { id: 'token' },
      { id: 'token', type: 'pickString' },
      { id: 'token', type: 'pickString', options: [] },
      { id: 'token', type: 'promptString', description: 7 },
    ])
      assert.equal(reasonFor([input]), 'input_unsupported', JSON.stringify(input));
  });

  it('are read with what to pick from, the last one of several of a name', () => {
    const inputs = parseInputs([
      token,
      { id: 'region', type: 'pickString', options: ['eu', { label: 'America', value: 'us' }], default: 'eu' },
      { id: 'token', type: 'promptString' },
      { id: '__proto__', type: 'promptString' },
    ]);
    assert.deepEqual(inputs.get('region'), {
      id: 'region',
      type: 'pickString',
      password: false,
      default: 'eu',
      options: [
        { label: 'eu', value: 'eu' },
        { label: 'America', value: 'us' },
      ],
    });
    assert.deepEqual(inputs.get('token'), { id: 'token', type: 'promptString', password: false });
    assert.equal(inputs.size, 3);
  });

  it('of the person are not those of a workspace, and the other way round', () => {
    const layers = [
      { source: user, servers: {}, inputs: [token] },
      { source: workspace, servers: { theirs: entry } },
    ];
    assert.equal(parseServers(layers, { input: () => 'x' }).problems[0]?.reason, 'input_undefined');
  });

  it('have a key for each source, server, origin and id, so that no value goes elsewhere (invariant 2)', () => {
    const place = { source: user, name: 'a', url, id: 'token' };
    const keys = [
      place,
      { ...place, source: workspace },
      { ...place, source: { ...workspace, workspace: 'file:///other' } },
      { ...place, source: { scope: 'folder', folder: 'file:///one' } as const },
      { ...place, source: { scope: 'folder', folder: 'file:///two' } as const },
      { ...place, name: 'b' },
      { ...place, id: 'other' },
      { ...place, url: 'https://other.example/mcp' },
      { ...place, url: 'https://mcp.example:8443/mcp' },
      { ...place, url: 'http://mcp.example/mcp' },
      { ...place, url: 'https://mcp.example.evil.example/mcp' },
      { ...place, url: 'https://${env:HOST}/mcp' },
      { ...place, url: 'https://mcp.example${env:HOST}/mcp' },
      { ...place, url: '${env:URL}' },
    ].map(inputKey);
    assert.equal(new Set(keys).size, keys.length);
    for (const misread of ['https://mcp.example@evil.example/', 'https://mcp.example${x}@evil.example/'])
      assert.notEqual(inputKey({ ...place, url: misread }), keys[0], misread);
  });

  it('keep their key while the path changes, and where a variable stands behind the origin only', () => {
    const place = { source: user, name: 'a', id: 'token' };
    const key = inputKey({ ...place, url });
    for (const same of [
      'https://mcp.example',
      'https://MCP.example:443/x?y',
      'https://mcp.example/${env:PATH}',
    ])
      assert.equal(inputKey({ ...place, url: same }), key, same);
  });
});
