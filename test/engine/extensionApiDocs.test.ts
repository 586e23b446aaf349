// The documentation for authors of extensions says what its example does, and the example is what compiles.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');
const text = (...file: string[]) => readFileSync(path.join(root, ...file), 'utf8');
const example = ['examples', 'notes-reader'];

it('The code in the documentation of the interface is the example’s, line by line', () => {
  const flat = (code: string) => code.replace(/^ +/gm, '').trim();
  const source = flat(text(...example, 'src', 'extension.ts'));
  const blocks = [...text('docs', 'extension-api.md').matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  assert.ok(blocks.length >= 5);
  for (const [, block = ''] of blocks) assert.ok(source.includes(flat(block)), block);
});

it('The example has the interface as the extension has it', () => {
  assert.equal(text(...example, 'src', 'mcpOAuth.ts'), text('src', 'vscode', 'api.ts'));
});

it('The interface stands by itself, for others to copy: it imports types of VS Code alone', () => {
  const source = text('src', 'vscode', 'api.ts');
  const imports = [...source.matchAll(/^(import|export) .*from '([^']+)'/gm)].map(([line]) => line);
  assert.deepEqual(imports, ["import type { Event, Extension, Uri } from 'vscode'"]);
  assert.ok(!/\bany\b/.test(source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')));
});

it('The example compiles, strictly', () => {
  const configuration = JSON.parse(text(...example, 'tsconfig.json')) as {
    readonly compilerOptions: { readonly strict: boolean };
  };
  assert.ok(configuration.compilerOptions.strict);
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '--project', path.join(root, ...example)], { stdio: 'pipe' });
});
