// Runs tests inside the extension host of a real VS Code, through `@vscode/test-electron` as for the desktop, with an
// executable of our own in place of the downloaded one.
import { rmSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { runTests, TestRunFailedError } from '@vscode/test-electron';

import { provideChromium } from '../chromium.ts';
import { provideCodeServer } from '../codeServerInstall.ts';

export interface HostRun {
  readonly extensionDevelopmentPath: string;
  /** A CommonJS module that exports `run(): Promise<void>`. */
  readonly extensionTestsPath: string;
  /** The folder to open. */
  readonly workspace?: string;
  /** Packaged extensions (.vsix files) to install first. */
  readonly extensions?: readonly string[];
  /** Folders of unpacked extensions that are to count as installed. */
  readonly extensionFolders?: readonly string[];
  /** A folder for settings, logs and state that stays; a temporary one if not given. */
  readonly userDataDir?: string;
  /** Variables for the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /** Origins that `openExternal` may open without asking. */
  readonly trustedDomains?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** For the whole run, from the open window to the last test. */
  readonly deadlineMs?: number;
}

/** The exit code of the tests: 0 where all passed. */
export async function runInVSCode(run: HostRun): Promise<number> {
  // Downloads are shown here, where they may take their time, and not under the deadline of the tests.
  await provideChromium();
  await provideCodeServer();
  const profile = await fs.mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-host-'));
  const discard = (): void => rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  // `runTests` sees to SIGINT only.
  const terminate = (): void => process.exit(143);
  process.once('exit', discard).once('SIGTERM', terminate);
  try {
    return await runTests(await testOptions(run, profile));
  } catch (error) {
    if (error instanceof TestRunFailedError) return error.code ?? 1;
    throw error;
  } finally {
    process.off('exit', discard).off('SIGTERM', terminate);
    discard();
  }
}

async function testOptions(run: HostRun, profile: string): Promise<Parameters<typeof runTests>[0]> {
  const { extensionDevelopmentPath, extensionTestsPath, workspace, deadlineMs } = run;
  const userData = run.userDataDir ?? path.join(profile, 'data');
  await seedSettings(userData, run.settings ?? {});
  return {
    vscodeExecutablePath: path.join(import.meta.dirname, 'code.ts'),
    extensionDevelopmentPath,
    extensionTestsPath,
    extensionTestsEnv: {
      ...run.env,
      ...(deadlineMs !== undefined && { MCP_OAUTH_HOST_DEADLINE_MS: String(deadlineMs) }),
      // The executable is started by name of its interpreter: it has to be this one.
      PATH: [path.dirname(process.execPath), process.env['PATH']].join(path.delimiter),
    },
    launchArgs: [
      ...(workspace === undefined ? [] : [workspace]),
      `--user-data-dir=${userData}`,
      `--extensions-dir=${path.join(profile, 'extensions')}`,
      ...(run.extensions ?? []).map((vsix) => `--install-extension=${vsix}`),
      ...(run.extensionFolders ?? []).map((folder) => `--extension-folder=${folder}`),
      ...(run.trustedDomains ?? []).map((domain) => `--link-protection-trusted-domains=${domain}`),
    ],
  };
}

async function seedSettings(userData: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const folder = path.join(userData, 'User');
  await fs.mkdir(folder, { recursive: true });
  await fs.writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings));
}
