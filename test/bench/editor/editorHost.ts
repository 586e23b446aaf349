/** A real VS Code whose window is loaded again and again, each time with a fresh extension host that measures itself. */
import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { within } from '../../support/deadline.ts';
import { openWorkbench, type OpenWorkbench } from '../../support/vscode/openWorkbench.ts';

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
  private readonly reported: (() => Promise<HostFigures>) & { close(): void };
  private opened: OpenWorkbench | undefined;

  private constructor(folder: string, reported: EditorHost['reported']) {
    this.folder = folder;
    this.reported = reported;
  }

  static async open(): Promise<EditorHost> {
    return new EditorHost(await mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-bench-')), await listen());
  }

  get userDataDir(): string {
    return path.join(this.folder, 'data');
  }

  /** Loads the window with so many servers in the settings; what its extension host says of itself. */
  async load(servers: number): Promise<{ readonly figures: HostFigures; readonly opened: OpenWorkbench }> {
    await this.writeSettings(servers);
    const reported = this.reported();
    const { opened } = this;
    if (opened === undefined) this.opened = await this.start();
    else await opened.workbench.page.goto(opened.url);
    const figures = await within(loadMs, 'VS Code did not measure itself.', reported);
    return { figures, opened: this.opened ?? (await this.start()) };
  }

  async close(): Promise<void> {
    await this.opened?.close();
    this.reported.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  private start(): Promise<OpenWorkbench> {
    return openWorkbench({
      extensionDevelopmentPath: repository,
      extensionFolders: [path.join(import.meta.dirname, 'probe')],
      userDataDir: this.userDataDir,
      extensionsDir: path.join(this.folder, 'extensions'),
      env: { MCP_OAUTH_BENCH_REPORTS: address.get(this.reported) },
    });
  }

  private async writeSettings(servers: number): Promise<void> {
    const named = Array.from({ length: servers }, (_, index) => [
      `server-${String(index + 1).padStart(4, '0')}`,
      { url: `https://server-${index + 1}.example/mcp` },
    ]);
    const folder = path.join(this.userDataDir, 'User');
    await mkdir(folder, { recursive: true });
    const settings = { ...quiet, 'mcpOAuth.servers': Object.fromEntries(named) as object };
    await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings));
  }
}

const quiet = {
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.commandCenter.enabled': false,
  'workbench.startupEditor': 'none',
  'security.workspace.trust.enabled': false,
};

const address = new WeakMap<object, string>();

/** Each call waits for the next report. */
async function listen(): Promise<EditorHost['reported']> {
  let waiting: PromiseWithResolvers<HostFigures> | undefined;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      response.end();
      const report = JSON.parse(body) as HostFigures & { readonly failure?: string };
      if (report.failure === undefined) waiting?.resolve(report);
      else waiting?.reject(new Error(report.failure));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const next = Object.assign(
    () => {
      waiting = Promise.withResolvers();
      return waiting.promise;
    },
    { close: () => void server.close() },
  );
  address.set(next, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return next;
}
