/**
 * Many connections to many servers through one gateway, half a run and another half, with a look at the gateway's memory
 * after each. Every call is held against what its server knows of it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom } from '../soak/seededRandom.ts';
import { eventually } from '../support/deadline.ts';
import { Caller, type Outcome } from './caller.ts';
import { GatewayProcess } from './gatewayProcess.ts';
import type { Seen } from './gatewayWords.ts';
import { judge } from './judgement.ts';
import { LoadFindings } from './loadFindings.ts';
import { tokenSeconds } from './tokenServer.ts';
import { TrafficServer } from './trafficServer.ts';

export interface LoadOptions {
  readonly servers: number;
  readonly connections: number;
  readonly durationMs: number;
  readonly seed: number;
  /** Between two calls of a connection, at the most. */
  readonly longestPauseMs: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface LoadResult {
  readonly findings: LoadFindings;
  readonly figures: Readonly<Record<string, number>>;
}

/** Of so many servers one gives tokens by client credentials, each time by way of its documents. */
const askingAgain = 5;
/** Of the memory that is held in the middle; what is compiled and pooled late has room in it. */
const mostGrowth = 1.15;
/** All that a keep-alive connection may wait for. */
const closeMs = 20_000;

export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const run = new LoadRun(options);
  try {
    return await run.run();
  } finally {
    await run.close();
  }
}

class LoadRun {
  private readonly options: LoadOptions;
  private readonly findings = new LoadFindings();
  private readonly servers: readonly TrafficServer[];
  private readonly gateway = new GatewayProcess();
  private readonly outcomes = new Map<string, number>();
  private readonly random: SeededRandom;
  private lastCall = 0;
  /** Calls whose client was told what is not so, or nothing. */
  private lost = 0;
  private startMb = 0;

  constructor(options: LoadOptions) {
    this.options = options;
    this.random = new SeededRandom(options.seed);
    this.servers = Array.from(
      { length: options.servers },
      (_, index) => new TrafficServer(`server-${index + 1}`, index % askingAgain === 0, this.random.fork()),
    );
  }

  async run(): Promise<LoadResult> {
    const { servers, options, findings } = this;
    await Promise.all(servers.map((server) => server.open()));
    const { socketPath, paths } = await this.gateway.open({
      servers: servers.map(({ name, origin, tokens, asksAgain }) => ({
        ...{ name, origin, asksAgain },
        issuer: tokens.origin,
      })),
      tokenSeconds,
    });
    const callers = Array.from({ length: options.connections }, (_, index) => {
      const place = index % servers.length;
      return { caller: new Caller(socketPath, paths[place] ?? ''), server: servers[place] };
    });
    const traffic = async (durationMs: number) => {
      const endAtMs = Date.now() + durationMs;
      const random = this.random.fork();
      await Promise.all(
        callers.map(({ caller, server }) => this.callOn(caller, server, random.fork(), endAtMs)),
      );
      return this.gateway.look();
    };
    this.startMb = (await this.gateway.look()).heldMb;
    // What is loaded and compiled comes with the first calls.
    const middle = await traffic(options.durationMs / 2);
    options.say(`Half of the time is over, ${this.lastCall} calls.`);
    const end = await traffic(options.durationMs / 2);
    await this.settle(callers);
    const rest = await this.gateway.look();
    for (const { caller } of callers) caller.close();
    this.judgeTokens();
    this.judgeGateway(middle, end, rest);
    const trouble = await this.gateway.end();
    if (trouble !== undefined) findings.add('ending', `The process with the gateway: ${trouble}`);
    await this.judgeConnections();
    return { findings, figures: this.figures(middle, end) };
  }

  async close(): Promise<void> {
    this.gateway.kill();
    await Promise.all(this.servers.map((server) => server.close()));
  }

  private async callOn(
    caller: Caller,
    server: TrafficServer | undefined,
    random: SeededRandom,
    endAtMs: number,
  ): Promise<void> {
    const { signal, longestPauseMs } = this.options;
    while (Date.now() < endAtMs && !signal.aborted && server !== undefined) {
      await this.call(caller, server);
      await pause(random.between(0, longestPauseMs));
    }
  }

