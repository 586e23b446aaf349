// Our entry in the configuration of other MCP clients: what is written, what is left alone.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse as parseJson } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import {
  clientEntryName,
  dropClientEntry,
  isClientEntryName,
  putClientEntry,
  type ClientEdit,
  type ConfiguredClient,
} from '../../src/servers/clientEntry.ts';

const address = 'http://127.0.0.1:20001/key-1/mcp';
const next = 'http://127.0.0.1:20002/key-2/mcp';
const clients: readonly ConfiguredClient[] = ['claude-code', 'codex', 'opencode'];

function textOf(edit: ClientEdit): string {
  return edit.kind === 'changed' ? edit.text : assert.fail(`It is ${edit.kind}.`);
}

const put = (client: ConfiguredClient, text: string, name = 'notes') =>
  textOf(putClientEntry(client, text, name, address));

describe('An entry in the configuration of another client', () => {
  it('is what each client reads, in a file that was not there', () => {
    assert.deepEqual(JSON.parse(put('claude-code', '')), {
      mcpServers: { notes: { type: 'http', url: address } },
    });
    assert.equal(put('codex', ''), `[mcp_servers.notes]\nurl = "${address}"\n`);
    assert.deepEqual(JSON.parse(put('opencode', '')), {
      mcp: { notes: { type: 'remote', url: address, enabled: true, oauth: false } },
    });
  });

  it('leaves comments, order and indentation as they are', () => {
    const text =
      '{\n\t// mine\n\t"theme": "dark", // and why\n\t"mcp": {\n\t\t"a": { "type": "local" } /* keep */\n\t},\n\t"z": 1\n}\n';
    const after = put('opencode', text);
    for (const line of ['\t// mine', '\t"theme": "dark", // and why', '/* keep */', '\t"z": 1'])
      assert.ok(after.includes(line), line);
    assert.match(after, /\n\t\t"notes": \{\n\t\t\t"type": "remote"/);
    const toml = '# mine\r\nmodel = "o" # why\r\n\r\n[mcp_servers.a]\r\ncommand = "x"';
    assert.equal(put('codex', toml), `${toml}\r\n\r\n[mcp_servers.notes]\r\nurl = "${address}"\r\n`);
  });

  it('keeps the mark that a file begins with', () => {
    for (const [client, text] of [
      ['claude-code', '\uFEFF{ "a": 1 }'],
      ['codex', '\uFEFFa = 1\n'],
    ] as const)
      assert.ok(put(client, text).startsWith(text.trimEnd().slice(0, 3)));
  });

  it('is taken out again, and what else was written stays', () => {
    for (const [client, text] of [
      [
        'claude-code',
        '{\n  "numStartups": 3,\n  "mcpServers": {\n    "a": { "type": "stdio", "command": "x" }\n  },\n  "z": []\n}\n',
      ],
      [
        'opencode',
        '{\n  // why\n  "mcp": {\n    // first\n    "a": { "type": "local", "command": [] } // last\n  }\n}\n',
      ],
      ['codex', '# head\nmodel = "o"\n\n# about a\n[mcp_servers.a]\ncommand = "x"\n'],
    ] as const)
      assert.equal(textOf(dropClientEntry(client, put(client, text), 'notes', address)), text);
  });

  it('is found in TOML however its table is written, with the tables that the client added to it', () => {
    const before = `[a]\nb = 1\n`;
    const after = `\n# about z\n[z]\nk = 2\n`;
    for (const head of [
      '[mcp_servers.notes]',
      '  [ mcp_servers . "notes" ]  # ours',
      "['mcp_servers'.notes]",
    ]) {
      const ours = `\n${head}\n# note\nurl = "${address}"\nenabled = true\n\n[mcp_servers.notes.tools.add]\napproval_mode = "approve"\n`;
      assert.equal(textOf(dropClientEntry('codex', before + ours + after, 'notes', address)), before + after);
    }
  });

  it('is not taken out of a text that only looks like it', () => {
    const decoy = `text = """\n[mcp_servers.notes]\nurl = "x"\n[end]\n"""\n`;
    assert.equal(textOf(dropClientEntry('codex', put('codex', decoy), 'notes', address)), decoy);
  });

  it('stands behind comments and commas, wherever they are', () => {
    for (const text of [
      '{ "mcp": { "a": {} /* , */ , } }',
      '{\n  "mcp": {\n    "a": {} // ,\n    ,\n    // end\n  },\n}\n',
      '{ "mcp": { /* none */ } }',
      '{\r\n  "mcp": {\r\n  }\r\n}',
    ]) {
      const after = put('opencode', text);
      for (const comment of text.match(/\/\*.*?\*\/|\/\/.*/g) ?? [])
        assert.ok(after.includes(comment), after);
      if (text.includes('\n')) assert.equal(/(?<!\r)\n/.test(after), !text.includes('\r'));
      const left = textOf(dropClientEntry('opencode', after, 'notes', address));
      assert.deepEqual(
        parseJson(left, [], { allowTrailingComma: true }),
        parseJson(text, [], { allowTrailingComma: true }),
      );
    }
  });

  it('may have an address with any sign in it', () => {
    const odd = 'http://127.0.0.1:20001/$&$1/mcp';
    for (const client of clients)
      assert.equal(
        textOf(putClientEntry(client, put(client, ''), 'notes', odd, address)),
        put(client, '').replace(address, () => odd),
      );
  });

  it('is not looked for inside a text of several lines', () => {
    const decoy = `text = """\n[mcp_servers.notes]\nurl = "${address}"\n"""\n`;
    const text = put('codex', decoy);
    assert.equal(textOf(dropClientEntry('codex', text, 'notes', address)), decoy);
    assert.equal(
      textOf(putClientEntry('codex', text, 'notes', next, address)),
      decoy + text.slice(decoy.length).replace(address, next),
    );
    assert.deepEqual(dropClientEntry('codex', decoy, 'notes', address), { kind: 'unchanged' });
  });

  for (const client of clients) {
    it(`gets another address in ${client} where it has the former one, and nothing else changes`, () => {
      const text = put(client, '');
      assert.equal(textOf(putClientEntry(client, text, 'notes', next, address)), text.replace(address, next));
      assert.deepEqual(putClientEntry(client, text, 'notes', address), { kind: 'unchanged' });
    });

    it(`of ${client} that is somebody else's is neither written over nor taken out`, () => {
      const text = put(client, '').replace(address, 'https://mcp.example/mcp');
      assert.deepEqual(putClientEntry(client, text, 'notes', address), { kind: 'taken' });
      assert.deepEqual(putClientEntry(client, text, 'notes', address, next), { kind: 'taken' });
      assert.deepEqual(dropClientEntry(client, text, 'notes', address), { kind: 'unchanged' });
    });

    it(`of ${client} without an address is somebody else's`, () => {
      const text = put(client, '').replace(/"?url"?( =|:) "[^"]*"/, (_, is: string) =>
        is === ':' ? '"command": "x"' : 'command = "x"',
      );
      assert.deepEqual(putClientEntry(client, text, 'notes', address, address), { kind: 'taken' });
    });
  }

  it('is not written where opencode keeps one of that name in its newer list', () => {
    const text = '{ "mcp": { "servers": { "notes": { "type": "local", "command": [] } } } }';
    assert.deepEqual(putClientEntry('opencode', text, 'notes', address), { kind: 'taken' });
    assert.equal(putClientEntry('opencode', text, 'tasks', address).kind, 'changed');
  });

  it('is not written into a file that cannot be read, whose line is told', () => {
    assert.deepEqual(putClientEntry('claude-code', '{\n  "a": 1,\n  "b": }\n', 'notes', address), {
      kind: 'unreadable',
      line: 3,
    });
    assert.deepEqual(putClientEntry('codex', 'a = 1\nb = \n', 'notes', address), {
      kind: 'unreadable',
      line: 2,
    });
    assert.equal(putClientEntry('codex', 'a = 1\na = 2\n', 'notes', address).kind, 'unreadable');
    assert.equal(putClientEntry('opencode', '{ "a": 1 } }', 'notes', address).kind, 'unreadable');
  });

  it('is not written where the place for it is something else, or stands there twice', () => {
    for (const [client, text] of [
      ['claude-code', '[]'],
      ['claude-code', '{ "mcpServers": [] }'],
      ['claude-code', '{ "mcpServers": {}, "mcpServers": { "a": {} } }'],
      ['opencode', '{ "mcp": "none" }'],
      ['codex', 'mcp_servers = []\n'],
      ['codex', 'mcp_servers = { a = { command = "x" } }\n'],
    ] as const)
      assert.deepEqual(putClientEntry(client, text, 'notes', address), { kind: 'unfit' }, text);
  });

  it('reads names that objects have by themselves as any other', () => {
    for (const client of clients) {
      const text = put(client, '', 'constructor');
      assert.equal(textOf(dropClientEntry(client, text, 'constructor', address)).includes(address), false);
      assert.equal(put(client, text, 'toString').includes('toString'), true);
    }
    const hostile = '{ "__proto__": { "polluted": 1 }, "mcpServers": { "__proto__": { "url": "x" } } }';
    assert.ok(put('claude-code', hostile).includes('"__proto__": { "polluted": 1 }'));
    const inherited = '{ "__proto__": { "mcpServers": { "notes": { "url": "x" } } } }';
    assert.ok(put('claude-code', inherited).includes(address));
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  it('has a name that every client takes, near to what people call the server', () => {
    assert.equal(clientEntryName('My Notés (work)'), 'My-Notes-work');
    assert.equal(clientEntryName('__proto__'), 'proto');
    assert.equal(clientEntryName('日本'), 'mcp-server');
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => isClientEntryName(clientEntryName(name))));
  });
});

