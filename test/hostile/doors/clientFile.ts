/** Configuration files of other MCP clients, in JSON and TOML, and our entry in them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  clientEntryName,
  dropClientEntry,
  isClientEntryName,
  putClientEntry,
} from '../../../src/servers/clientEntry.ts';
import type { Door } from '../door.ts';
import { noise, rawJson, text as oddText } from '../hostileText.ts';

interface Case {
  readonly text: string;
  readonly client: 'claude-code' | 'codex' | 'opencode';
  readonly server: string;
}

const json = fc
  .tuple(
    fc.constantFrom('mcpServers', 'mcp', 'servers'),
    fc.array(
      fc.tuple(
        fc.oneof(fc.constantFrom('a', 'mcp-server', '__proto__'), oddText),
        fc.oneof(fc.constant('{"url":"http://127.0.0.1:1/k/mcp"}'), rawJson),
      ),
      { maxLength: 3 },
    ),
    fc.constantFrom('', ',', '// x\n', '\n'),
  )
  .map(
    ([member, entries, end]) =>
      `{"${member}":{${entries.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}${end}}`,
  );
const line = fc.oneof(
  fc.constantFrom(
    '[mcp_servers]',
    '[mcp_servers.a]',
    '[mcp_servers."a b"]',
    '[[mcp_servers]]',
    'url = "http://127.0.0.1:1/k/mcp"',
    "url = '''x'''",
    'mcp_servers = 7',
    'mcp_servers.a.url = "x"',
    '# note',
    'a = [1,',
    ']',
    'x = 1e400',
    'd = 1979-05-27T07:32:00Z',
    '"__proto__" = 1',
    '[__proto__]',
    'a = """',
    '[mcp_servers.a',
    '\ufeff',
  ),
  fc.integer({ min: 1, max: 4_000 }).map((depth) => `${'a.'.repeat(depth)}a = 1`),
  fc.integer({ min: 1, max: 4_000 }).map((depth) => `a = ${'['.repeat(depth)}${']'.repeat(depth)}`),
  oddText,
);
const toml = fc
  .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom('\n', '\r\n', '\r'))
  .map(([lines, end]) => lines.join(end));

export const clientFileDoor: Door<Case> = {
  name: 'clientFile',
  share: 8,
  cases: fc.record({
    text: fc.oneof({ weight: 3, arbitrary: json }, { weight: 4, arbitrary: toml }, noise),
    client: fc.constantFrom('claude-code', 'codex', 'codex', 'opencode'),
    server: oddText,
  }),
  try({ text, client, server }) {
    const name = clientEntryName(server);
    assert.ok(isClientEntryName(name), name);
    const [first, second] = ['http://127.0.0.1:21000/key-one/mcp', 'http://127.0.0.1:21000/key-two/mcp'];
    for (const wanted of [name, 'a']) {
      const put = putClientEntry(client, text, wanted, first);
      if (put.kind !== 'changed') continue;
      assert.equal(putClientEntry(client, put.text, wanted, first).kind, 'unchanged');
      const moved = putClientEntry(client, put.text, wanted, second, first);
      assert.ok(moved.kind === 'changed' || moved.kind === 'unfit', moved.kind);
      const dropped = dropClientEntry(client, put.text, wanted, first);
      assert.ok(dropped.kind === 'changed' || dropped.kind === 'unfit', dropped.kind);
      // Whose entry it is not, of that nothing is taken.
      assert.equal(dropClientEntry(client, put.text, wanted, second).kind, 'unchanged');
    }
  },
};
