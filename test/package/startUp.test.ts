/** What the editor has to do before the extension is there: it loads one file, and that asks for little. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const dist = path.resolve(import.meta.dirname, '../../dist');
const startUp = readFileSync(path.join(dist, 'extension.cjs'), 'utf8');

describe('The start-up that is built', () => {
  it('is one file, which loads nothing but the editor and modules of Node', () => {
    const loaded = [...startUp.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name);
    assert.deepEqual(
      loaded.filter((name) => name !== 'vscode' && !name.startsWith('node:')),
      [],
    );
  });

  it('asks once for the editor, which looks up the real path of the file that asks each time', () => {
    assert.equal(startUp.match(/\brequire\("vscode"\)/g)?.length, 1);
  });

  it('is handed on to what is loaded later, so that Node reads it once', () => {
    const handedOn = readFileSync(path.join(dist, 'extension.chunk.js'), 'utf8');
    assert.match(handedOn, /createRequire\(import\.meta\.url\)\("\.\/extension\.cjs"\)/);
    assert.ok(statSync(path.join(dist, 'extension.chunk.js')).size < 5_000);
  });
});