describe('Any file', () => {
  const json = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true });
  const entries = fc.dictionary(
    fc.stringMatching(/^[a-z]{1,5}$/),
    fc.record({ url: fc.webUrl(), enabled: fc.boolean() }),
    { noNullPrototype: true },
  );
  const name = fc.stringMatching(/^[a-z][\w-]{6,12}$/);

  it('of JSON says after an edit what it said before, and the entry; after taking it out, what it said before', () => {
    fc.assert(
      fc.property(
        json,
        entries,
        name,
        fc.constantFrom(undefined, 1, 2, 4, '\t'),
        (rest, those, own, indent) => {
          const said = { ...rest, mcpServers: those };
          const text = JSON.stringify(said, undefined, indent);
          const after = textOf(putClientEntry('claude-code', text, own, address));
          const entry = { type: 'http', url: address };
          assert.deepEqual(
            parseJson(after),
            parseJson(JSON.stringify({ ...said, mcpServers: { ...those, [own]: entry } })),
          );
          const left = textOf(dropClientEntry('claude-code', after, own, address));
          assert.deepEqual(parseJson(left), parseJson(text));
        },
      ),
    );
  });

  it('of TOML keeps every line that it had, and has just these again when the entry is taken out', () => {
    const comment = fc.stringMatching(/^[ -~]*$/).map((words) => `# ${words}\n`);
    const pair = fc.tuple(fc.nat(), fc.string()).map(([n, s]) => `k${n} = ${JSON.stringify(s)}\n`);
    const server = fc
      .tuple(fc.nat(), fc.webUrl())
      .map(([n, url]) => `[mcp_servers.s${n}]\nurl = ${JSON.stringify(url)}\n`);
    const lines = fc.array(fc.oneof(comment, pair, server, fc.constant('\n')));
    fc.assert(
      fc.property(lines, name, (parts, own) => {
        const text = parts.join('');
        const edit = putClientEntry('codex', text, own, address);
        if (edit.kind === 'unreadable') return;
        const after = textOf(edit);
        assert.ok(after.startsWith(text));
        assert.ok(parseToml(after));
        assert.equal(textOf(dropClientEntry('codex', after, own, address)), text);
      }),
    );
  });

  it('of whatever bytes is edited rightly or not at all', () => {
    fc.assert(
      fc.property(fc.constantFrom(...clients), fc.string({ unit: 'binary' }), (client, text) => {
        const edit = putClientEntry(client, text, 'notes', address);
        if (edit.kind === 'changed')
          assert.equal(putClientEntry(client, edit.text, 'notes', address).kind, 'unchanged');
      }),
    );
  });
});

it('A file that nests deeper than anybody does by hand is left alone', () => {
  const deep: readonly [ConfiguredClient, string][] = [
    ['claude-code', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['opencode', `{"a":\n${'['.repeat(20_000)}`],
    ['codex', `${'a.'.repeat(20_000)}a = 1`],
    ['codex', `a = ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ];
  for (const [client, text] of deep) {
    const kinds = [putClientEntry(client, text, 'a', address), dropClientEntry(client, text, 'a', address)];
    for (const { kind } of kinds) assert.ok(kind === 'unreadable' || kind === 'unfit', kind);
  }
  assert.deepEqual(putClientEntry('opencode', deep[1]?.[1] ?? '', 'a', address), {
    kind: 'unreadable',
    line: 2,
  });
});
