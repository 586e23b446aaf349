/**
 * The extension in a real VS Code beside the sign-ins that are built in: what it costs to start, to ask for a session, and
 * to have many servers, there beside an extension with as many rows that does nothing; and what VS Code's own sign-in to an
 * MCP server asks of it before a person is asked.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CountingServer } from '../countingServer.ts';
import { EditorHost, type HostFigures, type MeasuredExtension } from '../editor/editorHost.ts';
import { msToFirstRow } from '../editor/firstRow.ts';
import { median } from '../figures.ts';
import { atMost, compare, limited, type Figure, type Line } from '../report.ts';
import type { Row } from '../row.ts';
import type { OpenWorkbench } from '../../support/vscode/openWorkbench.ts';

const own = 'mcp-oauth.mcp-oauth';
/** Has VS Code do as much as ours, and does nothing itself. */
const floor = 'mcp-oauth-bench.floor';
const peers = [
  { id: 'vscode.github-authentication', name: 'GitHub' },
  { id: 'vscode.microsoft-authentication', name: 'Microsoft' },
];
/** As much code as ours, of which nothing runs. */
const idle = { id: 'mcp-oauth-bench.idle', name: 'the same code, at rest' };
/** In the order in which the probe starts them, beginning with each in turn. */
const all = [{ id: own, name: 'this' }, ...peers, idle];
const counts = [10, 100, 1_000];
const [few = 0, some = 0, many = 0] = counts;
const firstRow = { container: 'MCP OAuth', view: 'MCP servers', row: 'server-0001' };

interface Seen {
  readonly figures: HostFigures;
  /** From the click on the view's icon to its first row, milliseconds. */
  readonly treeMs: number;
}

type SeenByCount = ReadonlyMap<number, readonly Seen[]>;

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
    const [ours, theirs] = [await CountingServer.start(0), await CountingServer.start(0)];
    /** One VS Code after the other: what they have to do would hold each other up. */
    const inVSCode = async <Result>(
      measured: MeasuredExtension,
      work: (host: EditorHost, seen: SeenByCount) => Promise<Result>,
    ): Promise<Result> => {
      const host = await EditorHost.open(measured);
      try {
        await nameToVSCode(host, theirs);
        // The first window compiles what the later ones find ready.
        await host.load(1);
        const seen = new Map<number, Seen[]>(counts.map((count) => [count, []]));
        for (let round = 0; round < (isQuick ? 1 : 3); round++)
          for (const count of counts) {
            say(`A window with ${count} servers, ${measured}…`);
            const { figures, opened } = await host.load(count, { counted: { url: ours.mcpUrl } });
            seen.get(count)?.push({ figures, treeMs: await msToFirstRow(opened, firstRow) });
          }
        return await work(host, seen);
      } finally {
        await host.close();
      }
    };
    try {
      const ofFloor = await inVSCode(floor, (_, seen) => Promise.resolve(seen));
      return await inVSCode(own, async (host, seen) => {
        const started: HostFigures[] = [];
        for (let first = 0; first < (isQuick ? 1 : 2) * all.length; first++) {
          say(`A window that begins with ${all[first % all.length]?.name ?? ''}…`);
          started.push((await host.load(few, {}, first)).figures);
        }
        const { opened } = await host.load(1);
        const asked = await requestsBeforeQuestion(opened, theirs);
        return [
          ...startLines(started),
          ...linesOf(seen),
          ...floorLines(seen, ofFloor),
          signInLine(ours.requests.length, asked),
        ];
      });
    } finally {
      await Promise.all([ours.close(), theirs.close()]);
    }
  },
};

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

/**
 * What VS Code itself takes for its settings, for the secret storage and for the rows grows with the servers, too, and is not
 * ours to spare: an extension that does nothing else shows how much that is. Ours may grow by as much, and is to be within
 * the budget beyond it.
 */
function floorLines(ours: SeenByCount, theirs: SeenByCount): readonly Line[] {
  const row = 'many servers';
  const figure = (who: string, seen: SeenByCount, count: number, of: (seen: Seen) => number): Figure => {
    const raw = (seen.get(count) ?? []).map(of);
    return { who, value: median(raw), raw };
  };
  return counts.flatMap((count) =>
    [
      { what: afterwards, ofOurs: finishMs(own), ofTheirs: finishMs(floor) },
      { what: toFirstRow, ofOurs: treeMs, ofTheirs: treeMs },
    ].flatMap(({ what, ofOurs, ofTheirs }) => {
      const our = figure(`${count} servers`, ours, count, ofOurs);
      const their = figure('an extension that does nothing', theirs, count, ofTheirs);
      const grownMs = Math.max(0, their.value - figure('', theirs, few, ofTheirs).value);
      const allowed = {
        who: `${few} servers and the growth of VS Code’s own`,
        value: figure('', ours, few, ofOurs).value + grownMs,
      };
      return [
        compare(row, what, our, their),
        ...(count === few ? [] : [compare(row, what, our, allowed, atMost(1.25))]),
      ];
    }),
  );
}

// What the extension host can do nothing else in; what is awaited afterwards holds nobody up.
const loading = 'ms to load and activate';
const afterwards = 'ms that activating waits afterwards';
const toFirstRow = 'ms to the first row of the tree';

const treeMs = (seen: Seen) => seen.treeMs;

function startMs(id: string): (seen: Pick<Seen, 'figures'>) => number {
  return ({ figures }) => {
    const [, load, call] = figures.activations[id] ?? [];
    return Number(load) + Number(call);
  };
}

function finishMs(id: string): (seen: Seen) => number {
  return ({ figures }) => Number(figures.activations[id]?.[3]);
}

function startLines(started: readonly HostFigures[]): readonly Line[] {
  const figure = (who: string, id: string): Figure => {
    const raw = started.map((figures) => startMs(id)({ figures }));
    return { who, value: median(raw), raw };
  };
  const ours = figure('this', own);
  return [
    ...peers.map(({ id, name }) => compare('start', loading, ours, figure(name, id), atMost(1))),
    compare('start', loading, ours, figure(idle.name, idle.id)),
  ];
}

function linesOf(seen: SeenByCount): readonly Line[] {
  const figure = (who: string, count: number, of: (seen: Seen) => number): Figure => {
    const raw = (seen.get(count) ?? []).map(of);
    return { who, value: median(raw), raw };
  };
  const bytes =
    (id: string) =>
    ({ figures }: Seen) =>
      (figures.bundles[id]?.bytes ?? NaN) / 1_000;
  const sessions =
    (who: 'own' | 'github') =>
    ({ figures }: Seen) =>
      median(figures.sessions?.[who] ?? []);
  return [
    ...peers.map(({ id, name }) =>
      compare('start', afterwards, figure('this', few, finishMs(own)), figure(name, few, finishMs(id))),
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
        against(loading, startMs(own), 1.25),
        against('MB held by the extension host', ({ figures }) => figures.heldMb),
      ];
    }),
  ];
}
