// The files in which people keep their servers, which a workspace may have from anybody.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseMcpFile } from '../../src/servers/mcpFile.ts';
import { EntriesInText, syntaxFaults } from '../../src/servers/settingsFile.ts';
import { parseServers } from '../../src/servers/settings.ts';

const url = 'https://mcp.example/mcp';

/** Reason, name and the text of each problem. */
function problemsOf(text: string, kind: 'mcp' | 'dotMcp' = 'mcp') {
  return parseMcpFile(text, kind).problems.map(({ reason, name, range }) => [
    reason,
    name,
    text.slice(range.offset, range.offset + range.length),
  ]);
}

const namesOf = (text: string) => parseMcpFile(text, 'mcp').entries.map(({ name }) => name);

describe('A file of servers', () => {
  it('gives its remote servers as they are written, and passes over those that a command starts', () => {
    const text = `\ufeff{\r
  // Ours
  "servers": {
    "notes": {
      "type": "http", /* streamable */
      "url": "https://mcp.example/mcp",
      "headers": { "X-Key": "\${input:key}", "X-Home": "\${userHome}", },
      "oauth": { "clientId": "mine", "later": 1 },
    },
    "old": { "type": "sse", "url": "http://localhost:3000/sse" },
    "local": { "command": "npx", "args": ["server"] },
    "stdio": { "type": "stdio" },
    "socket": { "url": "unix:///tmp/x.sock" },
  },
  "inputs": [{ "id": "key", "type": "promptString", "password": true }],
}`;
    const { entries, problems } = parseMcpFile(text, 'mcp');
    assert.deepEqual(problems, []);
    assert.deepEqual(
      entries.map(({ name, url: address, headers, oauth, inputs }) => [
        name,
        address,
        headers,
        oauth,
        inputs,
      ]),
      [
        [
          'notes',
          url,
          { 'X-Key': '${input:key}', 'X-Home': '${userHome}' },
          { clientId: 'mine' },
          [{ id: 'key', type: 'promptString', password: true }],
        ],
        ['old', 'http://localhost:3000/sse', {}, undefined, []],
      ],
    );
    const [notes] = entries;
    assert.ok(text.slice(notes?.range.offset).startsWith('"notes": {'));
    assert.deepEqual([notes?.range.line, notes?.range.column], [4, 5]);
    assert.ok(
      notes?.text.startsWith('{') && notes.text.endsWith('}') && notes.text.includes('/* streamable */'),
    );
  });

  it('names what is wrong with an entry, where it stands, and keeps the good ones', () => {
    const text = `{ "servers": {
      "good": { "url": "${url}" },
      "text": "x",
      "none": {},
      "plain": { "url": "http://mcp.example" },
      "number": { "url": 7 },
      "header": { "url": "${url}", "headers": { "X": "a\\nb" } },
      "framing": { "url": "${url}", "headers": { "Transfer-Encoding": "chunked" } },
      "[x](command:y)": { "url": "${url}" },
      "undefined": { "url": "${url}", "headers": { "X": "\${input:nobody}" } },
      "command": { "url": "\${input:run}" },
    }, "inputs": [{ "id": "run", "type": "command" }] }`;
    assert.deepEqual(namesOf(text), ['good']);
    assert.deepEqual(problemsOf(text), [
      ['not_object', 'text', '"x"'],
      ['url', 'none', '"none"'],
      ['url', 'plain', '"http://mcp.example"'],
      ['url', 'number', '7'],
      ['headers', 'header', '{ "X": "a\\nb" }'],
      ['headers', 'framing', '{ "Transfer-Encoding": "chunked" }'],
      ['name', '[x](command:y)', '"[x](command:y)"'],
      ['input_undefined', 'undefined', '{ "X": "${input:nobody}" }'],
      ['input_unsupported', 'command', '"${input:run}"'],
    ]);
  });

  it('has the last of several entries of a name, as the editor has it, and tells of the others', () => {
    const text = `{ "servers": { "a": { "url": "https://one.example" }, "a": { "url": "${url}" } } }`;
    assert.deepEqual(
      parseMcpFile(text, 'mcp').entries.map((entry) => entry.url),
      [url],
    );
    assert.deepEqual(problemsOf(text), [['repeated', 'a', '"a"']]);
  });

  it('may be empty, or have nothing for us', () => {
    for (const text of ['', '\ufeff', ' \r\n', '// later', '{}', '{ "inputs": [] }', '{ "servers": {} }'])
      assert.deepEqual(parseMcpFile(text, 'mcp'), { entries: [], problems: [] }, text);
  });

  it('that is broken tells where, by line and column, and gives what stands before', () => {
    const text = `{\r\n  "servers": {\r\n    "a": { "url": "${url}" },\r\n    "b": { "url" "${url}" },\r\n    "c": { "url": "${url}" }\r\n  }\r\n}`;
    const { entries, problems } = parseMcpFile(text, 'mcp');
    assert.deepEqual(
      entries.map(({ name }) => name),
      ['a'],
    );
    const [first] = problems;
    assert.deepEqual([first?.reason, first?.range.line, first?.range.column], ['colon_expected', 4, 18]);
  });

  it('that ends too early tells once what is missing at its end, however much of it is open', () => {
    for (const text of ['{"servers": {', '[[', '{"servers": {"a": {"headers": {'])
      assert.equal(new Set(problemsOf(text).map(([reason]) => reason)).size, problemsOf(text).length, text);
    assert.deepEqual(problemsOf('{"servers": {'), [['brace_expected', undefined, '']]);
  });

  it('says in each case what is wrong with its text', () => {
    for (const [text, reason] of [
      ['[]', 'not_object'],
      ['"x"', 'not_object'],
      ['{ "servers": [] }', 'not_object'],
      ['{', 'brace_expected'],
      ['[', 'bracket_expected'],
      ['{ "a": }', 'value_expected'],
      ['{ "a": 1 } }', 'end_expected'],
      ['{ "a": 1 "b": 2 }', 'comma_expected'],
      ['{ "a": "x', 'unfinished_text'],
      ['{ "a": /* x', 'unfinished_comment'],
      ['{ "a": "\\q" }', 'bad_character'],
      ['{ a: 1 }', 'syntax'],
    ] as const)
      assert.equal(problemsOf(text)[0]?.[0], reason, text);
  });

  it('of any size and depth is done with at once', { timeout: 20_000 }, () => {
    for (const [text, reason] of [
      [' '.repeat(5_000_000), 'too_large'],
      ['['.repeat(900_000), 'too_deep'],
      ['{"a":'.repeat(150_000), 'too_deep'],
      [`{ "servers": ${'{"a":'.repeat(200)}1${'}'.repeat(200)} }`, 'too_deep'],
    ] as const)
      assert.deepEqual(
        parseMcpFile(text, 'mcp').problems.map((problem) => problem.reason),
        [reason],
      );
    for (const piece of ['"', '{', '}', ',', '/*', '//', '\\', 'x', '{}', '[],'])
      assert.ok(parseMcpFile(piece.repeat(100_000), 'mcp').problems.length <= 21, piece);
    const many = Array.from({ length: 10_000 }, (_, index) => `"s${index}": { "url": "${url}/${index}" }`);
    assert.equal(namesOf(`{ "servers": { ${many.join(',\n')} } }`).length, 10_000);
  });

  it('reaches the prototype of nothing', () => {
    const text = `{ "__proto__": { "servers": {} }, "servers": { "__proto__": { "url": "${url}", "headers": { "a": "b" } },
      "x": { "__proto__": { "url": "${url}" } }, "constructor": { "url": "${url}" } } }`;
    assert.deepEqual(namesOf(text), ['__proto__', 'constructor']);
    assert.deepEqual(problemsOf(text), [['url', 'x', '"x"']]);
  });

  it('gives the same entries and never throws, whatever somebody does to its text', () => {
    const whole = `{ "servers": { "a": { "url": "${url}", "headers": { "X": "\${input:k}" } } }, "inputs": [{ "id": "k", "type": "promptString" }] }`;
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(10), fc.string(), (at, length, added) => {
        const text = whole.slice(0, at) + added + whole.slice(at + length);
        for (const { range } of parseMcpFile(text, 'mcp').problems) {
          assert.ok(range.offset + range.length <= text.length);
          assert.ok(range.line >= 1 && range.column >= 1);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('A .mcp.json', () => {
  it('has its servers under mcpServers, and variables of the environment as in a shell', () => {
    const text = `{ "servers": { "no": { "url": "${url}" } }, "mcpServers": {
      "a": { "type": "http", "url": "\${BASE:-https://mcp.example}/mcp", "headers": { "X": "\${TOKEN} \${userHome} \${env:B}" } } } }`;
    const { entries, problems } = parseMcpFile(text, 'dotMcp');
    assert.deepEqual(problems, []);
    assert.deepEqual(
      entries.map(({ name, url: address, headers }) => [name, address, headers]),
      [['a', '${env:BASE:-https://mcp.example}/mcp', { X: '${env:TOKEN} ${userHome} ${env:B}' }]],
    );
  });

  it('names no file of this machine, and tells what we know of its client', () => {
    const oauth = {
      clientId: 'mine',
      scopes: 'read write',
      callbackPort: 3118,
      assertionFile: '/etc/passwd',
      dpop: 7,
    };
    const { entries } = parseMcpFile(JSON.stringify({ mcpServers: { a: { url, oauth } } }), 'dotMcp');
    assert.deepEqual(entries[0]?.oauth, { clientId: 'mine', scopes: ['read', 'write'], redirectPort: 3118 });
  });

  it('gives no client that a variable stands for, which would be sent as it is written', () => {
    for (const clientId of ['${input:c}', '${CLIENT_ID}', '{env:CLIENT_ID}', '$CLIENT_ID'])
      for (const kind of ['mcp', 'dotMcp'] as const) {
        const servers = { a: { url, oauth: { clientId, scopes: ['read'] } } };
        const { entries } = parseMcpFile(JSON.stringify({ servers, mcpServers: servers }), kind);
        assert.deepEqual(entries[0]?.oauth, { scopes: ['read'] }, clientId);
      }
  });
});

describe('A problem of our settings', () => {
  const entries = `{
      "good": { "url": "${url}" },
      // Not https
      "plain": { "url": "http://mcp.example" },
      "client": { "url": "${url}", "oauth": { "scopes": "read" } },
      "none": {},
      "two\\nlines": { "url": "${url}" },
    }`;
  const settings = `{\n  "editor.tabSize": 2,\n  "mcpOAuth.servers": ${entries},\n}`;

  it('is pointed at where it stands, in settings and in the file of a workspace', () => {
    const value: unknown = JSON.parse(entries.replaceAll(/^\s*\/\/.*|,(?=\s*\}$)/gm, ''));
    const { problems } = parseServers([{ source: { scope: 'user' }, servers: value }]);
    for (const [text, kind] of [
      [settings, 'settings'],
      [
        settings.replace('"mcpOAuth.servers": {', '"mcpOAuth": { "servers": {').replace(/\}$/, '} }'),
        'settings',
      ],
      [`{ "folders": [], "settings": ${settings} }`, 'workspace'],
    ] as const) {
      const found = problems.map((problem) => {
        const range = new EntriesInText(text, kind).findMember(problem);
        return range && text.slice(range.offset, range.offset + range.length);
      });
      assert.deepEqual(found, ['"http://mcp.example"', '"read"', '"none"', '"two\\nlines"']);
    }
    const range = new EntriesInText(settings, 'settings').findMember({ name: 'plain', member: 'url' });
    assert.deepEqual([range?.line, range?.column], [6, 25]);
  });

  it('is nowhere where the file does not have it', () => {
    for (const text of ['', '{}', '[]', '{ "mcpOAuth.servers": [] }', 'x', '['.repeat(500_000)])
      assert.equal(
        new EntriesInText(text, 'settings').findMember({ name: 'plain', member: 'url' }),
        undefined,
      );
    assert.equal(
      new EntriesInText(settings, 'workspace').findMember({ name: 'plain', member: 'url' }),
      undefined,
    );
  });

  it('is found with the entry that it is in, and apart from what keeps the file from being read', () => {
    const range = new EntriesInText(settings, 'settings').find('none');
    assert.equal(range && settings.slice(range.offset, range.offset + range.length), '"none": {}');
    assert.deepEqual(syntaxFaults(settings), []);
    assert.equal(syntaxFaults(`${settings}}`)[0]?.fault, 'end_expected');
  });
});
