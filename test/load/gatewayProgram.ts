/**
 * The gateway of one window as a process of its own, before many servers that are signed in to. It is told what to do by
 * its parent, and has to end by itself when nothing is left to do.
 */
import { AuthError } from '../../src/oauth/authError.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import { Paths } from '../../src/gateway/paths.ts';
import { Routes, serverKey } from '../../src/gateway/routes.ts';
import type { Refusal } from '../../src/gateway/route.ts';
import { SocketListener } from '../../src/node/socketListener.ts';
import { systemClock } from '../../src/node/systemClock.ts';
import { writeClientSecret } from '../../src/session/clientSecrets.ts';
import { grantKey, grantRecords, type GrantRecord } from '../../src/session/records.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { ProcessFigures } from '../bench/station/processFigures.ts';
import type { Server } from '../../src/servers/server.ts';
import { Desk, serverAt } from '../engine/desk.ts';
import { refusedBecause, type GatewayOrder, type GatewayReport, type GuardedServer } from './gatewayWords.ts';

const unhandled: string[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(String(reason)));
process.on('uncaughtException', (error) => unhandled.push(String(error.stack)));

// Nobody sits here: a sign-in would wait for ever, and is counted as one.
const desk = new Desk({ visit: () => undefined });
// A desk keeps its log, which would be seen as memory that grows.
const log = { info: () => undefined, error: () => undefined };
const sessions = new Sessions({ ...desk.ports, log, clock: systemClock, random: Math.random });
const routes = new Routes(sessions, explain, () => undefined);
const paths = new Paths();
const figures = new ProcessFigures();
let complaints = 0;
const gateway = new Gateway({
  hosts: () => ['localhost'],
  find(path) {
    const key = paths.keyOf(path);
    return key === undefined ? undefined : routes.find(key);
  },
  messageAddress: 'fragment',
  clock: systemClock,
  onFault: () => (complaints += 1),
});
const listener = new SocketListener(gateway.listener);

process.on('message', (order: GatewayOrder) => {
  obey(order)
    .catch((thrown: unknown): GatewayReport => ({ kind: 'failed', words: String(thrown) }))
    .then((report) => process.send?.(report))
    .catch((thrown: unknown) => unhandled.push(String(thrown)));
});

async function obey(order: GatewayOrder): Promise<GatewayReport> {
  switch (order.kind) {
    case 'open': {
      const servers = order.servers.map(entryFor);
      for (const guarded of order.servers) {
        const server = entryFor(guarded);
        const grant = grantFor(guarded, order.tokenSeconds);
        if (guarded.asksAgain) await writeClientSecret(desk.records, server, 'client', 'secret');
        const kept = JSON.stringify({ version: grantRecords.version, ...grant });
        await desk.records.write(grantKey(server, grant), kept);
      }
      await sessions.update(servers);
      await listener.open();
      return {
        kind: 'opened',
        socketPath: listener.address.path,
        paths: servers.map((server) => paths.pathOf(serverKey(server))),
      };
    }
    case 'look': {
      const signInsWanted = desk.opened.length + desk.questions.length;
      const states = sessions.all.map(({ state }) => state.kind);
      return { kind: 'seen', heldMb: figures.memory().held, unhandled, complaints, signInsWanted, states };
    }
    case 'end':
      listener.close();
      sessions.dispose();
      await sessions.settled();
      // From here on nothing may keep this process alive.
      setImmediate(() => process.disconnect());
      return { kind: 'ending' };
  }
}

function explain(refusal: Refusal): string {
  if (refusal.kind !== 'unreachable') return `Refused: ${refusal.kind}.`;
  return refusal.cause instanceof AuthError
    ? `${refusedBecause.noToken} ${refusal.cause.code}.`
    : refusedBecause.noAnswer;
}

function entryFor({ name, origin, asksAgain }: GuardedServer): Server {
  const oauth = asksAgain ? ({ grant: 'clientCredentials', clientId: 'load' } as const) : {};
  return serverAt(`${origin}/mcp`, { name, oauth });
}

function grantFor({ origin, issuer, asksAgain }: GuardedServer, tokenSeconds: number): GrantRecord {
  const nowMs = Date.now();
  return {
    serverUrl: `${origin}/mcp`,
    authorizationServer: {
      issuer,
      tokenEndpoint: `${issuer}/token`,
      requiresPushedRequests: false,
      takesClientDocuments: false,
      sendsIss: true,
    },
    client: asksAgain
      ? { kind: 'configured', clientId: 'load', authMethod: 'client_secret_post', clientSecret: 'secret' }
      : { kind: 'registered', clientId: 'load', authMethod: 'none' },
    accessToken: 'token-1',
    ...(!asksAgain && { refreshToken: 'refresh-1' }),
    expiresAtMs: nowMs + tokenSeconds * 1_000,
    scopes: [],
    requestedScopes: [],
    account: { id: 'ada', label: 'ada' },
    grantedAtMs: nowMs,
  };
}
