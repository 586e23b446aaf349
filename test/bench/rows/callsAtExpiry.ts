/**
 * Many calls at the moment in which the token is over: how many succeed, and how often a token is asked for. Ours through
 * the gateways of four windows over one store, each a process; the peers as they come.
 */
import path from 'node:path';
import { sdkKinds } from '../../interop/sdkClients.ts';
import { ExpiringServer } from '../expiringServer.ts';
import { callWithRemote, callWithSdk, type ExpirySeen } from '../expiryPeers.ts';
import type { Figure, Line } from '../report.ts';
import type { Row } from '../row.ts';
import type { Stand } from '../stand.ts';
import type { Station } from '../stations.ts';

const windows = 4;

export const callsAtExpiry: Row = {
  name: 'callsAtExpiry',
  group: 'signIn',
  async measure(stand) {
    const { isQuick } = stand.options;
    const names = Array.from({ length: windows }, (_, index) => `window ${index + 1}`);
    const stations = await Promise.all(names.map((name) => stand.stations.start(name)));
    const trials = [
      () => callThrough(stand, stations.slice(0, 1), 'ran_out', 5),
      () => callThrough(stand, stations, 'ran_out', 25),
      () => callThrough(stand, stations, 'refused', 25),
    ];
    // All tokens run out at once in a first look; a sign-in that somebody would be asked for is told of each trial then.
    const seen = isQuick ? await Promise.all(trials.map((trial) => trial())) : await inTurn(trials);
    const [few, many, refused] = seen;
    if (!few || !many || !refused) throw new Error('A trial is missing.');
    const lines = [
      ...linesOf('the token ran out', few),
      ...linesOf('the token ran out', many),
      ...linesOf('the server refuses it', refused),
    ];
    const kinds = isQuick ? sdkKinds.slice(1, 2) : sdkKinds;
    for (const kind of kinds)
      for (const seen of isQuick ? [few] : [few, many])
        lines.push(...peerLines(seen, kind.name, await callWithSdk(kind, seen.calls)));
    if (isQuick) {
      stand.leftOut.push(
        'calls at expiry through mcp-remote and the older SDK, and many of them through any peer',
      );
      return lines;
    }
    lines.push(...peerLines(few, 'mcp-remote', await callWithRemote(1, 5)));
    lines.push(...peerLines(many, `${windows} of mcp-remote`, await callWithRemote(windows, 25)));
    return lines;
  },
};

async function inTurn<Seen>(trials: readonly (() => Promise<Seen>)[]): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const trial of trials) seen.push(await trial());
  return seen;
}

async function callThrough(
  stand: Stand,
  stations: readonly Station[],
  how: 'ran_out' | 'refused',
  callsEach: number,
): Promise<ExpirySeen> {
  const server = await ExpiringServer.start(how === 'ran_out' ? [] : ['token-ends-early']);
  try {
    const folder = path.join(stand.folder, `${how} ${stations.length}`);
    const grant = await server.signIn(folder);
    const wish = { serverUrl: server.sandbox.mcpUrl, folder };
    const places = await Promise.all(stations.map((station) => station.ask('openGateway', wish)));
    await server.ranOut(grant.accessToken);
    const before = server.tokenRequests;
    const signInsBefore = await signInsOf(stations);
    const calling = stations.map((station, index) => {
      const place = places[index];
      if (place === undefined) throw new Error('A window has no gateway.');
      return station.ask('callAtOnce', { place, tool: 'whoami', count: callsEach });
    });
    const seen = await Promise.all(calling);
    const [odd] = seen.flatMap(({ others }) => others);
    if (odd !== undefined) stand.options.say(`A call at expiry was answered ${odd.slice(0, 300)}`);
    return {
      calls: stations.length * callsEach,
      succeeded: seen.reduce((sum, { succeeded }) => sum + succeeded, 0),
      tokenRequests: server.tokenRequests - before,
      signIns: (await signInsOf(stations)) - signInsBefore,
    };
  } finally {
    await server.close();
  }
}

async function signInsOf(stations: readonly Station[]): Promise<number> {
  const wanted = await Promise.all(stations.map((station) => station.ask('signInsWanted', {})));
  return wanted.reduce((sum, { count }) => sum + count, 0);
}

const row = 'calls at expiry';
const who = 'this';

function linesOf(how: string, { calls, succeeded, tokenRequests, signIns }: ExpirySeen): Line[] {
  const exactly = (what: string, value: number, wanted: number): Line => ({
    row,
    what: `${calls} calls, ${how}: ${what}`,
    ours: { who, value },
    budget: `= ${wanted}`,
    isWithin: value === wanted,
  });
  return [
    exactly('succeed', succeeded, calls),
    exactly('token requests', tokenRequests, 1),
    exactly('new sign-ins', signIns, 0),
  ];
}

function peerLines(ours: ExpirySeen, name: string, peer: ExpirySeen): Line[] {
  const figures = (figure: (seen: ExpirySeen) => number): { ours: Figure; peer: Figure } => ({
    ours: { who, value: figure(ours) },
    peer: { who: name, value: figure(peer) },
  });
  const line = (what: string, figure: (seen: ExpirySeen) => number): Line => ({
    row,
    what: `${ours.calls} calls: ${what}`,
    ...figures(figure),
  });
  return [
    line('succeed', ({ succeeded }) => succeeded),
    line('token requests', ({ tokenRequests }) => tokenRequests),
    line('new sign-ins', ({ signIns }) => signIns),
  ];
}
