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
const peerCalls = 5;

export const callsAtExpiry: Row = {
  name: 'callsAtExpiry',
  group: 'signIn',
  async measure(stand) {
    const callsEach = stand.options.isQuick ? 5 : 25;
    const names = Array.from({ length: windows }, (_, index) => `window ${index + 1}`);
    const stations = await Promise.all(names.map((name) => stand.stations.start(name)));
    const ranOut = await callThrough(stand, stations, 'ran_out', callsEach);
    const refused = await callThrough(stand, stations, 'refused', callsEach);
    const lines = [...linesOf('the token ran out', ranOut), ...linesOf('the server refuses it', refused)];
    if (stand.options.isQuick) return lines;
    for (const kind of sdkKinds)
      lines.push(...peerLines(ranOut, `1 of ${kind.name}`, await callWithSdk(kind, peerCalls)));
    const remote = await callWithRemote(windows, peerCalls);
    return [...lines, ...peerLines(ranOut, `${windows} processes of mcp-remote`, remote)];
  },
};

async function callThrough(
  stand: Stand,
  stations: readonly Station[],
  how: 'ran_out' | 'refused',
  callsEach: number,
): Promise<ExpirySeen> {
  const server = await ExpiringServer.start(how === 'ran_out' ? [] : ['token-ends-early']);
  try {
    const folder = path.join(stand.folder, how);
    const grant = await server.signIn(folder);
    const wish = { serverUrl: server.sandbox.mcpUrl, folder };
    const places = await Promise.all(stations.map((station) => station.ask('openGateway', wish)));
    await server.ranOut(grant.accessToken);
    const before = server.tokenRequests;
    const calling = stations.map((station, index) => {
      const place = places[index];
      if (place === undefined) throw new Error('A window has no gateway.');
      return station.ask('callAtOnce', { place, tool: 'whoami', count: callsEach });
    });
    const seen = await Promise.all(calling);
    const [odd] = seen.flatMap(({ others }) => others);
    if (odd !== undefined) stand.options.say(`A call at expiry was answered ${odd.slice(0, 300)}`);
    return {
      calls: windows * callsEach,
      succeeded: seen.reduce((sum, { succeeded }) => sum + succeeded, 0),
      tokenRequests: server.tokenRequests - before,
    };
  } finally {
    await server.close();
  }
}

const row = 'calls at expiry';
const who = `${windows} windows`;

function linesOf(how: string, { calls, succeeded, tokenRequests }: ExpirySeen): Line[] {
  return [
    {
      row,
      what: `succeed of ${calls}, ${how}`,
      ours: { who, value: succeeded },
      budget: `= ${calls}`,
      isWithin: succeeded === calls,
    },
    {
      row,
      what: `token requests for ${calls}, ${how}`,
      ours: { who, value: tokenRequests },
      budget: '= 1',
      isWithin: tokenRequests === 1,
    },
  ];
}

function peerLines(ours: ExpirySeen, name: string, peer: ExpirySeen): Line[] {
  const figures = (figure: (seen: ExpirySeen) => number): { ours: Figure; peer: Figure } => ({
    ours: { who: `${who}, ${ours.calls} calls`, value: figure(ours) },
    peer: { who: `${name}, ${peer.calls} calls`, value: figure(peer) },
  });
  return [
    { row, what: 'share that succeeds', ...figures(({ succeeded, calls }) => succeeded / calls) },
    { row, what: 'token requests', ...figures(({ tokenRequests }) => tokenRequests) },
  ];
}
