// Runs a script of this repository on the Node that it pins, on a fresh clone as well: installs the dependencies
// when they are missing or the lock file has changed, then hands over. Plain JavaScript without dependencies,
// so that any Node from 18 on can start it: `node test/support/run.mjs <script> [arguments…]`.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './installLock.mjs';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const modules = join(repository, 'node_modules');
const stamp = join(modules, '.mcp-oauth-installed');
/** Held by whoever installs: others that are started meanwhile would empty the folder under it. */
const installing = join(repository, '.installing');
const onWindows = process.platform === 'win32';

const [script, ...scriptArguments] = process.argv.slice(2);
try {
  if (!script) throw new Error('Name a script: node test/support/run.mjs <script.ts|.mjs> [arguments…]');
  if (!(isInstalled() && (await hasPinnedNode()))) await withLock(installing, install, sayWaiting);
  await handOver(pinnedNode().binary);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/** What is missing by now: another that held the lock before may have installed it. */
async function install() {
  if (!isInstalled()) await installDependencies();
  if (!(await hasPinnedNode())) await fetchPinnedNode();
}

function sayWaiting(pid) {
  console.log(`Waiting for process ${pid}, which installs the dependencies of this repository`);
}

/** Whether the stamp says that this very lock file was installed. */
function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockFileHash();
}

function lockFileHash() {
  return createHash('sha256')
    .update(readFileSync(join(repository, 'package-lock.json')))
    .digest('hex');
}

async function installDependencies() {
  // npm keeps a copy of what it installed; a checkout that was set up by hand needs no second installation.
  if (existsSync(stamp) || !alreadyInstalled()) {
    await step('Installing the dependencies of this repository (npm ci)', onWindows ? 'npm.cmd' : 'npm', [
      'ci',
    ]);
  }
  writeFileSync(stamp, lockFileHash());
}

/** Whether node_modules holds every package of the lock file that this platform needs, in its version. */
function alreadyInstalled() {
  const copy = join(modules, '.package-lock.json');
  if (!existsSync(copy)) return false;
  const wanted = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(copy, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([place, { version, optional }]) => place === '' || optional || found[place]?.version === version,
  );
}

function pinnedNode() {
  const folder = join(modules, 'node');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { folder, version, binary: join(folder, 'bin', onWindows ? 'node.exe' : 'node') };
}

async function hasPinnedNode() {
  const { version, binary } = pinnedNode();
  return (await versionOf(binary)) === `v${version}`;
}

/** npm may decline to run the install script that puts the binary in place. */
async function fetchPinnedNode() {
  const { folder, version, binary } = pinnedNode();
  await step(`Fetching Node ${version}`, process.execPath, ['installArchSpecificPackage.js'], folder);
  const now = await versionOf(binary);
  if (now !== `v${version}`) {
    throw new Error(`Node ${version} is needed, but ${binary} answers ${now ?? 'nothing'}.`);
  }
}

/** What `node --version` prints, or nothing where there is no binary that runs. */
async function versionOf(binary) {
  if (!existsSync(binary)) return undefined;
  return new Promise((done) => {
    let output = '';
    const child = spawn(binary, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('error', () => done(undefined));
    child.on('close', () => done(output.trim() || undefined));
  });
}

/** Runs one step of the installation, with a dot every few seconds; what it printed is shown only on failure. */
async function step(sentence, command, args, cwd = repository) {
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  process.stdout.write(`${sentence} `);
  const dots = setInterval(() => process.stdout.write('.'), 3_000);
  let output = '';
  const code = await new Promise((done) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], shell: onWindows });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => ((output += error.message), done(1)));
    child.on('close', done);
  });
  clearInterval(dots);
  process.stdout.write(` ${elapsed()}\n`);
  if (code === 0) return;
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(output);
  const reason = offline ? 'the package registry cannot be reached (no network?)' : `it ended with ${code}`;
  throw new Error(`${causeIn(output)}\n\n${sentence} failed: ${reason}.`);
}

/** npm names the cause below its warnings and above its manual. */
function causeIn(output) {
  const lines = output.split('\n').filter((line) => !line.startsWith('npm warn'));
  return lines.slice(0, 20).join('\n').trimEnd();
}

/** Starts the script, passes signals on to it and ends as it ends. */
async function handOver(node) {
  const path = [join(modules, '.bin'), dirname(node), process.env.PATH ?? ''].join(delimiter);
  const child = spawn(node, [resolve(script), ...scriptArguments], {
    stdio: 'inherit',
    // SQLite comes with Node, which calls it experimental in front of everything else that is printed.
    env: {
      ...process.env,
      PATH: path,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning`.trim(),
    },
  });
  const pass = (signal) => child.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  process.exitCode = await new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
