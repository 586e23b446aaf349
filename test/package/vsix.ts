/** Makes `mcp-oauth.vsix` and holds what is in it: exactly these files, and no larger than the budget. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { loadedFiles } from './loadedFiles.ts';

const root = path.resolve(import.meta.dirname, '../..');
const vsce = createRequire(import.meta.url).resolve('@vscode/vsce/vsce');

/** The whole of what ships. */
const shipped = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/extension.chosenCommands.js',
  'dist/extension.chunk.js',
  'dist/extension.configurationFiles.js',
  'dist/extension.dealings.js',
  'dist/extension.js',
  'dist/extension.linkedRecords.js',
  'dist/extension.localClients.js',
  'dist/extension.loopbackReceiver.js',
  'dist/extension.sandboxTrial.js',
  'dist/sandbox.mjs',
  'media/icon.png',
  'media/view.svg',
  'package.json',
  'package.nls.json',
];

/** @throws Error with a sentence that says what is wrong with the package. */
export function makePackage(): string {
  run(['esbuild.mjs', '--production']);
  const listed = run([vsce, 'ls', '--no-dependencies']).trim().split(/\r?\n/).sort();
  if (listed.join() !== shipped.join()) {
    throw new Error(`The package would hold ${listed.join(', ')}; it has to hold ${shipped.join(', ')}.`);
  }
  const { atStartUp, later } = loadedFiles(root, 'dist/extension.js');
  const needed = [...atStartUp, ...later].sort();
  const held = shipped.filter((file) => file.startsWith('dist/extension.'));
  if (needed.join() !== held.join()) {
    throw new Error(`The extension loads ${needed.join(', ')}; the package would hold ${held.join(', ')}.`);
  }
  const vsix = path.join(root, 'mcp-oauth.vsix');
  run([vsce, 'package', '--no-dependencies', '--out', vsix]);
  hold('What the editor loads at start-up', atStartUp, 200_000);
  hold('What the extension loads later', later, 300_000);
  hold('The sandbox', ['dist/sandbox.mjs'], 1_000_000);
  hold('The package', ['mcp-oauth.vsix'], 1_000_000);
  return vsix;
}

/** @throws Error where the files together have more bytes than the budget. */
function hold(what: string, files: readonly string[], budget: number): void {
  const size = files.reduce((sum, file) => sum + statSync(path.join(root, file)).size, 0);
  if (size > budget) {
    throw new Error(`${what} has ${size} bytes (${files.join(', ')}); the budget is ${budget}.`);
  }
}

function run(args: string[]): string {
  return execFileSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
