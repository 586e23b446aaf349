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
import { openWindow, type SeenWindow } from '../editor/seenWindow.ts';
import { median } from '../figures.ts';
import { atMost, compare, limited, type Budget, type Figure, type Line } from '../report.ts';
import type { Row } from '../row.ts';
import type { OpenWorkbench } from '../../support/vscode/openWorkbench.ts';

const own = 'mcp-oauth.mcp-oauth';
/** Has VS Code do as much as ours, and does nothing itself. */
const floor = 'mcp-oauth-bench.floor';
/** In the order in which the probe has them, after the one that is measured; and which share of their time ours may take. */
const peers = [
  { id: 'vscode.github-authentication', name: 'GitHub', share: 1 / 2 },
  { id: 'vscode.microsoft-authentication', name: 'Microsoft', share: 1 },
];
/** As much code as ours, of which nothing runs: it is started after ours. */
const idle = { id: 'mcp-oauth-bench.idle', name: 'the same code, at rest' };
const [few, some, many] = [10, 100, 1_000] as const;

/** The windows that began with the measured extension, by the number of servers. */
type SeenByCount = ReadonlyMap<number, readonly SeenWindow[]>;
/** The windows with few servers that began with another extension, by its id. */
type SeenByPeer = ReadonlyMap<string, readonly HostFigures[]>;

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
    const further = { counted: { url: ours.mcpUrl } };
    /** One VS Code after the other: what they have to do would hold each other up. */
    const inVSCode = async <Result>(
      measured: MeasuredExtension,
      serverCounts: readonly number[],
      started: typeof peers,
      work: (host: EditorHost, seen: SeenByCount, seenByPeer: SeenByPeer) => Promise<Result>,
    ): Promise<Result> => {
      const host = await EditorHost.open(measured);
      try {
        await nameToVSCode(host, theirs);
        // The first window compiles what the later ones find ready.
        await host.load(1);
        const seen = new Map<number, SeenWindow[]>(serverCounts.map((count) => [count, []]));
        const seenByPeer = new Map<string, HostFigures[]>(started.map(({ id }) => [id, []]));
        const rounds = started.length > 0 ? windowsOf.start : windowsOf.growth;
        for (let round = 0; round < (isQuick ? 1 : rounds); round++) {
          for (const count of serverCounts.filter((count) => round < windowsWith(count))) {
            say(`A window with ${count} servers, ${measured}…`);
            seen.get(count)?.push(await openWindow(host, count, further, 0));
          }
          for (const [index, { id, name }] of started.entries()) {
            say(`A window that begins with ${name}…`);
            seenByPeer.get(id)?.push((await host.load(few, further, index + 1)).figures);
          }
        }
        return await work(host, seen, seenByPeer);
      } finally {
        await host.close();
      }
    };
    try {
      const ofFloor = await inVSCode(floor, [few, many], [], (_, seen) => Promise.resolve(seen));
      return await inVSCode(own, [few, some, many], peers, async (host, seen, seenByPeer) => {
        const { opened } = await host.load(1);
        const asked = await requestsBeforeQuestion(opened, theirs);
        return [
          ...startLines(seen, seenByPeer),
          ...growthLines(seen, ofFloor),
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

/** How many windows there are of each kind: starts are told apart by milliseconds, and take more of them. */
const windowsOf = { start: 5, growth: 4, between: 2 };

// What the extension host can do nothing else in; what is awaited afterwards holds nobody up.
const loading = 'ms to load and activate';
const afterwards = 'ms that activating waits afterwards';
const toFirstRow = 'ms to the first row of the tree';

const windowsWith = (count: number): number =>
  count === few ? windowsOf.start : count === some ? windowsOf.between : windowsOf.growth;

type Measure = (figures: HostFigures) => number;

const startMs =
  (id: string): Measure =>
  ({ activations }) => {
    const [, load, call] = activations[id] ?? [];
    return Number(load) + Number(call);
  };

const finishMs =
  (id: string): Measure =>
  ({ activations }) =>
    Number(activations[id]?.[3]);

function figure(who: string, seen: readonly HostFigures[] | undefined, of: Measure): Figure {
  const raw = (seen ?? []).map(of);
  return { who, value: median(raw), raw };
}

/** What else an editor does while it starts only adds to what an extension takes. */
function quickest(who: string, seen: readonly HostFigures[] | undefined, of: Measure): Figure {
  const raw = (seen ?? []).map(of);
  return { who, value: Math.min(...raw), raw };
}

function startLines(seenByCount: SeenByCount, seenByPeer: SeenByPeer): readonly Line[] {
  // As many windows as each peer has, with the same few servers.
  const seen = (seenByCount.get(few) ?? []).map(({ figures }) => figures);
  const beside = (
    what: string,
    of: (id: string) => Measure,
    figureOf: typeof figure,
    budgetFor: (peer: (typeof peers)[number]) => Budget | undefined,
  ) =>
    peers.map((peer) => {
      const theirs = figureOf(peer.name, seenByPeer.get(peer.id), of(peer.id));
      return compare('start', what, figureOf('this', seen, of(own)), theirs, budgetFor(peer));
    });
  const sessions =
    (who: 'own' | 'github'): Measure =>
    (figures) =>
      median(figures.sessions?.[who] ?? []);
  const kB =
    (id: string): Measure =>
    ({ bundles }) =>
      (bundles[id]?.bytes ?? NaN) / 1_000;
  return [
    ...beside(loading, startMs, quickest, ({ share }) => atMost(share)),
    compare(
      'start',
      loading,
      quickest('this', seen, startMs(own)),
      quickest(idle.name, seen, startMs(idle.id)),
    ),
    ...beside(afterwards, finishMs, figure, () => undefined),
    limited('start', 'kB of code', figure('this', seen, kB(own)), 200),
    ...beside('kB of code', kB, figure, () => atMost(1)),
    compare(
      'getSession',
      'ms, silent',
      figure('this', seen, sessions('own')),
      figure('GitHub', seen, sessions('github')),
      atMost(1.25),
    ),
  ];
}

/**
 * What VS Code itself takes for its settings, for the secret storage and for the rows grows with the servers, too, and is not
 * ours to spare: an extension that does nothing else shows how much that is. Ours may grow by as much, and its first
 * row is to be within the budget beyond it. What is awaited after activating is shown and not judged: nobody waits for it,
 * and how long VS Code takes to answer differs several times over between equal windows. The quickest of them counts.
 */
function growthLines(ours: SeenByCount, theirs: SeenByCount): readonly Line[] {
  const row = 'many servers';
  const least = (who: string, seen: SeenByCount, count: number, of: (seen: SeenWindow) => number): Figure => {
    const raw = (seen.get(count) ?? []).slice(0, windowsOf.growth).map(of);
    return { who, value: Math.min(...raw), raw };
  };
  const grown = (
    what: string,
    ofOurs: (seen: SeenWindow) => number,
    ofTheirs: (seen: SeenWindow) => number,
    budget?: Budget,
  ) =>
    [few, many].flatMap((count) => {
      const our = least(`${count} servers`, ours, count, ofOurs);
      const their = least('an extension that does nothing', theirs, count, ofTheirs);
      const grownMs = Math.max(0, their.value - least('', theirs, few, ofTheirs).value);
      const allowed = {
        who: `${few} servers and the growth of VS Code’s own`,
        value: least('', ours, few, ofOurs).value + grownMs,
      };
      return [
        compare(row, what, our, their),
        ...(count === few ? [] : [compare(row, what, our, allowed, budget)]),
      ];
    });
  const inside = (of: Measure) => (seen: SeenWindow) => of(seen.figures);
  const treeMs = (seen: SeenWindow) => seen.treeMs;
  return [
    ...[some, many].flatMap((count) => {
      const against = (what: string, of: (seen: SeenWindow) => number, budget?: Budget) =>
        compare(
          row,
          what,
          least(`${count} servers`, ours, count, of),
          least(`${few} servers`, ours, few, of),
          budget,
        );
      return [
        against(loading, inside(startMs(own)), atMost(2)),
        against(afterwards, inside(finishMs(own))),
        against(toFirstRow, treeMs),
        against(
          'MB held by the extension host',
          inside(({ heldMb }) => heldMb),
        ),
      ];
    }),
    ...grown(afterwards, inside(finishMs(own)), inside(finishMs(floor))),
    ...grown(toFirstRow, treeMs, treeMs, atMost(1.5)),
  ];
}
