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
  'dist/extension.detailRows.js',
  'dist/extension.js',
  'dist/extension.keyring.js',
  'dist/extension.linkedRecords.js',
  'dist/extension.localClients.js',
  'dist/extension.loopbackReceiver.js',
  'dist/extension.pages.js',
  'dist/extension.questions.js',
  'dist/extension.sandboxTrial.js',
  'dist/extension.signInProgress.js',
  'dist/mcpClient.mjs',
  'dist/sandbox.mjs',
  'l10n/bundle.l10n.de.json',
  'media/icon.png',
  'media/view.svg',
  'media/walkthrough/add-server.svg',
  'media/walkthrough/sandbox.svg',
  'media/walkthrough/sign-in.svg',
  'media/walkthrough/use-it.svg',
  'package.json',
  'package.nls.de.json',
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
  const held = shipped.filter((file) => file.startsWith('dist/') && file !== 'dist/sandbox.mjs');
  if (needed.join() !== held.join()) {
    throw new Error(`The extension loads ${needed.join(', ')}; the package would hold ${held.join(', ')}.`);
  }
  const vsix = path.join(root, 'mcp-oauth.vsix');
  run([vsce, 'package', '--no-dependencies', '--out', vsix]);
  hold('What the editor loads at start-up', atStartUp, 200_000);
  const own = later.filter((file) => file !== 'dist/mcpClient.mjs');
  hold('What the extension loads later', own, 300_000);
  hold('The MCP client that tests connections', ['dist/mcpClient.mjs'], 400_000);
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
