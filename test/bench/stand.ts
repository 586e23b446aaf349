/** What the rows have in common: the stations, and the ways to one server that are compared. Opened when a row needs it. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepGrant } from './grant.ts';
import type { Place } from './station/orders.ts';
import { Stations, type Station } from './stations.ts';

export interface StandOptions {
  /** A first look instead of figures to rely on. */
  readonly isQuick: boolean;
  /** Whether a real VS Code is started, too. */
  readonly withHost: boolean;
  /** The folder that profiles of what calls cost are written to, if they are wanted. */
  readonly profileFolder?: string | undefined;
  /** Tells whoever waits what is done now. */
  readonly say: (line: string) => void;
}

/** One server and the ways to it, those in processes of their own with their stations. */
export interface Ways {
  readonly caller: Station;
  readonly bare: Station;
  readonly ours: Station;
  /** The extension host, where VS Code runs. */
  readonly host: Station | undefined;
  readonly server: Station;
  /** Its `/mcp`. */
  readonly to: { readonly [Way in 'direct' | 'bare' | 'ours' | 'remote']: Place } & Hosted;
  /** Its `/stream`. */
  readonly toStream: { readonly [Way in 'direct' | 'bare' | 'ours']: Place } & Hosted;
}

/** In the extension host, where VS Code runs: the gateway, and a bare proxy that shares its thread as the gateway does. */
type Hosted = { readonly [Way in 'hosted' | 'bareHosted']?: Place };

const token = 'token-of-the-bench';
const remoteProgram = fileURLToPath(import.meta.resolve('mcp-remote/dist/proxy.js'));

export class Stand {
  readonly options: StandOptions;
  readonly stations: Stations;
  /** A folder for whatever a row keeps. */
  readonly folder: string;
  /** What could not be had, in sentences. */
  readonly missing: string[] = [];
  /** What the short form does not measure. */
  readonly leftOut: string[] = [];
  private opened: Promise<Ways> | undefined;

  private constructor(options: StandOptions, stations: Stations, folder: string) {
    this.options = options;
    this.stations = stations;
    this.folder = folder;
  }

  static async open(options: StandOptions): Promise<Stand> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-bench-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
    return new Stand(options, await Stations.open(), folder);
  }

  ways(): Promise<Ways> {
    return (this.opened ??= this.openWays());
  }

  close(): Promise<void> {
    return this.stations.close();
  }

  private async openWays(): Promise<Ways> {
    const { stations, options } = this;
    const host = options.withHost ? await this.openHost() : undefined;
    const [server, caller, bare, ours] = await Promise.all(
      ['server', 'caller', 'bare', 'ours'].map((name) => stations.start(name)),
    );
    if (!server || !caller || !bare || !ours) throw new Error('A station is missing.');
    const streamBytes = (options.isQuick ? 30 : 200) * 1_000_000;
    const { origin } = await server.ask('openServer', { token, streamBytes });
    const waysTo = async (url: string) => {
      const folder = path.join(this.folder, new URL(url).pathname.slice(1));
      await keepGrant(folder, url, token);
      const wish = { serverUrl: url, folder };
      return {
        direct: { kind: 'port', url, token } as const,
        bare: await bare.ask('openBareProxy', { serverUrl: url, token }),
        ours: await ours.ask('openGateway', wish),
        ...(host !== undefined && {
          hosted: await host.ask('openGateway', wish),
          bareHosted: await host.ask('openBareProxy', { serverUrl: url, token }),
        }),
      };
    };
    const to = { ...(await waysTo(`${origin}/mcp`)), remote: this.remote(`${origin}/mcp`) };
    await warmUp(caller, Object.values(to));
    return { caller, bare, ours, host, server, to, toStream: await waysTo(`${origin}/stream`) };
  }

  /** mcp-remote as an editor starts it, with the token given so that it need not sign in. */
  private remote(url: string): Place {
    const { PATH = '' } = process.env;
    const home = path.join(this.folder, 'remote');
    return {
      kind: 'program',
      command: process.execPath,
      args: [remoteProgram, url, '--host', '127.0.0.1', '--header', `Authorization:Bearer ${token}`],
      env: { PATH, MCP_REMOTE_CONFIG_DIR: home, HOME: home, USERPROFILE: home },
    };
  }

  private async openHost(): Promise<Station | undefined> {
    this.options.say('Starting VS Code…');
    try {
      return await this.stations.startHost();
    } catch (thrown) {
      this.missing.push(`Nothing was measured inside VS Code: ${String(thrown)}`);
      return undefined;
    }
  }
}

/**
 * Until Node has made of each program what it runs from then on, which it does in a burst after some ten thousand calls: what
 * was measured before or meanwhile would be the compiler. Programs that are started for a row alone warm up there.
 */
async function warmUp(caller: Station, places: readonly Place[]): Promise<void> {
  const amount = { bodyBytes: 200, callers: 8, calls: 15_000 };
  for (const place of places)
    if (place.kind !== 'program') await caller.ask('callMany', { place, ...amount });
  await caller.ask('hangUp', {});
}
