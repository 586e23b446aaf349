// Runs a script of this repository on the Node that it pins, on a fresh clone as well: installs the dependencies
// when they are missing or the lock file has changed, then hands over. Plain JavaScript without dependencies,
// so that any Node from 18 on can start it: `node test/support/run.mjs <script> [arguments…]`.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const modules = join(repository, 'node_modules');
const stamp = join(modules, '.mcp-oauth-installed');
const onWindows = process.platform === 'win32';

const [script, ...scriptArguments] = process.argv.slice(2);
try {
  if (!script) throw new Error('Name a script: node test/support/run.mjs <script.ts|.mjs> [arguments…]');
  await installDependencies();
  await handOver(await pinnedNode());
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/** Installs what the lock file names, unless the stamp says that this very lock file was installed. */
async function installDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(join(repository, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  // npm keeps a copy of what it installed; a checkout that was set up by hand needs no second installation.
  if (existsSync(stamp) || !alreadyInstalled()) {
    await step('Installing the dependencies of this repository (npm ci)', onWindows ? 'npm.cmd' : 'npm', [
      'ci',
    ]);
  }
  writeFileSync(stamp, lock);
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

/** The pinned Node. npm may decline to run the install script that puts the binary in place; then we run it. */
async function pinnedNode() {
  const folder = join(modules, 'node');
  const binary = join(folder, 'bin', onWindows ? 'node.exe' : 'node');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if ((await versionOf(binary)) !== `v${version}`) {
    await step(`Fetching Node ${version}`, process.execPath, ['installArchSpecificPackage.js'], folder);
    const now = await versionOf(binary);
    if (now !== `v${version}`) {
      throw new Error(`Node ${version} is needed, but ${binary} answers ${now ?? 'nothing'}.`);
    }
  }
  return binary;
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