  private async call(caller: Caller, server: TrafficServer): Promise<Outcome> {
    const id = `call-${(this.lastCall += 1)}`;
    const { tokens } = server;
    const failures = tokens.failures;
    const outcome = await caller.call(id);
    const heard = outcome.kind === 'error' ? `“${outcome.words}”` : outcome.kind;
    this.outcomes.set(heard, (this.outcomes.get(heard) ?? 0) + 1);
    const wrong = judge(outcome, server.calls.get(id), Math.max(failures, tokens.failures));
    if (wrong !== undefined) this.lost += 1;
    if (wrong !== undefined) this.findings.add(wrong.check, `${server.name}, ${id}: ${wrong.sentence}`);
    // A run may have millions of calls.
    server.calls.delete(id);
    return outcome;
  }

  /** When the servers fail no more, every connection gets its result. */
  private async settle(
    callers: readonly { caller: Caller; server: TrafficServer | undefined }[],
  ): Promise<void> {
    for (const server of this.servers) server.misfortune.end();
    await Promise.all(
      callers.map(async ({ caller, server }) => {
        if (server === undefined) return;
        const served = async () => ((await this.call(caller, server)).kind === 'result' ? true : undefined);
        await eventually(60_000, served, () => `${server.name} serves nobody.`).catch((thrown: unknown) =>
          this.findings.add('service', String(thrown)),
        );
      }),
    );
  }

  private judgeTokens(): void {
    for (const { name, tokens } of this.servers) {
      const { reuses, superfluous, requests, given, failed } = tokens;
      if (reuses > 0) this.findings.add('tokens', `${name} was shown ${reuses} refresh tokens again.`);
      if (superfluous > 0)
        this.findings.add('tokens', `${name} was asked for ${superfluous} tokens too early.`);
      if (requests !== given + failed)
        this.findings.add('tokens', `${name} had ${requests} requests for ${given} tokens.`);
    }
  }

  private judgeGateway(middle: Seen, end: Seen, rest: Seen): void {
    const { findings } = this;
    for (const sentence of rest.unhandled) findings.add('errors', `Nobody handled: ${sentence}`);
    const growth = end.heldMb / middle.heldMb;
    if (growth > mostGrowth)
      findings.add('memory', `The gateway holds ${growth.toFixed(2)} times of what it held in the middle.`);
    if (rest.signInsWanted > 0)
      findings.add('service', `A person would have been asked ${rest.signInsWanted} times.`);
    const others = rest.states.filter((state) => state !== 'connected');
    if (others.length > 0) findings.add('service', `Servers that end as ${others.join(', ')}.`);
  }

  private async judgeConnections(): Promise<void> {
    for (const server of this.servers) {
      const closed = async () => ((await server.connections()) === 0 ? true : undefined);
      const open = async () => `${server.name} has ${await server.connections()} open connections.`;
      await eventually(closeMs, closed, open).catch((thrown: unknown) =>
        this.findings.add('ending', String(thrown)),
      );
    }
  }

  private figures(middle: Seen, end: Seen): Readonly<Record<string, number>> {
    const sum = (of: (server: TrafficServer) => number) =>
      this.servers.reduce((total, server) => total + of(server), 0);
    const faults = [
      ...new Set(this.servers.flatMap(({ misfortune }) => [...misfortune.struck.keys()])),
    ].sort();
    return {
      calls: this.lastCall,
      ...Object.fromEntries([...this.outcomes].map(([heard, count]) => [`answered by ${heard}`, count])),
      lost: this.lost,
      'requests at the MCP servers': sum(({ requests }) => requests),
      'faults in all': sum(({ misfortune }) => misfortune.count),
      ...Object.fromEntries(
        faults.map((fault) => [`fault ${fault}`, sum(({ misfortune }) => misfortune.struck.get(fault) ?? 0)]),
      ),
      'new tokens': sum(({ tokens }) => tokens.given),
      'token requests': sum(({ tokens }) => tokens.requests),
      'MB held at the start': rounded(this.startMb),
      'MB held in the middle': rounded(middle.heldMb),
      'MB held at the end': rounded(end.heldMb),
    };
  }
}

function rounded(mb: number): number {
  return Math.round(mb * 100) / 100;
}
