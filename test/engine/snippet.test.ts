// What people paste to add a server: whatever the page of the server shows for one client or another.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readSnippet, type SnippetRefusal } from '../../src/servers/snippet.ts';

const url = 'https://mcp.example/mcp';
const entry = { type: 'http', url };

/** Name, address and headers of what a text gives. */
function pasted(text: string) {
  const read = readSnippet(text);
  assert.equal(read.refusal, undefined, text);
  return read.entries.map((one) => [one.name, one.url, one.headers]);
}

const refusalOf = (text: string): SnippetRefusal | undefined => readSnippet(text).refusal;

describe('A pasted text', () => {
  it('may be an address, with what surrounds it where it was copied', () => {
    for (const text of [url, ` ${url}\n`, `<${url}>`, `"${url}"`, `\`${url}\``, `\`\`\`\n${url}\n\`\`\``])
      assert.deepEqual(pasted(text), [[undefined, url, {}]], text);
    assert.deepEqual(pasted('http://localhost:3000/sse'), [[undefined, 'http://localhost:3000/sse', {}]]);
  });

  it('may be a piece of the configuration of any client', () => {
    for (const text of [
      JSON.stringify({ servers: { notes: entry } }),
      JSON.stringify({ mcpServers: { notes: { url } } }),
      JSON.stringify({ mcpServers: { notes: { serverUrl: url } } }),
      JSON.stringify({ mcpServers: { notes: { httpUrl: url } } }),
      JSON.stringify({ mcp: { servers: { notes: entry } } }),
      JSON.stringify({ mcp: { notes: { type: 'remote', url, enabled: true } } }),
      JSON.stringify({ $schema: 'https://opencode.ai/config.json', mcp: { notes: { type: 'remote', url } } }),
      JSON.stringify({ context_servers: { notes: { url } } }),
      JSON.stringify({ settings: { mcp: { servers: { notes: entry } } } }),
      JSON.stringify({ 'mcpOAuth.servers': { notes: { url } } }),
      JSON.stringify({ notes: { url } }),
      JSON.stringify({ name: 'notes', ...entry }),
      `"notes": { "url": "${url}" }`,
      `"notes": {\n  // here\n  "url": "${url}",\n},`,
      `"mcpServers": { "notes": { "url": "${url}" } }`,
      `{ "servers": { "notes": { "url": "${url}", }, }, },`,
      `// .vscode/mcp.json\n{ "servers": { "notes": { "url": "${url}" } } }`,
      `/* mine */ // and\r\n  "notes": { "url": "${url}" }`,
      JSON.stringify({ customizations: { vscode: { mcp: { servers: { notes: entry } } } } }),
      JSON.stringify({ mcpServers: [{ name: 'notes', url }] }),
      `\`\`\`jsonc\n{ "servers": { "notes": { "url": "${url}" } } } // done\n\`\`\``,
    ])
      assert.deepEqual(pasted(text), [['notes', url, {}]], text);
    assert.deepEqual(pasted(`{ "url": "${url}" }`), [[undefined, url, {}]]);
    assert.deepEqual(pasted(`"url": "${url}"`), [[undefined, url, {}]]);
  });

  it('may be what the registry of servers has of one', () => {
    const remotes = [
      { type: 'sse', url: 'https://mcp.example/sse' },
      {
        type: 'streamable-http',
        url,
        headers: [
          { name: 'X-Kind', value: 'notes' },
          { name: 'Authorization', value: 'Bearer {token}', isSecret: true },
          { name: 'X-Key', isRequired: true },
        ],
      },
    ];
    const server = { name: 'com.example/notes', remotes };
    for (const text of [server, { server, _meta: {} }].map((value) => JSON.stringify(value)))
      assert.deepEqual(pasted(text), [['com.example/notes', url, { 'X-Kind': 'notes' }]]);
    for (const gap of [{ name: 'a', remotes: [{ url: 'https://mcp.example/{tenant}' }] }, { remotes: [] }])
      assert.equal(refusalOf(JSON.stringify(gap)), 'unreadable');
  });

  it('may be of the configuration of Codex', () => {
    const text = `# ~/.codex/config.toml
experimental = true

[mcp_servers.notes]
url = "${url}"
http_headers = { "X-A" = "b" }
env_http_headers = { "X-B" = "B" }
bearer_token_env_var = "TOKEN"

[mcp_servers."two words"]
url = '${url}'

[mcp_servers.bridged]
command = "npx"
args = ["-y", "mcp-remote", "${url}"]

[mcp_servers.local]
command = "server"
`;
    assert.deepEqual(pasted(text), [
      ['notes', url, { 'X-A': 'b', 'X-B': '${env:B}', Authorization: 'Bearer ${env:TOKEN}' }],
      ['two words', url, {}],
      ['bridged', url, {}],
    ]);
    assert.equal(refusalOf('[mcp_servers.local]\ncommand = "server"'), 'local');
    assert.equal(refusalOf(`[mcp_servers.notes]\nurl = "${url}`), 'unreadable');
    assert.equal(refusalOf('[mcp_servers.notes]\nurl = "http://mcp.example"'), 'url');
  });

  it('may hold several servers, of which those that can be used are taken', () => {
    const servers = {
      a: { url },
      local: { command: 'npx', args: ['x'] },
      b: { url: 'http://mcp.example' },
      c: { url },
    };
    assert.deepEqual(pasted(JSON.stringify({ servers })), [
      ['a', url, {}],
      ['c', url, {}],
    ]);
  });

  it('keeps headers, variables in our words, the client and the inputs that are used', () => {
    const text = JSON.stringify({
      inputs: [
        { id: 'token', type: 'promptString', password: true },
        { id: 'other', type: 'promptString' },
      ],
      servers: {
        a: {
          url: 'https://${HOST:-mcp.example}/mcp',
          headers: {
            Authorization: 'Bearer ${input:token}',
            'X-A': '{env:A}',
            'X-B': '${B} ${userHome} ${env:C}',
          },
          oauth: {
            clientId: 'mine',
            scope: 'read write',
            clientSecret: 's3cret',
            assertionFile: '/etc/passwd',
          },
        },
        b: { url, oauth: false },
      },
    });
    const read = readSnippet(text);
    assert.deepEqual(read.entries, [
      {
        name: 'a',
        url: 'https://${env:HOST:-mcp.example}/mcp',
        headers: {
          Authorization: 'Bearer ${input:token}',
          'X-A': '${env:A}',
          'X-B': '${env:B} ${userHome} ${env:C}',
        },
        oauth: { clientId: 'mine', scopes: ['read', 'write'] },
      },
      { name: 'b', url, headers: {}, oauth: false },
    ]);
    assert.deepEqual(read.inputs, [{ id: 'token', type: 'promptString', password: true }]);
  });

  it('gives the client that it names, unless a variable or a file stands for it', () => {
    const oauthIn = (members: object) =>
      readSnippet(JSON.stringify({ mcpServers: { notes: { url, ...members } } })).entries?.[0]?.oauth;
    assert.deepEqual(oauthIn({ auth: { CLIENT_ID: 'mine', CLIENT_SECRET: 'x', scopes: ['read'] } }), {
      clientId: 'mine',
      scopes: ['read'],
    });
    for (const clientId of ['${input:c}', '{env:C}', '${env:C}', '${C}', '$C', '$env:C', '{file:./c}'])
      for (const members of [{ oauth: { clientId } }, { auth: { CLIENT_ID: clientId } }])
        assert.equal(oauthIn(members), undefined, clientId);
    const oauth = {
      scopes: ['read', '${SCOPE}'],
      authorizationParameters: { a: '{env:A}' },
      redirectPort: 80,
    };
    assert.deepEqual(oauthIn({ oauth }), { redirectPort: 80 });
    assert.deepEqual(oauthIn({ oauth: { clientId: '$9.50 for {one}' } }), { clientId: '$9.50 for {one}' });
  });

  it('gives no name that cannot be one', () => {
    const list = JSON.stringify({
      servers: { 'two\nlines': { url }, '[x](command:y)': { url }, ' ': { url } },
    });
    assert.deepEqual(
      pasted(list).map(([name]) => name),
      [undefined, undefined, undefined],
    );
    assert.deepEqual(pasted(`{"servers":{"__proto__":{"url":"${url}"}}}`), [['__proto__', url, {}]]);
  });

  it('that is nothing to sign in to says why', () => {
    for (const [text, refusal] of [
      ['', 'empty'],
      [' \n', 'empty'],
      ['```\n```', 'empty'],
      ['x'.repeat(100_001), 'too_large'],
      ['hello', 'unreadable'],
      ['mcp.example', 'unreadable'],
      ['{', 'unreadable'],
      ['{}', 'unreadable'],
      ['{ "servers": {} }', 'unreadable'],
      ['{ "servers": { "a": 7 } }', 'unreadable'],
      ['"just text"', 'unreadable'],
      [
        `${'{ "settings": '.repeat(6)}{ "servers": { "a": { "url": "${url}" } } }${' }'.repeat(6)}`,
        'unreadable',
      ],
      ['claude mcp add', 'unreadable'],
      ['npx mcp-remote "https://mcp.example', 'unreadable'],
      ['http://mcp.example', 'url'],
      ['ftp://mcp.example', 'url'],
      ['https://a:b@mcp.example', 'url'],
      ['file:///etc/passwd', 'url'],
      ['{ "url": "http://mcp.example" }', 'url'],
      ['{ "servers": { "a": { "url": "http://mcp.example" } } }', 'url'],
      ['claude mcp add a http://mcp.example', 'url'],
      [`{ "url": "${url}", "headers": { "a b": "c" } }`, 'headers'],
      [`{ "url": "${url}", "headers": { "A": "b\\r\\nC: d" } }`, 'headers'],
      ['{ "servers": { "a": { "command": "npx", "args": ["server"] } } }', 'local'],
      ['claude mcp add a -- npx server', 'local'],
      ['npx -y some-server', 'local'],
      ['{ "a": { "command": { "path": "server" } } }', 'local'],
    ] as const)
      assert.equal(refusalOf(text), refusal, text.slice(0, 80));
  });

  it('of any kind is done with at once and never throws', { timeout: 20_000 }, () => {
    for (const piece of [
      '"',
      "'",
      '{',
      '{"a":',
      '\\',
      '`',
      '```\n',
      '\n',
      ' ',
      ',',
      '$ ',
      'a=',
      '--header ',
      '<',
      '%',
      'https://vscode.dev/redirect?url=',
      '/',
      '//\n',
      '/**/',
      '[',
      ' a',
      '\\ ',
      'mcp add ',
      'a = ',
    ])
      for (const start of [
        '',
        '```\n',
        '[mcp_servers.a]\n',
        'claude mcp add ',
        'npx mcp-remote ',
        'vscode:mcp/install?',
        '"',
      ])
        readSnippet(start + piece.repeat(Math.floor(99_000 / piece.length)));
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('', 'claude mcp add ', '{"a":', 'vscode:mcp/install?'),
        (text, start) => {
          const { entries, refusal } = readSnippet(start + text);
          assert.notEqual(entries === undefined, refusal === undefined);
        },
      ),
      { numRuns: 500 },
    );
  });
});
