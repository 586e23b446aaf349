/** Starts a real VS Code whose extension host becomes a station, and stays until that ends. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { runInVSCode } from '../support/vscode/runInVSCode.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const { MCP_OAUTH_BENCH = '', MCP_OAUTH_BENCH_STATION = '' } = process.env;

execFileSync(process.execPath, ['esbuild.mjs', '--tests', '--production'], {
  cwd: repository,
  stdio: 'inherit',
});
process.exitCode = await runInVSCode({
  extensionDevelopmentPath: repository,
  extensionTestsPath: path.join(repository, 'dist/test/bench.mjs'),
  env: { MCP_OAUTH_BENCH, MCP_OAUTH_BENCH_STATION },
  deadlineMs: 1_800_000,
});
