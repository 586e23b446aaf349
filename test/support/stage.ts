/**
 * Sets the stage for what runs inside the extension host: the bundles, two sandboxes (one whose tokens last, one whose
 * tokens end soon), the settings that name their servers, and a real VS Code.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { runInVSCode } from './vscode/runInVSCode.ts';

/**
 * Where the authorization server listens: VS Code rewrites addresses at `localhost` and 127.0.0.1 that it opens, and
 * macOS has no other IPv4 address of its own.
 */
export const sandboxHost = process.platform === 'darwin' ? '[::1]' : '127.0.0.2';

/** What the person at the screen types into the consent pages. */
export const passphrase = 'correct horse battery staple';

const repository = path.resolve(import.meta.dirname, '../..');

export interface Play {
  /** The bundle with `run()`, below the repository. */
  readonly tests: string;
  /** How long the tokens of the server `sandbox` live. */
  readonly accessTokenSeconds?: number;
  readonly servers: (sandboxes: {
    readonly sandbox: Sandbox;
    readonly brief: Sandbox;
  }) => Record<string, unknown>;
  /** Folders of further extensions that count as installed, below the repository. */
  readonly extensionFolders?: readonly string[];
  readonly deadlineMs?: number;
}

/** The exit code of what ran. */
export async function onStage({
  tests,
  accessTokenSeconds = 3600,
  servers,
  extensionFolders = [],
  deadlineMs = 900_000,
}: Play): Promise<number> {
  execFileSync(process.execPath, ['esbuild.mjs', '--tests'], { cwd: repository, stdio: 'inherit' });
  const sandbox = await startSandbox({ authorizationHost: sandboxHost, passphrase, accessTokenSeconds });
  // Its sign-ins end soon, and for good.
  const brief = await startSandbox({
    authorizationHost: sandboxHost,
    passphrase,
    accessTokenSeconds: 15,
    refreshTokens: false,
  });
  const userDataDir = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-stage-'));

  try {
    return await runInVSCode({
      extensionDevelopmentPath: repository,
      extensionTestsPath: path.join(repository, tests),
      extensionFolders: extensionFolders.map((folder) => path.join(repository, folder)),
      trustedDomains: [sandbox.issuer, brief.issuer],
      userDataDir,
      settings: { 'mcpOAuth.servers': servers({ sandbox, brief }) },
      env: {
        MCP_OAUTH_STAGE: JSON.stringify({
          sandbox: { issuer: sandbox.issuer, mcpUrl: sandbox.mcpUrl },
          brief: { issuer: brief.issuer, mcpUrl: brief.mcpUrl },
          passphrase,
          userDataDir,
        }),
      },
      deadlineMs,
    });
  } finally {
    await Promise.all([sandbox.close(), brief.close()]);
    await rm(userDataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}
