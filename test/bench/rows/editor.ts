/**
 * The extension in a real VS Code beside the sign-ins that are built in: what it costs to start, to ask for a session, and
 * to have many servers; and what VS Code's own sign-in to an MCP server asks of it before a person is asked.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CountingServer } from '../countingServer.ts';
import { EditorHost, type HostFigures } from '../editor/editorHost.ts';
import { median } from '../figures.ts';
import { atMost, compare, limited, type Figure, type Line } from '../report.ts';
import type { Row } from '../row.ts';
import type { OpenWorkbench } from '../../support/vscode/openWorkbench.ts';

const own = 'mcp-oauth.mcp-oauth';
const peers = [
  { id: 'vscode.github-authentication', name: 'GitHub' },
  { id: 'vscode.microsoft-authentication', name: 'Microsoft' },
];
const counts = [10, 100, 1_000];
const view = { container: 'MCP OAuth', title: 'MCP servers' };

interface Seen {
  readonly figures: HostFigures;
  /** From the click on the view's icon to its first row, milliseconds. */
  readonly treeMs: number;
}

export const editor: Row = {
  name: 'editor',
  group: 'editor',
  async measure(stand) {
    const { withHost, isQuick, say } = stand.options;
    if (!withHost) {
      stand.leftOut.push(
        'everything inside VS Code, which has to be started several times (--host brings it back)',
      );
      return [];
    }
    execFileSync(process.execPath, ['esbuild.mjs', '--production'], { stdio: ['ignore', 2, 2] });
    const host = await EditorHost.open();
    const [ours, theirs] = [await CountingServer.start(0), await CountingServer.start(0)];
    try {
      await nameToVSCode(host, theirs);
      const seen = new Map<number, Seen[]>(counts.map((count) => [count, []]));
      for (let round = 0; round < (isQuick ? 1 : 3); round++)
        for (const count of counts) {
          say(`A window with ${count} servers…`);
          const { figures, opened } = await host.load(count, { counted: { url: ours.mcpUrl } });
          seen.get(count)?.push({ figures, treeMs: await drawTree(opened) });
        }
      const { opened } = await host.load(1);
      const asked = await requestsBeforeQuestion(opened, theirs);
      return [...linesOf(seen), signInLine(ours.requests.length, asked)];
    } finally {
      await host.close();
      await Promise.all([ours.close(), theirs.close()]);
    }
  },
};

async function drawTree({ hands }: OpenWorkbench): Promise<number> {
  await hands.openView('Explorer');
  const began = performance.now();
  await hands.openView(view.container);
  await hands.waitForTreeRow(view.title, 'server-0001');
  return performance.now() - began;
}

/** As a person has it who knows nothing of this extension. */
async function nameToVSCode(host: EditorHost, server: CountingServer): Promise<void> {
  const folder = path.join(host.userDataDir, 'User');
  await mkdir(folder, { recursive: true });
  const servers = { built: { type: 'http', url: server.mcpUrl } };
  await writeFile(path.join(folder, 'mcp.json'), JSON.stringify({ servers }));
}

async function requestsBeforeQuestion({ hands }: OpenWorkbench, server: CountingServer): Promise<number> {
  await hands.runCommand('MCP: List Servers');
  await hands.pickQuickItem('built');
  await hands.pickQuickItem('Start Server');
  await hands.dialog();
  const { length } = server.requests;
  await hands.press('Escape');
  return length;
}

function signInLine(ours: number, theirs: number): Line {
  return {
    row: 'sign-in',
    what: 'requests before a person is asked',
    ours: { who: 'in VS Code', value: ours },
    peer: { who: 'VS Code’s own', value: theirs },
    budget: '= 0',
    isWithin: ours === 0,
  };
}

function linesOf(seen: ReadonlyMap<number, readonly Seen[]>): readonly Line[] {
  const figure = (who: string, count: number, of: (seen: Seen) => number): Figure => {
    const raw = (seen.get(count) ?? []).map(of);
    return { who, value: median(raw), raw };
  };
  const [few = 0, some = 0, many = 0] = counts;
  const start =
    (id: string) =>
    ({ figures }: Seen) => {
      const [, load, call] = figures.activations[id] ?? [];
      return Number(load) + Number(call);
    };
  const finish =
    (id: string) =>
    ({ figures }: Seen) =>
      Number(figures.activations[id]?.[3]);
  const bytes =
    (id: string) =>
    ({ figures }: Seen) =>
      (figures.bundles[id]?.bytes ?? NaN) / 1_000;
  const sessions =
    (who: 'own' | 'github') =>
    ({ figures }: Seen) =>
      median(figures.sessions?.[who] ?? []);
  // What the extension host can do nothing else in; what is awaited afterwards holds nobody up.
  const ms = 'ms to load and activate';
  const afterwards = 'ms that activating waits afterwards';
  return [
    ...peers.map(({ id, name }) =>
      compare('start', ms, figure('this', few, start(own)), figure(name, few, start(id)), atMost(0.5)),
    ),
    ...peers.map(({ id, name }) =>
      compare('start', afterwards, figure('this', few, finish(own)), figure(name, few, finish(id))),
    ),
    limited('start', 'kB of code', figure('this', few, bytes(own)), 200),
    ...peers.map(({ id, name }) =>
      compare(
        'start',
        'kB of code',
        figure('this', few, bytes(own)),
        figure(name, few, bytes(id)),
        atMost(1),
      ),
    ),
    compare(
      'getSession',
      'ms, silent',
      figure('this', few, sessions('own')),
      figure('GitHub', few, sessions('github')),
      atMost(1.25),
    ),
    ...[some, many].flatMap((count) => {
      const against = (what: string, of: (seen: Seen) => number, limit?: number) =>
        compare(
          'many servers',
          what,
          figure(`${count} servers`, count, of),
          figure(`${few} servers`, few, of),
          limit === undefined ? undefined : atMost(limit),
        );
      return [
        against(ms, start(own), 1.25),
        against(afterwards, finish(own), 1.25),
        against('ms to the first row of the tree', ({ treeMs }) => treeMs, 1.25),
        against('MB held by the extension host', ({ figures }) => figures.heldMb),
      ];
    }),
  ];
}
