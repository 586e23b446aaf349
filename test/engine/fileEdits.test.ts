// Edits of files that people keep by hand: what is not edited stays as it was, down to the last byte.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addInputs, addServer, removeServer, replaceServer } from '../../src/servers/fileEdits.ts';
import { putBack, takeOut } from '../../src/servers/removedEntry.ts';
import type { ServersFile } from '../../src/servers/serversFile.ts';

const entry = { url: 'https://new.example/mcp' };

const file = `// Servers of the team
{
  "servers": {
    // The notes
    "notes": { "url": "https://notes.example" }, // since May

    // Nobody knows why
    "old": {
      "url": "https://old.example", // really
    },
    /* last */
    "last": { "url": "https://last.example" }
    // more to come
  },
  "inputs": [
    // one
    { "id": "a", "type": "promptString" }
  ]
}
`;

function taken(text: string, name: string, kind: ServersFile = 'mcp') {
  const result = takeOut(text, kind, name);
  assert.ok(result.refusal === undefined);
  return result;
}

describe('An entry that is taken out', () => {
  it('goes with the comments that are its own and leaves those of others', () => {
    assert.equal(
      taken(file, 'notes').text,
      file.replace('    // The notes\n    "notes": { "url": "https://notes.example" }, // since May\n', ''),
    );
    assert.equal(taken(file, 'old').text, file.replace(/ {4}\/\/ Nobody[^]*?really\n {4}\},\n/, ''));
    assert.equal(
      taken(file, 'last').text,
      file
        .replace('    /* last */\n    "last": { "url": "https://last.example" }\n', '')
        .replace('really\n    },', 'really\n    }'),
    );
  });

  it('comes back beside its neighbour, with its comments, where somebody changed the file meanwhile', () => {
    const { text, removed } = taken(file, 'old');
    const changed = text.replace('since May', 'since June');
    assert.equal(
      putBack(changed, removed).text,
      file
        .replace('since May', 'since June')
        .replace('June\n\n', 'June\n')
        .replace('    },\n    /* last', '    },\n\n    /* last'),
    );
    const first = taken(file, 'notes');
    const without = first.text.replace('// more to come', '// no more');
    assert.equal(
      putBack(without, first.removed).text?.includes(
        '  "servers": {\n\n    // The notes\n    "notes": { "url": "https://notes.example" }, // since May\n    // Nobody',
      ),
      true,
    );
  });

  it('comes back at the end where its neighbours are gone, and into a file that lost its list', () => {
    const { removed } = taken(file, 'old');
    assert.equal(
      putBack('{\n  "servers": {\n    "x": {}\n  }\n}\n', removed).text,
      '{\n  "servers": {\n    "x": {},\n    // Nobody knows why\n    "old": {\n      "url": "https://old.example", // really\n    }\n  }\n}\n',
    );
    for (const left of ['', '{}', '{ "servers": {} }', '// nothing', '{\n  "inputs": []\n}\n'])
      assert.match(putBack(left, removed).text ?? '', /\/\/ Nobody knows why\n {4}"old": \{/, left);
  });

  it('does not come back over another of its name, or into what cannot be read', () => {
    const { removed } = taken(file, 'old');
    assert.equal(putBack(file, removed).refusal, 'present');
    assert.equal(putBack('{ "servers": ', removed).refusal, 'unreadable');
    assert.equal(putBack('{ "servers": [] }', removed).refusal, 'not_object');
    assert.equal(putBack('[]', removed).refusal, 'not_object');
  });

  it('is found in each kind of file', () => {
    for (const [kind, text] of [
      ['mcp', '{ "servers": { "a": 1 } }'],
      ['dotMcp', '{ "mcpServers": { "a": 1 } }'],
      ['settings', '{ "mcpOAuth.servers": { "a": 1 } }'],
      ['workspace', '{ "settings": { "mcpOAuth.servers": { "a": 1 } } }'],
    ] as const) {
      const { text: left, removed } = taken(text, 'a', kind);
      assert.equal(left, text.replace(' "a": 1', ''));
      assert.equal(putBack(left, removed).text, text);
    }
  });
});

