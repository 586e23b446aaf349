import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { messagesIn, spokenMessages } from '../l10n/spokenMessages.ts';
import { arranged, translationFiles, type Texts } from '../l10n/translation.ts';
import { commandTitles, translationFaults } from '../l10n/translationFaults.ts';

/** Names and formulas, which are the same everywhere. */
const same = new Set<string>([]);

const files = translationFiles('de');
const manifest = files.find(({ file }) => file === 'package.nls.de.json');
const names = {
  commands: commandTitles(
    Object.fromEntries(manifest?.sentences.map(({ key, english }) => [key, english]) ?? []),
    manifest?.translated ?? {},
  ),
  same,
};

describe('The German translation', () => {
  for (const { file, sentences, translated } of files) {
    it(`has every sentence, rightly, in ${file}`, () => {
      assert.ok(sentences.length > 80);
      const faults = sentences.flatMap(({ key, english, where }) =>
        translationFaults(english, translated[key] ?? '', names).map(
          (fault) => `${where}: ${JSON.stringify(english)} ${fault}`,
        ),
      );
      assert.deepEqual(faults, [], 'npm run l10n tells what is missing and puts it there to be filled in.');
    });

    it(`has no sentence that nobody says, and the order of the English, in ${file}`, () => {
      const expected = arranged({ file, sentences, translated });
      assert.deepEqual(Object.keys(translated), Object.keys(expected), 'npm run l10n puts this right.');
    });
  }

  it('is where the manifest says that it is', () => {
    const read = (name: string) =>
      JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')) as {
        readonly l10n: string;
      };
    assert.deepEqual(
      files.map(({ file }) => file),
      [`${read('package.json').l10n.replace('./', '')}/bundle.l10n.de.json`, 'package.nls.de.json'],
    );
  });
});

describe('The sentences of the source', () => {
  it('are literals, so that each can be translated', () => {
    assert.deepEqual(spokenMessages().unreadable, []);
  });

  it('are found in every form that the editor takes', () => {
    const found = messagesIn(
      'a.ts',
      [
        "import { l10n } from 'vscode';",
        'const { t } = l10n;',
        "export const a = () => t('one {0}', t(`two`));",
        "export const b = () => l10n.t({ message: 'three', args: [1], comment: ['a', 'b'] });",
        "export const c = () => t({ message: 'four', comment: 'c' });",
        'export const isTranslated = () => l10n.bundle !== undefined;',
      ].join('\n'),
    );
    assert.deepEqual(found, {
      messages: [
        { key: 'one {0}', message: 'one {0}', where: 'a.ts:3' },
        { key: 'two', message: 'two', where: 'a.ts:3' },
        { key: 'three/ab', message: 'three', where: 'a.ts:4' },
        { key: 'four/c', message: 'four', where: 'a.ts:5' },
      ],
      unreadable: [],
    });
  });

  for (const [what, text] of Object.entries({
    'a text put together': "t('a' + name)",
    'a text with a value inside': 't(`a ${name}`)',
    'a message in a variable': 't({ message: name })',
    'a spread': 't({ ...name })',
    'another name for t': "const say = t; say('a')",
    't handed on': 'texts.map(t)',
    'l10n.t handed on': 'texts.map(l10n.t)',
    'another name for l10n': 'const other = l10n;',
    'another import': "import { l10n as other } from 'vscode';",
    nothing: 't()',
  })) {
    it(`are not overlooked: ${what}`, () => {
      assert.deepEqual(messagesIn('a.ts', text).unreadable, ['a.ts:1']);
    });
  }
});

describe('What the check of a translation sees', () => {
  const commands = new Map([['Sign In…', 'Anmelden…']]);
  const faultsOf = (english: string, german: string) =>
    translationFaults(english, german, { commands, same: new Set(['Client Metadata Document']) });

  const right: Texts = {
    'Sign in to “{0}” as {1}.': 'Als {1} bei „{0}“ anmelden.',
    'Run “MCP OAuth: Sign In…”.': '„MCP OAuth: Anmelden…“ ausführen.',
    '[Add](command:a.b) `x` at https://a.example/b.': '`x` unter https://a.example/b [zugeben](command:a.b).',
    'Set “oauth.scopes” to { "prompt": "" }, or “oauth.scopes” to nothing.':
      '„oauth.scopes“ auf { "prompt": "" } setzen.',
    'Client Metadata Document': 'Client Metadata Document',
  };
  for (const [english, german] of Object.entries(right))
    it(`is nothing in ${JSON.stringify(german)}`, () => assert.deepEqual(faultsOf(english, german), []));

  const wrong: readonly (readonly [string, string, string])[] = [
    ['Open', '', 'is missing'],
    ['As {0} at {1}', 'Als {0}', 'has other placeholders'],
    ['[Add](command:a.b)', '[Zugeben](command:a.c)', 'has other command links'],
    ['At https://a.example', 'Unter https://b.example', 'has other addresses'],
    ['Set `true`', 'Setze `wahr`', 'has other names in backticks'],
    ['Set oauth.scopes', 'Setze oauth.bereiche', 'has other names of settings'],
    ['$(add) New', '$(plus) Neu', 'has other icons'],
    ['The server did not answer', 'The server did not answer', 'is not translated'],
    ['Say “a”', 'Sage “a”', 'has quotes of another language'],
    ['Say “a”', 'Sage "a"', 'has quotes of another language'],
    ['Say “a”', 'Sage „a', 'has quotes of another language'],
    ['Add…', 'Zugeben', 'ends in another way'],
    ['Run “MCP OAuth: Sign In…”', '„MCP OAuth: Einloggen…“', 'calls a command something else than Anmelden…'],
    ['Use “Sign In…”', '„Einloggen…“ nehmen', 'calls a command something else than Anmelden…'],
    ['Run “MCP OAuth: Go”', '„MCP OAuth: Los“', 'names a command that is not there: Go'],
  ];
  for (const [english, german, fault] of wrong)
    it(`is that ${JSON.stringify(german)} ${fault}`, () =>
      assert.equal(faultsOf(english, german).join(', '), fault));
});
