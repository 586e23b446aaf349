import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inLabel, inMarkdown, inMenu } from '../../src/vscode/plainText.ts';

describe('Text that is not ours', () => {
  it('makes no icon in a label', () => {
    assert.equal(inLabel('$(pass-filled) notes $(key)'), '\\$(pass-filled) notes \\$(key)');
    assert.equal(inLabel('price in $'), 'price in $');
  });

  it('makes none in a menu either, where a backslash would be seen', () => {
    assert.equal(inMenu('$(pass-filled) notes $(key)'), '$ (pass-filled) notes $ (key)');
    assert.equal(inMenu('price in $'), 'price in $');
  });

  it('has no sign left in Markdown that means something there', () => {
    const hostile =
      '[Sign In](command:workbench.action.quit) | <b>**_`x`_**</b> $(key) https://evil.example ![](a) &amp; \\ #1 ~a~ a@b.example';
    assert.match(inMarkdown(hostile), /^(?:[\p{L}\p{N} ]|&#\d+;)+$/u);
  });

  it('says the same to whoever reads it', () => {
    const read = (text: string) =>
      inMarkdown(text).replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
    for (const text of ['notes & more', 'a|b', 'größe', 'café', '日本語', '🔑 (1)'])
      assert.equal(read(text), text);
  });

  it('is one line, without signs that turn the reading around', () => {
    for (const plain of [inLabel, inMenu]) assert.equal(plain('a\nb\u202Ec'), 'a b c');
    assert.equal(inMarkdown('a\n\n# b'), 'a &#35; b');
  });
});
