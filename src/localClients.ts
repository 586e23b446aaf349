/**
 * Composition root of sharing with other programs on this computer. Loaded where there is a share or one is asked for;
 * nothing listens without one.
 */
import { env, ExtensionKind, type ExtensionContext } from 'vscode';
import type { Route } from './gateway/route.ts';
import { ShareDoor, sharePath } from './gateway/shareDoor.ts';
import { SharePlaces } from './node/sharePlace.ts';
import { SharePort } from './node/sharePort.ts';
import { AuthError } from './oauth/authError.ts';
import type { SessionPorts } from './session/ports.ts';
import type { Session } from './session/session.ts';
import type { Sessions } from './session/sessions.ts';
import { Shares, type Share } from './session/shares.ts';
import { ClientEntries } from './vscode/clientEntries.ts';
import type { ShareRows } from './vscode/localClientRows.ts';
import { LocalClients } from './vscode/localClients.ts';
import { localClientMessages as messages } from './vscode/messages/localClients.ts';

export interface SharedParts {
  readonly sessions: Sessions;
  readonly ports: SessionPorts;
  readonly rows: ShareRows;
  readonly route: (session: Session) => Route;
}

export interface SharedWithOthers {
  readonly clients: LocalClients;
  dispose(): void;
}

/** Listens as long as there is a share, and no other window does. */
export async function openLocalClients(
  { globalStorageUri, extension }: ExtensionContext,
  { sessions, ports, rows, route }: SharedParts,
): Promise<SharedWithOthers> {
  const { lock, log, clock } = ports;
  const { Gateway } = await import('./gateway/gateway.ts');
  const places = new SharePlaces(globalStorageUri.fsPath, lock);
  const shares = await Shares.open(ports, (await places.open()).name);
  const onFault = (cause: unknown) => log.error('share_fault', {}, cause);

  const door: ShareDoor = new ShareDoor({
    Gateway,
    shares,
    route(share) {
      const session = sessions.find(share.serverName);
      return session?.server.url === share.serverUrl ? route(session) : absentRoute(share);
    },
    host: () => port.host,
    clock,
    onFault,
  });
  const port: SharePort = new SharePort({
    places,
    clock,
    listener: door.listener,
    onForeign: (busy) => void clients.noteForeign(busy).catch(onFault),
    onFault,
  });
  const stopListening = port.follow(shares);
  const stopShowing = shares.onDidChange(() => rows.show(shares));
  rows.show(shares);

  const clients = new LocalClients({
    sessions,
    shares,
    entries: new ClientEntries(async () => (await import('./configurationFiles.ts')).clientFiles, log),
    addressOf: async (share) => {
      // Somebody may use it at once.
      if (shares.all.length > 0) await port.open();
      return (await port.origin()) + sharePath(share);
    },
    moveFrom: (busy) => port.move(busy),
    remote: extension.extensionKind === ExtensionKind.Workspace ? env.remoteName : undefined,
    log,
  });
  return {
    clients,
    dispose() {
      stopShowing();
      stopListening();
      door.dispose();
      shares.dispose();
    },
  };
}

/** A server of another window alone: its settings are not known here, so that nothing is sent to it. */
function absentRoute({ serverName, serverUrl }: Share): Route {
  const url = new URL(serverUrl);
  const error = new AuthError('unreachable', { host: url.host });
  return {
    serverUrl: url,
    headers: {},
    authorization: () => Promise.resolve({ kind: 'unavailable', error }),
    resolve: () => Promise.resolve({ meaning: 'denied', again: false, isSpent: true }),
    noteReach: () => undefined,
    noteNonce: () => Promise.resolve(),
    noteBlocked: () => undefined,
    state: { kind: 'error', error },
    account: () => undefined,
    until: () => Promise.resolve(),
    explain: () => messages.absent(serverName),
  };
}
