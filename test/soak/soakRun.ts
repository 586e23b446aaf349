/** One run: the sandbox, the drivers on one folder, the calls, the kills, and the account of it all. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { FolderRecords } from '../../src/node/folderRecords.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { DriverStand } from '../engine/driverStand.ts';
import { eventually } from '../support/deadline.ts';
import { ConsentDesk } from './consentDesk.ts';
import { DriverFleet } from './driverFleet.ts';
import { Findings } from './findings.ts';
import { GrantLedger } from './grantLedger.ts';
import { killOn } from './killings.ts';
import { Load } from './load.ts';
import { pause } from './pause.ts';
import { faultsStruck, SandboxFigures } from './sandboxFigures.ts';
import { SeededRandom } from './seededRandom.ts';
import { settle } from './settling.ts';
import { StateFolder } from './stateFolder.ts';
import { Timeline } from './timeline.ts';

const processes = 5;
/** A run shows something with so many at least, and goes on for a while until it has them. */
const fewestKills = { all: 3, insideRefresh: 1 };
const longestExtraMs = 60_000;

export interface SoakOptions {
  readonly durationMs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  /** Ends the run early. */
  readonly signal: AbortSignal;
}

export interface SoakReport {
  readonly findings: Findings;
  /** What is printed, in this order. */
  readonly figures: Readonly<Record<string, number>>;
  /** Where everything is told, if something was found. */
  readonly timelineFile: string | undefined;
}

/** @throws the reason of the signal. */
export async function soak({ durationMs, seed, say, signal }: SoakOptions): Promise<SoakReport> {
  const timeline = new Timeline();
  const findings = new Findings((sentence) => {
    timeline.add('FOUND', sentence);
    say(`✗ ${sentence}`);
  });
  const ledger = new GrantLedger(findings);
  const figures = new SandboxFigures((words, isReuse) => ledger.noteRefusal(words, isReuse));
  const log = (line: string) => {
    timeline.add('sandbox', line);
    figures.read(line);
  };
  const closers: (() => unknown)[] = [];
  try {
    const parent = await mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-soak-'));
    closers.push(() => rm(parent, { recursive: true, force: true, maxRetries: 3 }));
    const state = new StateFolder(path.join(parent, 'state'));
    const sandbox = await startSandbox({ accessTokenSeconds: 1, log });
    closers.push(() => sandbox.close());
    const desk = await ConsentDesk.open(sandbox, (driver) => {
      timeline.add('desk', `driver ${driver} opens its browser`);
      ledger.noteBrowser(driver);
    });
    closers.push(() => desk.close());
    const stand = await DriverStand.build();
    closers.push(() => stand.close());
    const { mcpUrl } = sandbox;
    const fleet = new DriverFleet({ stand, desk, mcpUrl, state, ledger, findings, timeline });
    closers.push(() => fleet.close());
    const load = new Load({ fleet, ledger, findings, timeline });

    const lock = await firstSignIn(fleet, load, state);
    closers.push(await follow(state, lock, ledger, findings));
    await Promise.all(Array.from({ length: processes - 1 }, () => fleet.start()));
    sandbox.faults.set(['flaky']);
    const startedAtMs = Date.now();
    const over = AbortSignal.any([findings.signal, signal]);
    await trouble({ durationMs, random: new SeededRandom(seed), fleet, load, state, lock, over });
    signal.throwIfAborted();
    const lastedMs = Date.now() - startedAtMs;
    const struck = faultsStruck(sandbox);
    sandbox.faults.set([]);
    await settle({ processes, fleet, load, state, findings });

    if (!findings.signal.aborted && (!isHard(fleet) || struck === 0))
      findings.add('endurance', 'The run was too easy to show anything.');
    const isFound = findings.signal.aborted;
    return {
      findings,
      figures: {
        minutes: Math.round(lastedMs / 600) / 100,
        processes,
        ...Object.fromEntries(
          [...load.counts].map(([outcome, count]) => [`calls ${outcome.replaceAll('_', ' ')}`, count]),
        ),
        'faults injected': struck,
        'token requests': figures.tokenRequests,
        refreshes: figures.refreshes,
        kills: fleet.kills,
        'kills inside a refresh': fleet.killsInsideRefresh,
        'reuse detected': figures.reuses,
        'grants lost to a kill': ledger.losses,
        'sign-ins': ledger.signIns,
      },
      timelineFile: isFound ? await timeline.save() : undefined,
    };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** One driver signs in before the others start; the name under which refreshes of what it got are locked. */
async function firstSignIn(fleet: DriverFleet, load: Load, state: StateFolder): Promise<string> {
  const outcome = await load.call(await fleet.start());
  const [stored] = state.grants();
  if (outcome !== 'served' || stored === undefined) throw new Error('The first driver could not sign in.');
  return stored.key;
}

/** Tells the ledger of each grant that the drivers store. */
async function follow(
  state: StateFolder,
  key: string,
  ledger: GrantLedger,
  findings: Findings,
): Promise<() => void> {
  const look = () => {
    for (const problem of state.problems()) findings.add('records', problem);
    const stored = state.grants().find((found) => found.key === key);
    if (stored === undefined) ledger.noteRemoval();
    else ledger.noteGrant(stored.grant.accessToken, stored.grant.ending !== undefined);
  };
  const records = await FolderRecords.open(state.folder);
  records.onDidChange(look);
  look();
  return () => records.close();
}

interface Trouble {
  readonly durationMs: number;
  readonly random: SeededRandom;
  readonly fleet: DriverFleet;
  readonly load: Load;
  readonly state: StateFolder;
  readonly lock: string;
  /** What comes before the time is up. */
  readonly over: AbortSignal;
}

async function trouble({ durationMs, random, fleet, load, state, lock, over }: Trouble): Promise<void> {
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, over]);
  const calling = load.run(random.fork(), signal);
  const killing = killOn({ fleet, state, lock }, random.fork(), signal);
  await pause(durationMs, over);
  const isDone = () => Promise.resolve(over.aborted || isHard(fleet) ? true : undefined);
  // Whoever asks for the report sees that it was not hard.
  await eventually(longestExtraMs, isDone, () => '').catch(() => undefined);
  enough.abort();
  await Promise.all([calling, killing]);
}

function isHard({ kills, killsInsideRefresh }: DriverFleet): boolean {
  return kills >= fewestKills.all && killsInsideRefresh >= fewestKills.insideRefresh;
}
