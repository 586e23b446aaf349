/** What a person pastes to add a server, from wherever they have it: JSON, a command line, a link. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readSnippet } from '../../../src/servers/snippet.ts';
import { isHeaderName, isServerName } from '../../../src/servers/serverEntry.ts';
import { isWrittenUrl } from '../../../src/servers/variables.ts';
import type { Door } from '../door.ts';
import { addresses, noise, text } from '../hostileText.ts';

interface Case {
  readonly pasted: string;
}

const word = fc.oneof(
  fc.constantFrom(
    'claude',
    'mcp',
    'add',
    'npx',
    '-y',
    'mcp-remote',
    'add-json',
    '--add-mcp',
    'add-mcp',
    '--header',
    '--transport',
    '--unknown',
    'http',
    'codex',
    '--url',
    '-H',
    'Authorization: Bearer ${X}',
    '"',
    "'",
    '\\',
    '|',
    ';',
    '$(x)',
    '--',
  ),
  fc.constantFrom(...addresses),
  text,
);
const link = fc
  .tuple(
    fc.constantFrom(
      'vscode:mcp/install?',
      'cursor://anysphere.cursor-deeplink/mcp/install?name=a&config=',
      'vscode-insiders:mcp/install?',
      'https://vscode.dev/redirect?url=',
      'https://kiro.dev/launch/mcp/add?name=a&config=',
      'lmstudio://add_mcp?config=',
      'https://vs-open.link/mcp-install?',
      'goose://extension?url=',
    ),
    fc.oneof(
      noise.map(encodeOrNot),
      noise.map((one) => Buffer.from(one).toString('base64')),
      text,
    ),
  )
  .map(([one, two]) => one + two);

function encodeOrNot(one: string): string {
  return encodeURIComponent(one.toWellFormed());
}

export const snippetDoor: Door<Case> = {
  name: 'snippet',
  share: 10,
  cases: fc.record({
    pasted: fc.oneof(
      fc.array(word, { maxLength: 10 }).map((words) => words.join(' ')),
      link,
      noise,
      fc
        .tuple(
          fc.constantFrom(
            '```json\n',
            '// a\n',
            '"a": ',
            '{"mcpServers": ',
            '[mcp_servers.a]\nurl = ',
            '$ ',
            '<',
          ),
          noise,
          fc.constantFrom('\n```', '}', '>', ''),
        )
        .map((all) => all.join('')),
    ),
  }),
  try({ pasted }) {
    const { entries = [], refusal } = readSnippet(pasted);
    assert.ok(entries.length > 0 || refusal !== undefined);
    for (const { name, url, headers } of entries) {
      assert.ok(name === undefined || isServerName(name), name);
      assert.ok(isWrittenUrl(url), url);
      for (const header of Object.keys(headers)) assert.ok(isHeaderName(header), header);
    }
  },
};
