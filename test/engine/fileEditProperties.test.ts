// What holds for every file that somebody may have written, comments and commas wherever they may stand.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { addServer, removeServer, replaceServer } from '../../src/servers/fileEdits.ts';
import { placeOf } from '../../src/servers/itemPlace.ts';
import { membersOf, nodeAt, readJson } from '../../src/servers/jsonText.ts';
import { putBack, takeOut } from '../../src/servers/removedEntry.ts';

const bounded = { numRuns: 1500 };

/** What may stand between any two tokens. */
const trivia = fc
  .array(
    fc.constantFrom(
      '',
      ' ',
      '  ',
      '\t',
      '\n',
      '\r\n',
      '\n\n',
      ' // note\n',
      '// {"x": 1,\r\n',
      '/* a, "b": */',
      '/*\n}*/',
    ),
    { maxLength: 3 },
  )
  .map((all) => all.join(''));
const value = fc.constantFrom(
  '{}',
  '{"url": "https://a.example"}',
  '{ // x\n "url": "y",\n}',
  '[1, 2]',
  '"a, // b"',
  '7',
);
const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', '//', 'd "e"', '__proto__'), { minLength: 1 });
const entry = fc.tuple(trivia, trivia, trivia, value, trivia);

interface Written {
  readonly text: string;
  readonly names: readonly string[];
}

const file: fc.Arbitrary<Written> = fc
  .record({
    names,
    entries: fc.array(entry, { minLength: 6, maxLength: 6 }),
    around: fc.array(trivia, { minLength: 6, maxLength: 6 }),
    trailing: fc.boolean(),
    mark: fc.constantFrom('', '\ufeff'),
    other: fc.constantFrom('', '"inputs": [],', '"servers2": {"a": {}}, '),
  })
  .map(({ names: all, entries, around, trailing, mark, other }) => {
    const members = all.map((name, index) => {
      const [one, two, three, json, four] = entries[index] ?? ['', '', '', '{}', ''];
      return `${one}${JSON.stringify(name)}${two}:${three}${json}${four}`;
    });
    const [a, b, c, d, e, f] = around;
    const list = `{${members.join(',')}${trailing ? ',' : ''}${a ?? ''}}`;
    const text = `${mark}${b ?? ''}{${other}${c ?? ''}"servers"${d ?? ''}:${list}${e ?? ''}}${f ?? ''}`;
    return { text, names: all };
  });

/** Each entry's name and value as they are written. */
function entriesOf(text: string): ReadonlyMap<string, string> {
  const { root, faults } = readJson(text);
  assert.deepEqual(faults, [], text);
  return new Map(
    membersOf(nodeAt(root, ['servers'])).map(({ name, node }) => [
      name,
      text.slice(node.offset, node.offset + node.length),
    ]),
  );
}

function without(entries: ReadonlyMap<string, string>, name: string): [string, string][] {
  return [...entries].filter(([other]) => other !== name);
}

/** Every comment of a text, sorted. */
function commentsOf(text: string): readonly string[] {
  const found = [...text.matchAll(/"(?:\\.|[^"\\])*"|(\/\/[^\r\n]*|\/\*[^]*?\*\/)/g)];
  return found.flatMap(([, comment]) => comment ?? []).sort();
}

const strict = (text: string) => {
  const errors: never[] = [];
  parse(text.replace(/^\ufeff/, ''), errors, { allowTrailingComma: true });
  return errors;
};

describe('Any file with servers', () => {
  it('has an entry back byte for byte that was taken out', () => {
    fc.assert(
      fc.property(file, fc.nat(), ({ text, names: all }, pick) => {
        const name = all[pick % all.length] ?? '';
        const taken = takeOut(text, 'mcp', name);
        assert.ok(taken.refusal === undefined);
        const stored = JSON.parse(JSON.stringify(taken.removed)) as typeof taken.removed;
        assert.deepEqual(strict(taken.text), []);
        assert.deepEqual([...entriesOf(taken.text)], without(entriesOf(text), name));
        assert.deepEqual(putBack(taken.text, stored), { text });
      }),
      bounded,
    );
  });

  it('gains no trailing comma, and no comment is lost, when an entry is taken out and put back after a change', () => {
    fc.assert(
      fc.property(file, fc.nat(), trivia, ({ text, names: all }, pick, change) => {
        const name = all[pick % all.length] ?? '';
        const taken = takeOut(text, 'mcp', name);
        assert.ok(taken.refusal === undefined);
        const changed = taken.text + change + ' ';
        const back = putBack(changed, taken.removed);
        assert.ok(back.refusal === undefined);
        const order = (one: string) => [...entriesOf(one)].map(([key]) => key);
        assert.deepEqual(order(back.text), order(text));
        assert.deepEqual(new Map(entriesOf(back.text)), new Map(entriesOf(text)));
        assert.deepEqual(commentsOf(back.text), commentsOf(text + change));
        assert.equal(hasTrailing(back.text), all.length > 1 && hasTrailing(text));
      }),
      bounded,
    );
  });

  it('keeps every other entry and every comment where an entry is added', () => {
    fc.assert(
      fc.property(file, ({ text }) => {
        const added = addServer(text, 'mcp', 'new', { url: 'https://new.example' });
        assert.ok(added.refusal === undefined);
        const entries = entriesOf(added.text);
        assert.deepEqual(without(entries, 'new'), [...entriesOf(text)]);
        assert.equal([...entries.keys()].at(-1), 'new');
        assert.deepEqual(commentsOf(added.text), commentsOf(text));
        assert.equal(added.text.startsWith('\ufeff'), text.startsWith('\ufeff'));
        assert.equal(hasTrailing(added.text), hasTrailing(text));
      }),
      bounded,
    );
  });

  it('keeps every other entry where one is replaced or removed', () => {
    fc.assert(
      fc.property(file, fc.nat(), ({ text, names: all }, pick) => {
        const name = all[pick % all.length] ?? '';
        const replaced = replaceServer(text, 'mcp', name, { url: 'https://new.example' });
        assert.ok(replaced.refusal === undefined);
        assert.deepEqual(without(entriesOf(replaced.text), name), without(entriesOf(text), name));
        assert.match(entriesOf(replaced.text).get(name) ?? '', /new\.example/);
        const removed = removeServer(text, 'mcp', name);
        assert.equal(removed.text, takeOut(text, 'mcp', name).text);
      }),
      bounded,
    );
  });
});

function hasTrailing(text: string): boolean {
  const servers = nodeAt(readJson(text).root, ['servers']);
  const last = (servers?.children?.length ?? 0) - 1;
  return servers !== undefined && last >= 0 && placeOf(text, servers, last).comma !== undefined;
}
