// Puts code-server, which holds the real VS Code, into the person's cache folder: 80 seconds and 600 MB, once for each
// lock file and Node version. It stays out of the project's own dependencies and its install scripts never run.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';

import { cacheFolder } from './cacheFolder.ts';
import { runInstallStep } from './installStep.ts';

const pinned = path.join(import.meta.dirname, 'code-server');

/** The two native modules whose absence makes VS Code complain without end; the others are not used in tests. */
const rebuilt = ['@vscode/native-watchdog', '@vscode/spdlog'];

/** The folder of the installed `code-server` package; installs it where it is missing. */
export async function provideCodeServer(): Promise<string> {
  if (process.platform === 'win32') {
    throw new Error('code-server runs on Linux and macOS only. On Windows run this inside WSL.');
  }
  const lock = await fs.readFile(path.join(pinned, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).update(process.version).digest('hex').slice(0, 12);
  const folder = path.join(cacheFolder(), `code-server-${hash}`);
  if (!existsSync(folder)) await installInto(folder);
  return path.join(folder, 'node_modules', 'code-server');
}

/** Builds the folder beside its final place and renames it, so that what has the name is always complete. */
async function installInto(folder: string): Promise<void> {
  const partial = `${folder}.partial-${process.pid}`;
  try {
    await fs.mkdir(partial, { recursive: true });
    await installPackages(partial);
    await buildNativeModules(partial);
    await fs.rename(partial, folder);
  } catch (error) {
    // Another process may have finished the same folder first: then its work is ours.
    if (!existsSync(folder)) throw error;
  } finally {
    await fs.rm(partial, { recursive: true, force: true });
  }
}

async function installPackages(folder: string): Promise<void> {
  for (const file of ['package.json', 'package-lock.json']) {
    await fs.copyFile(path.join(pinned, file), path.join(folder, file));
  }
  await runInstallStep({
    sentence: `Installing code-server into ${path.dirname(folder)} (once, 1 of 2)`,
    command: 'npm',
    args: ['ci', '--ignore-scripts'],
    cwd: folder,
  });
  // Not `npm ci`: the lock file inside code-server lacks one package of its own manifest.
  await runInstallStep({
    sentence: 'Installing what its VS Code needs (once, 2 of 2)',
    command: 'npm',
    args: ['install', '--no-save', '--omit=dev', '--ignore-scripts'],
    cwd: vscodeFolder(folder),
  });
}

function vscodeFolder(folder: string): string {
  return path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

/** VS Code works without its native modules, only noisily: a machine without a compiler is no reason to stop. */
async function buildNativeModules(folder: string): Promise<void> {
  try {
    await runInstallStep({
      sentence: 'Building two of its native modules (once)',
      command: 'npm',
      args: ['rebuild', ...rebuilt],
      cwd: vscodeFolder(folder),
      env: { npm_config_nodedir: await provideHeaders(folder) },
    });
  } catch {
    console.log('The native modules could not be built (no python3, make, g++?). VS Code does without them.');
  } finally {
    await fs.rm(headersFolder(folder), { recursive: true, force: true });
  }
}

/** A folder with the headers of the running Node: its own, or those of the package that its binary comes from. */
async function provideHeaders(folder: string): Promise<string> {
  const own = path.resolve(path.dirname(process.execPath), '..');
  if (existsSync(path.join(own, 'include', 'node', 'node.h'))) return own;
  const { platform, arch } = process;
  const name = `${platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${arch}`;
  const headers = headersFolder(folder);
  await fs.mkdir(headers);
  await fs.writeFile(path.join(headers, 'package.json'), '{ "private": true }');
  await runInstallStep({
    sentence: `Fetching the headers of Node ${process.version} (once)`,
    command: 'npm',
    args: ['install', '--no-save', '--ignore-scripts', `${name}@${process.versions.node}`],
    cwd: headers,
  });
  return path.join(headers, 'node_modules', name);
}

function headersFolder(folder: string): string {
  return path.join(folder, 'headers');
}
