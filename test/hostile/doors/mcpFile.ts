/** Files in which servers are kept, read and edited (`mcp.json`, `.mcp.json`, settings): written by anybody. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addServer, addInputs, removeServer, replaceServer } from '../../../src/servers/fileEdits.ts';
import { membersOf, nodeAt, parsedJson, readJson } from '../../../src/servers/jsonText.ts';
import { parseMcpFile } from '../../../src/servers/mcpFile.ts';
import { putBack, takeOut } from '../../../src/servers/removedEntry.ts';
import { serversPath } from '../../../src/servers/serversFile.ts';
import type { Door } from '../door.ts';
import { noise, rawJson, text as oddText } from '../hostileText.ts';

interface Case {
  readonly text: string;
  readonly kind: 'mcp' | 'dotMcp' | 'settings' | 'workspace';
  readonly name: string;
}

const trivia = fc.constantFrom(
  '',
  '',
  ' ',
  '\n',
  '\r\n',
  '\t',
  '// x\n',
  '/* } */',
  '\ufeff',
  '/*',
  ',',
  '\r',
);
const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('a', 'b', '__proto__', 'd "e"') }, oddText);
const value = fc.oneof(
  fc.constantFrom(
    '{}',
    '{"url":"https://a.example/mcp"}',
    '{"url":"https://${input:a}/"}',
    '{"command":"npx"}',
    '{"type":"http","url":"http://127.0.0.1:1/"}',
  ),
  rawJson,
);
const list = fc
  .array(fc.tuple(trivia, name, trivia, value, trivia), { maxLength: 4 })
  .map(
    (all) => `{${all.map(([a, one, b, two, c]) => `${a}${JSON.stringify(one)}${b}:${two}${c}`).join(',')}}`,
  );
const file = fc
  .tuple(
    trivia,
    fc.constantFrom('servers', 'mcpServers', 'mcpOAuth.servers', 'settings'),
    list,
    trivia,
    fc.constantFrom('', ',"inputs":[{"id":"a","type":"promptString"}]', ',"inputs":7', ','),
    trivia,
  )
  .map(([a, member, one, b, more, c]) =>
    member === 'settings'
      ? `${a}{"settings":{"mcpOAuth.servers":${one}}${more}}${c}`
      : `${a}{"${member}"${b}:${one}${more}}${c}`,
  );

export const mcpFileDoor: Door<Case> = {
  name: 'mcpFile',
  share: 16,
  cases: fc.record({
    text: fc.oneof(
      { weight: 5, arbitrary: file },
      {
        weight: 2,
        arbitrary: fc
          .tuple(file, fc.nat(), oddText)
          .map(
            ([one, at, odd]) => one.slice(0, at % (one.length + 1)) + odd + one.slice(at % (one.length + 1)),
          ),
      },
      noise,
    ),
    kind: fc.constantFrom('mcp', 'dotMcp', 'settings', 'workspace'),
    name,
  }),
  try({ text, kind, name: wanted }) {
    parsedJson(text);
    if (kind === 'mcp' || kind === 'dotMcp') {
      const { entries, problems } = parseMcpFile(text, kind);
      for (const { range, url } of entries) {
        assert.ok(range.offset >= 0 && range.offset + range.length <= text.length);
        assert.equal(typeof url, 'string');
      }
      for (const { range } of problems) assert.ok(range.line >= 1 && range.column >= 1);
    }
    const entry = { url: 'https://new.example/mcp' };
    requireRead(addServer(text, kind, wanted, entry).text, kind, wanted, true);
    requireRead(replaceServer(text, kind, wanted, entry).text, kind, wanted, true);
    requireRead(removeServer(text, kind, wanted).text, kind, wanted, false);
    addInputs(text, kind, [{ id: 'new', type: 'promptString', password: true }]);
    const taken = takeOut(text, kind, wanted);
    if (taken.refusal !== undefined) return;
    requireRead(taken.text, kind, wanted, false);
    assert.deepEqual(putBack(taken.text, taken.removed), { text });
    // Also into a file that somebody made something else of meanwhile.
    putBack(`${taken.text} `, taken.removed);
    putBack(text, taken.removed);
    putBack('{', taken.removed);
  },
};

/** What an edit leaves can be read, and says what it should. */
function requireRead(text: string | undefined, kind: Case['kind'], name: string, isThere: boolean): void {
  if (text === undefined) return;
  const { root, faults } = readJson(text);
  assert.deepEqual(faults, [], text);
  const names = membersOf(nodeAt(root, serversPath[kind])).map((member) => member.name);
  assert.equal(names.includes(name), isThere, text);
}
