/** Makes `mcp-oauth.vsix` and holds what is in it: exactly these files, and no larger than the budget. */
import { execFileSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { makeReproducible } from './archive.ts';
import { billOfMaterials } from './billOfMaterials.ts';
import { bundledPackages, manifestOf } from './bundledPackages.ts';
import { loadedFiles } from './loadedFiles.ts';
import { noticesFor } from './notices.ts';

const root = path.resolve(import.meta.dirname, '../..');
const vsce = createRequire(import.meta.url).resolve('@vscode/vsce/vsce');

/** The whole of what ships. */
export const shipped = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/THIRD-PARTY-NOTICES.txt',
  'dist/extension.chosenCommands.js',
  'dist/extension.chunk.js',
  'dist/extension.cjs',
  'dist/extension.configurationFiles.js',
  'dist/extension.dealings.js',
  'dist/extension.detailRows.js',
  'dist/extension.gateway.js',
  'dist/extension.keyring.js',
  'dist/extension.linkedRecords.js',
  'dist/extension.localClients.js',
  'dist/extension.loopbackReceiver.js',
  'dist/extension.pages.js',
  'dist/extension.questions.js',
  'dist/extension.sandboxTrial.js',
  'dist/extension.signInOffer.js',
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

/** The bundles that ship. */
export const shippedBundles = shipped.filter((file) => /^dist\/.*\.[cm]?js$/.test(file));

/**
 * Leaves beside the bundles what they are made of: `dist/mcp-oauth.cdx.json`.
 * @param folder the repository, or a copy of what the package is made from.
 * @returns the path of the vsix.
 * @throws Error with a sentence that says what is wrong with the package.
 */
export async function makePackage(folder = root): Promise<string> {
  const run = (args: string[]) => runIn(folder, args);
  run([path.join(root, 'esbuild.mjs'), '--production']);
  const packages = bundledPackages(folder, shippedBundles);
  writeFileSync(path.join(folder, 'dist/THIRD-PARTY-NOTICES.txt'), noticesFor(packages));
  writeFileSync(path.join(folder, 'dist/mcp-oauth.cdx.json'), billOfMaterials(folder, packages));
  const listed = run([vsce, 'ls', '--no-dependencies']).trim().split(/\r?\n/).sort();
  if (listed.join() !== shipped.join()) {
    throw new Error(`The package would hold ${listed.join(', ')}; it has to hold ${shipped.join(', ')}.`);
  }
  const { atStartUp, later } = loadedFiles(folder, 'dist/extension.cjs');
  const needed = [...atStartUp, ...later].sort();
  const held = shippedBundles.filter((file) => file !== 'dist/sandbox.mjs');
  if (needed.join() !== held.join()) {
    throw new Error(`The extension loads ${needed.join(', ')}; the package would hold ${held.join(', ')}.`);
  }
  const vsix = path.join(folder, 'mcp-oauth.vsix');
  const channel = isPreRelease(folder) ? ['--pre-release'] : [];
  run([vsce, 'package', '--no-dependencies', ...channel, '--out', vsix]);
  await makeReproducible(vsix);
  const hold = (...held: [string, readonly string[], number]) => holdIn(folder, ...held);
  hold('What the editor loads at start-up', atStartUp, 200_000);
  const own = later.filter((file) => file !== 'dist/mcpClient.mjs');
  hold('What the extension loads later', own, 330_000);
  hold('The MCP client that tests connections', ['dist/mcpClient.mjs'], 400_000);
  hold('The sandbox', ['dist/sandbox.mjs'], 1_000_000);
  hold('The package', ['mcp-oauth.vsix'], 1_000_000);
  return vsix;
}

/** Both registries take plain versions alone; as VS Code advises, those with an odd number in the middle are for the curious. */
export function isPreRelease(folder = root): boolean {
  const [, minor] = String(manifestOf(folder)['version']).split('.');
  return Number(minor) % 2 === 1;
}

/** @throws Error where the files together have more bytes than the budget. */
function holdIn(folder: string, what: string, files: readonly string[], budget: number): void {
  const size = files.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
  if (size > budget) {
    throw new Error(`${what} has ${size} bytes (${files.join(', ')}); the budget is ${budget}.`);
  }
}

function runIn(folder: string, args: string[]): string {
  return execFileSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
