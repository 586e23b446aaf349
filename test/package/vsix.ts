/** Makes `mcp-oauth.vsix` and holds what is in it: exactly these files, and no larger than the budget. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const vsce = createRequire(import.meta.url).resolve('@vscode/vsce/vsce');

/** The whole of what ships. */
const shipped = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/extension.cjs',
  'dist/sandbox.mjs',
  'media/icon.png',
  'media/view.svg',
  'package.json',
  'package.nls.json',
];

/** Bytes: the budgets of the two bundles and of the package. */
const budgets = { 'dist/extension.cjs': 200_000, 'dist/sandbox.mjs': 1_000_000, 'mcp-oauth.vsix': 1_000_000 };

/** @throws Error with a sentence that says what is wrong with the package. */
export function makePackage(): string {
  run(['esbuild.mjs', '--production']);
  const listed = run([vsce, 'ls', '--no-dependencies']).trim().split(/\r?\n/).sort();
  if (listed.join() !== shipped.join()) {
    throw new Error(`The package would hold ${listed.join(', ')}; it has to hold ${shipped.join(', ')}.`);
  }
  // The sandbox is a program of its own: the editor loads none of it at start-up.
  if (readFileSync(path.join(root, 'dist/extension.cjs'), 'utf8').includes('oidc-provider')) {
    throw new Error('dist/extension.cjs holds the sandbox, which is to be loaded only when it is asked for.');
  }
  const vsix = path.join(root, 'mcp-oauth.vsix');
  run([vsce, 'package', '--no-dependencies', '--out', vsix]);
  for (const [file, budget] of Object.entries(budgets)) {
    const { size } = statSync(path.join(root, file));
    if (size > budget) throw new Error(`${file} has ${size} bytes; the budget is ${budget}.`);
  }
  return vsix;
}

function run(args: string[]): string {
  return execFileSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
