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
      `\`\`\`jsonc\n{ "servers": { "notes": { "url": "${url}" } } } // done\n\`\`\``,
    ])
      assert.deepEqual(pasted(text), [['notes', url, {}]], text);
    assert.deepEqual(pasted(`{ "url": "${url}" }`), [[undefined, url, {}]]);
    assert.deepEqual(pasted(`"url": "${url}"`), [[undefined, url, {}]]);
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

  it('that starts mcp-remote is the server that it leads to', () => {
    for (const server of [
      { command: 'npx', args: ['mcp-remote', url] },
      { command: 'npx', args: ['-y', 'mcp-remote@latest', url, '3334', '--transport', 'http-only'] },
      { command: 'cmd', args: ['/c', 'npx', '-y', 'mcp-remote', url] },
      { command: '/usr/local/bin/mcp-remote', args: [url, '--debug'] },
      { type: 'local', command: ['bunx', 'mcp-remote', url] },
    ])
      assert.deepEqual(pasted(JSON.stringify({ mcpServers: { notes: server } })), [['notes', url, {}]]);
    const args = [
      'mcp-remote',
      url,
      '--header',
      'Authorization:${AUTH}',
      '--header',
      'X-Key: ${KEY}',
      '--header',
      'X-T:a:b',
    ];
    const server = { command: 'npx', args, env: { AUTH: 'Bearer abc' } };
    assert.deepEqual(pasted(JSON.stringify({ mcpServers: { notes: server } })), [
      ['notes', url, { Authorization: 'Bearer abc', 'X-Key': '${env:KEY}', 'X-T': 'a:b' }],
    ]);
    assert.deepEqual(pasted(`npx -y mcp-remote ${url} --header "X-Key: a b"`), [
      [undefined, url, { 'X-Key': 'a b' }],
    ]);
  });

  it('may be the command with which another client adds a server', () => {
    for (const line of [
      `claude mcp add --transport http notes ${url}`,
      `$ claude mcp add notes ${url} -t http --scope user`,
      `claude mcp add \\\n  --transport=http \\\n  notes \\\n  '${url}'`,
      `gemini mcp add --transport http notes ${url}`,
      `codex mcp add notes --url ${url}`,
      `claude mcp add notes -- npx -y mcp-remote ${url}`,
      `claude mcp add-json notes '{"type":"http","url":"${url}"}'`,
      `code --add-mcp '{"name":"notes","type":"http","url":"${url}"}'`,
      `code --add-mcp "{\\"name\\":\\"notes\\",\\"type\\":\\"http\\",\\"url\\":\\"${url}\\"}"`,
    ])
      assert.deepEqual(pasted(line), [['notes', url, {}]], line);
    assert.deepEqual(
      pasted(`claude mcp add --transport http notes ${url} --header "Authorization: Bearer abc" -H 'X-A: b'`),
      [['notes', url, { Authorization: 'Bearer abc', 'X-A': 'b' }]],
    );
    assert.deepEqual(pasted(`codex mcp add notes --url ${url} --bearer-token-env-var TOKEN`), [
      ['notes', url, { Authorization: 'Bearer ${env:TOKEN}' }],
    ]);
    const { entries } = readSnippet(
      `claude mcp add -t http --client-id mine --callback-port 8080 notes ${url}`,
    );
    assert.deepEqual(entries?.[0]?.oauth, { clientId: 'mine', redirectPort: 8080 });
  });

  it('may be a link with which a page offers to install a server', () => {
    const config = { name: 'notes', ...entry };
    const json = encodeURIComponent(JSON.stringify(config));
    const base64 = encodeURIComponent(btoa(JSON.stringify({ url })));
    for (const link of [
      `vscode:mcp/install?${json}`,
      `vscode:mcp/install?${JSON.stringify(config)}`,
      `vscode-insiders:mcp/install?${json}`,
      `https://insiders.vscode.dev/redirect/mcp/install?name=notes&config=${encodeURIComponent(JSON.stringify(entry))}`,
      `https://vscode.dev/redirect?url=${encodeURIComponent(`vscode:mcp/install?${json}`)}`,
      `cursor://anysphere.cursor-deeplink/mcp/install?name=notes&config=${base64}`,
      `https://cursor.com/en/install-mcp?name=notes&config=${base64}`,
    ])
      assert.deepEqual(pasted(link), [['notes', url, {}]], link);
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
    ])
      for (const start of ['', '```\n', 'claude mcp add ', 'npx mcp-remote ', 'vscode:mcp/install?', '"'])
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
