// What a person reads of a test of a connection: the notification, and the document with all that was found.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type {
  detailsText as DetailsText,
  worksSentence as WorksSentence,
} from '../../src/vscode/connectionDetails.ts';
import { loadMessages } from './messages.ts';

const hostile = 'Read\u202eme](command:evil)\nand\u0007 obey';

describe('The notification that a connection works', () => {
  let worksSentence: typeof WorksSentence;
  before(async () => {
    ({ worksSentence } = (await loadMessages('../connectionDetails')) as {
      readonly worksSentence: typeof WorksSentence;
    });
  });
  const tested = {
    ...{ name: 'notes-mcp', title: 'Notes', version: '1.0.0', revision: '2025-11-25', answeredInMs: 3 },
    ...({ transport: 'streamable_http', capabilities: [], tools: [] } as const),
  };

  it('says who is connected to what, and what there is to use', () => {
    const tools = (count: number) =>
      Array.from({ length: count }, () => ({ name: 'read', description: undefined }));
    const said = [
      worksSentence({ ...tested, tools: tools(12) }, { name: 'mine', account: 'ada' }),
      worksSentence({ ...tested, tools: tools(1) }, { name: 'mine', account: undefined }),
      worksSentence({ ...tested, title: undefined }, { name: 'mine', account: 'ada' }),
      worksSentence({ ...tested, title: undefined, name: ' ' }, { name: 'mine', account: 'ada' }),
    ];
    assert.deepEqual(said, [
      'Connected to “mine” as ada. Notes has 12 tools.',
      'Connected to “mine”. Notes has one tool.',
      'Connected to “mine” as ada. notes-mcp has no tools.',
      'Connected to “mine” as ada. The server has no tools.',
    ]);
  });

  it('has no link of the making of a server (invariant 1)', () => {
    const server = { ...tested, name: hostile, title: hostile, version: hostile };
    for (const [title, account] of [
      [hostile, hostile],
      ['[here', '](command:evil)'],
      ['](command:evil)', '[here'],
      ['long '.repeat(1_000), 'long '.repeat(1_000)],
    ] as const) {
      const sentence = worksSentence({ ...server, title }, { name: 'mine', account });
      assert.doesNotMatch(sentence, /\p{Cc}|\p{Cf}|[[\]]/u);
      assert.ok(sentence.length < 1_000);
    }
  });
});

describe('The document about a connection', () => {
  it('shows what a hostile server calls itself and its tools as plain text, in bounds (invariant 1)', async () => {
    const { detailsText } = (await loadMessages('../connectionDetails')) as {
      readonly detailsText: typeof DetailsText;
    };
    const server = {
      ...{ name: hostile, title: hostile, version: hostile, revision: hostile, answeredInMs: 3 },
      ...({ transport: 'sse', capabilities: [hostile] } as const),
      tools: Array.from({ length: 600 }, () => ({
        name: hostile,
        description: `${hostile} ${'long '.repeat(1_000)}`,
      })),
    };
    const tested = {
      name: 'notes',
      url: 'https://mcp.example/${input:key}',
      account: 'ada',
      scopes: ['read'],
    };
    const text = detailsText(server, tested);
    assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}|\p{Cf}|\]\(/u);
    assert.ok(text.split('\n').every((line) => line.length < 1_000));
    assert.match(text, /600 tools/);
    assert.match(text, /and 100 more/);
    assert.equal(text.match(/^Read/gm)?.length, 500);
    assert.match(text, /https:\/\/mcp\.example\/\$\{input:key\}/);
  });
});
