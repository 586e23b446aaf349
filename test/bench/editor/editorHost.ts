/** A real VS Code whose window is loaded again and again, each time with a fresh extension host that measures itself. */
import { cp, mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { within } from '../../support/deadline.ts';
import { openWorkbench, type OpenWorkbench } from '../../support/vscode/openWorkbench.ts';
import { Reports } from './reports.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const loadMs = 90_000;

/** What VS Code says of an extension's start: eager or not, and milliseconds of loading, activating and all that it awaits. */
export type Activation = readonly [eager: string, load: string, call: string, finish: string];

/** Whose window it is: that of this extension, or of one that does nothing but have VS Code do as much. */
export type MeasuredExtension = 'mcp-oauth.mcp-oauth' | 'mcp-oauth-bench.floor';

export interface HostFigures {
  readonly sessions?: { readonly own: readonly number[]; readonly github: readonly number[] };
  readonly heldMb: number;
  readonly activations: Readonly<Record<string, Activation>>;
  readonly bundles: Readonly<Record<string, { readonly bytes: number; readonly zippedBytes: number }>>;
}

export class EditorHost {
  private readonly measured: MeasuredExtension;
  private readonly folder: string;
  private readonly reports: Reports;
  private opened: OpenWorkbench | undefined;

  private constructor(measured: MeasuredExtension, folder: string, reports: Reports) {
    this.measured = measured;
    this.folder = folder;
    this.reports = reports;
  }

  static async open(measured: MeasuredExtension = 'mcp-oauth.mcp-oauth'): Promise<EditorHost> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-bench-'));
    return new EditorHost(measured, folder, await Reports.open());
  }

  get userDataDir(): string {
    return path.join(this.folder, 'data');
  }

  /**
   * Loads the window with so many servers in the settings; what its extension host says of itself.
   * @param further a server beside them.
   * @param first which of the extensions that are compared is started first and alone, as the window begins; without it each
   * is started as it would be by itself.
   */
  async load(
    servers: number,
    further: Readonly<Record<string, { readonly url: string }>> = {},
    first?: number,
  ): Promise<{ readonly figures: HostFigures; readonly opened: OpenWorkbench }> {
    await this.writeSettings(servers, further, first);
    const reported = this.reports.next();
    // It may fail while the window is still being opened.
    reported.catch(() => undefined);
    if (this.opened !== undefined) await reopen(this.opened);
    const opened = (this.opened ??= await this.start());
    return { figures: await within(loadMs, 'VS Code did not measure itself.', reported), opened };
  }

  async close(): Promise<void> {
    await this.opened?.close();
    this.reports.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  private async start(): Promise<OpenWorkbench> {
    const beside = (name: string) => path.join(import.meta.dirname, name);
    return openWorkbench({
      ...(this.measured === 'mcp-oauth.mcp-oauth'
        ? {
            extensionDevelopmentPath: repository,
            extensionFolders: [beside('probe'), await writeIdle(path.join(this.folder, 'idle'))],
          }
        : { extensionFolders: [beside('probe'), await writeFloor(path.join(this.folder, 'floor'))] }),
      userDataDir: this.userDataDir,
      extensionsDir: path.join(this.folder, 'extensions'),
      env: { MCP_OAUTH_BENCH_REPORTS: this.reports.address, MCP_OAUTH_BENCH_MEASURED: this.measured },
    });
  }

  private async writeSettings(servers: number, further: object, first?: number): Promise<void> {
    const named = Array.from({ length: servers }, (_, index) => [
      `server-${String(index + 1).padStart(4, '0')}`,
      { url: `https://server-${index + 1}.example/mcp` },
    ]);
    const folder = path.join(this.userDataDir, 'User');
    await mkdir(folder, { recursive: true });
    const settings = {
      ...quiet,
      ...(first !== undefined && { 'bench.first': first }),
      'mcpOAuth.servers': { ...(Object.fromEntries(named) as object), ...further },
    };
    await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings));
  }
}

/** With the menus of our rows: VS Code looks through them for every row that it draws. */
async function writeFloor(folder: string): Promise<string> {
  await cp(path.join(import.meta.dirname, 'floor'), folder, { recursive: true });
  const [manifest, ours] = await Promise.all([folder, repository].map(manifestOf));
  const menu = JSON.stringify(ours?.contributes.menus?.['view/item/context'] ?? []);
  const contributes = {
    ...manifest?.contributes,
    commands: ours?.contributes.commands,
    menus: {
      'view/item/context': JSON.parse(menu.replaceAll('mcpOAuth.servers', 'floor.servers')) as unknown,
    },
  };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ ...manifest, contributes }));
  return folder;
}

interface Manifest {
  readonly contributes: { readonly commands?: unknown; readonly menus?: Readonly<Record<string, unknown>> };
}

async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** An extension of as much code as ours loads at the start, which runs none of it: what loading alone takes. */
async function writeIdle(folder: string): Promise<string> {
  await mkdir(folder);
  const code = await readFile(path.join(repository, 'dist/extension.cjs'), 'utf8');
  await writeFile(
    path.join(folder, 'main.cjs'),
    `exports.activate = () => undefined;\nfunction never() {${code}\n}`,
  );
  const manifest = {
    ...{ name: 'idle', publisher: 'mcp-oauth-bench', version: '0.0.0', engines: { vscode: '^1.105.0' } },
    ...{ main: './main.cjs', activationEvents: ['onCommand:never'] },
  };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

/** As if nobody had been there: a view that was in front would be drawn while the window opens, before anybody looks. */
async function reopen({ workbench: { page }, origin, url }: OpenWorkbench): Promise<void> {
  await page.goto('about:blank');
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
  await session.detach();
  await page.goto(url);
}

const quiet = {
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.commandCenter.enabled': false,
  'workbench.startupEditor': 'none',
  'security.workspace.trust.enabled': false,
};