describe('An edit', () => {
  it('makes what is missing, in a file that is empty too', () => {
    const made = '{\n\t"servers": {\n\t\t"a": {\n\t\t\t"url": "https://new.example/mcp"\n\t\t}\n\t}\n}\n';
    assert.equal(addServer('', 'mcp', 'a', entry).text, made);
    assert.equal(addServer('\ufeff', 'mcp', 'a', entry).text, `\ufeff${made}`);
    assert.equal(addServer('// mine', 'mcp', 'a', entry).text, `// mine\n${made}`);
    assert.equal(addServer('{}', 'mcp', 'a', entry).text, made.trimEnd());
    assert.equal(
      addServer('{\r\n  "folders": []\r\n}\r\n', 'workspace', 'a', {}).text,
      '{\r\n  "folders": [],\r\n  "settings": {\r\n    "mcpOAuth.servers": {\r\n      "a": {}\r\n    }\r\n  }\r\n}\r\n',
    );
  });

  it('adds in the manner of the file: its indentation, line endings, commas, one line where all is one', () => {
    assert.equal(
      addServer(file, 'mcp', 'new', entry).text,
      file.replace(
        '"https://last.example" }\n',
        '"https://last.example" },\n    "new": {\n      "url": "https://new.example/mcp"\n    }\n',
      ),
    );
    assert.equal(
      addServer('{\r\n\t"servers": {\r\n\t\t"a": {}, // x\r\n\t}\r\n}', 'mcp', 'b', entry).text,
      '{\r\n\t"servers": {\r\n\t\t"a": {}, // x\r\n\t\t"b": {\r\n\t\t\t"url": "https://new.example/mcp"\r\n\t\t},\r\n\t}\r\n}',
    );
    assert.equal(
      addServer('{"servers":{"a":{}}}', 'mcp', 'b', entry).text,
      '{"servers":{"a":{},"b": {"url":"https://new.example/mcp"}}}',
    );
  });

  it('replaces a value, and nothing around it', () => {
    assert.equal(
      replaceServer(file, 'mcp', 'old', { url: 'x' }).text,
      file.replace('"https://old.example", // really', '"x"'),
    );
  });

  it('adds each input once', () => {
    const inputs = [
      { id: 'a', type: 'promptString', password: true },
      {
        id: 'b',
        type: 'pickString',
        password: false,
        options: [
          { label: 'x', value: 'x' },
          { label: 'Y', value: 'y' },
        ],
      },
    ] as const;
    const b =
      '{\n      "id": "b",\n      "type": "pickString",\n      "options": [\n        "x",\n        {\n          "label": "Y",\n          "value": "y"\n        }\n      ]\n    }';
    assert.equal(
      addInputs(file, 'mcp', inputs).text,
      file.replace('"promptString" }', `"promptString" },\n    ${b}`),
    );
    const made = addInputs('{}', 'settings', inputs).text ?? '';
    assert.deepEqual(
      (JSON.parse(made) as Record<string, { id: string }[]>)['mcpOAuth.inputs']?.map(({ id }) => id),
      ['a', 'b'],
    );
    assert.equal(addInputs('{ "inputs": {} }', 'mcp', inputs).refusal, 'not_object');
  });

  it('leaves alone what it cannot do without harm', () => {
    for (const [text, refusal] of [
      ['{ "servers": { "a": {}', 'unreadable'],
      ['{ "servers": { "a": {} "b": {} } }', 'unreadable'],
      [`{ "servers": { "a": {} } }${' '.repeat(1_000_000)}`, 'unreadable'],
      [',{ "servers": { "a": {} } }', 'unreadable'],
      [',', 'unreadable'],
      ['{ "servers": 7 }', 'not_object'],
      ['7', 'not_object'],
      ['{ "servers": {} }', 'absent'],
      ['{ "other": { "a": {} } }', 'absent'],
      ['', 'absent'],
      ['{ "servers": { "a": 1, "a": 2 } }', 'repeated'],
      ['{ "servers": { "a": 1 }, "servers": {} }', 'repeated'],
    ] as const) {
      assert.equal(removeServer(text, 'mcp', 'a').refusal, refusal, text.slice(0, 60));
      assert.equal(takeOut(text, 'mcp', 'a').refusal, refusal, text.slice(0, 60));
      assert.equal(replaceServer(text, 'mcp', 'a', entry).refusal, refusal, text.slice(0, 60));
    }
    assert.equal(addServer('{ "servers": { "a": 1 } }', 'mcp', 'a', entry).refusal, 'present');
  });
});
