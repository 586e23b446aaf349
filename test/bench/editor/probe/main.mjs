// Measures inside the extension host of a fresh window, and reports it to the bench.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import { gzipSync } from 'node:zlib';
import * as vscode from 'vscode';

const { MCP_OAUTH_BENCH_REPORTS: reports, MCP_OAUTH_BENCH_MEASURED: own } = process.env;
const isOurs = own === 'mcp-oauth.mcp-oauth';
const compared = [
  'vscode.github-authentication',
  'vscode.microsoft-authentication',
  ...(isOurs ? ['mcp-oauth-bench.idle'] : []),
];
const askedTimes = 30;

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');

export function activate() {
  // Not awaited: this activation is part of the start that is measured.
  measure().then(report, (error) => report({ failure: String(error?.stack) }));
}

async function measure() {
  const turn = vscode.workspace.getConfiguration('bench').get('first');
  if (turn === undefined) await startedByItself();
  // What is loaded first pays for what all need of Node. Only that one is known to be loaded by itself: at the end of the
  // start VS Code loads several at once, and tells of each how long all together took.
  const all = [own, ...compared];
  for (const index of all.keys())
    await vscode.extensions.getExtension(all[(index + (turn ?? 0)) % all.length]).activate();
  const [first] = Object.keys(vscode.workspace.getConfiguration('mcpOAuth').get('servers') ?? {});
  const sessions =
    first === undefined || !isOurs
      ? undefined
      : await byTurns({
          own: () => vscode.authentication.getSession(`mcp-oauth:${first}`, [], { silent: true }),
          github: () => vscode.authentication.getSession('github', ['user:email'], { silent: true }),
        });
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return {
    sessions,
    heldMb: (heapUsed + external) / 1e6,
    activations: await activations(),
    bundles: Object.fromEntries(
      await Promise.all([own, ...compared].map(async (id) => [id, await bundleOf(id)])),
    ),
  };
}

/** As in every window: VS Code starts it once it has started itself, and whoever asked for it before would hurry that. */
async function startedByItself() {
  while (!vscode.extensions.getExtension(own).isActive) await new Promise((next) => setTimeout(next, 50));
}

/** Milliseconds of each call. */
async function byTurns(calls) {
  const took = Object.fromEntries(Object.keys(calls).map((name) => [name, []]));
  for (let round = 0; round < askedTimes; round++)
    for (const [name, call] of Object.entries(calls)) {
      const began = performance.now();
      await call();
      took[name].push(performance.now() - began);
    }
  return took;
}

/** What VS Code says of the start of each extension, in milliseconds: `Developer: Startup Performance`. */
async function activations() {
  await vscode.commands.executeCommand('perfview.show');
  for (let tries = 0; tries < 100; tries++) {
    const page = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'perf')?.getText() ?? '';
    const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    const found = Object.fromEntries(
      rows.flatMap((cells) => ([own, ...compared].includes(cells[1]) ? [[cells[1], cells.slice(2, 6)]] : [])),
    );
    if (own in found) return found;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error('VS Code does not tell how long extensions took to start.');
}

/** What is loaded at the start, in bytes. */
async function bundleOf(id) {
  const { extensionPath, packageJSON } = vscode.extensions.getExtension(id);
  const main = path.join(extensionPath, packageJSON.main);
  const text = await readFile(main).catch(() => readFile(`${main}.js`));
  return { bytes: text.length, zippedBytes: gzipSync(text).length };
}

function report(what) {
  return fetch(reports, { method: 'POST', body: JSON.stringify(what) });
}
