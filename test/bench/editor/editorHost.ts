/** A real VS Code whose window is loaded again and again, each time with a fresh extension host that measures itself. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { within } from '../../support/deadline.ts';
import { openWorkbench, type OpenWorkbench } from '../../support/vscode/openWorkbench.ts';
import { Reports } from './reports.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const loadMs = 90_000;

/** What VS Code says of an extension's start: eager or not, and milliseconds of loading, activating and all that it awaits. */
export type Activation = readonly [eager: string, load: string, call: string, finish: string];

export interface HostFigures {
  readonly sessions?: { readonly own: readonly number[]; readonly github: readonly number[] };
  readonly heldMb: number;
  readonly activations: Readonly<Record<string, Activation>>;
  readonly bundles: Readonly<Record<string, { readonly bytes: number; readonly zippedBytes: number }>>;
}

export class EditorHost {
  private readonly folder: string;
  private readonly reports: Reports;
  private opened: OpenWorkbench | undefined;

  private constructor(folder: string, reports: Reports) {
    this.folder = folder;
    this.reports = reports;
  }

  static async open(): Promise<EditorHost> {
    return new EditorHost(await mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-bench-')), await Reports.open());
  }

  get userDataDir(): string {
    return path.join(this.folder, 'data');
  }

  /**
   * Loads the window with so many servers in the settings; what its extension host says of itself.
   * @param further a server beside them.
   */
  async load(
    servers: number,
    further: Readonly<Record<string, { readonly url: string }>> = {},
  ): Promise<{ readonly figures: HostFigures; readonly opened: OpenWorkbench }> {
    await this.writeSettings(servers, further);
    const reported = this.reports.next();
    // It may fail while the window is still being opened.
    reported.catch(() => undefined);
    await this.opened?.workbench.page.goto(this.opened.url);
    const opened = (this.opened ??= await this.start());
    return { figures: await within(loadMs, 'VS Code did not measure itself.', reported), opened };
  }

  async close(): Promise<void> {
    await this.opened?.close();
    this.reports.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  private start(): Promise<OpenWorkbench> {
    return openWorkbench({
      extensionDevelopmentPath: repository,
      extensionFolders: [path.join(import.meta.dirname, 'probe')],
      userDataDir: this.userDataDir,
      extensionsDir: path.join(this.folder, 'extensions'),
      env: { MCP_OAUTH_BENCH_REPORTS: this.reports.address },
    });
  }

  private async writeSettings(servers: number, further: object): Promise<void> {
    const named = Array.from({ length: servers }, (_, index) => [
      `server-${String(index + 1).padStart(4, '0')}`,
      { url: `https://server-${index + 1}.example/mcp` },
    ]);
    const folder = path.join(this.userDataDir, 'User');
    await mkdir(folder, { recursive: true });
    const settings = {
      ...quiet,
      'mcpOAuth.servers': { ...(Object.fromEntries(named) as object), ...further },
    };
    await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings));
  }
}

const quiet = {
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.commandCenter.enabled': false,
  'workbench.startupEditor': 'none',
  'security.workspace.trust.enabled': false,
};
