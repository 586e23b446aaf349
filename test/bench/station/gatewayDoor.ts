/** The gateway as the extension has it, before a session whose grant was kept by somebody else: one window of many. */
import path from 'node:path';
import { Gateway } from '../../../src/gateway/gateway.ts';
import { Paths } from '../../../src/gateway/paths.ts';
import { routeTo } from '../../../src/gateway/route.ts';
import { FileLock } from '../../../src/node/fileLock.ts';
import { FolderRecords } from '../../../src/node/folderRecords.ts';
import { SocketListener } from '../../../src/node/socketListener.ts';
import { systemClock } from '../../../src/node/systemClock.ts';
import type { Clock } from '../../../src/oauth/clock.ts';
import { Session } from '../../../src/session/session.ts';
import { Desk, serverAt } from '../../engine/desk.ts';
import type { Orders, Place } from './orders.ts';
import type { HttpPlace } from './wire.ts';

/** Those at which nobody sits. */
const desks: Desk[] = [];

export function signInsWanted(): Orders['signInsWanted']['given'] {
  return {
    count: desks.reduce((sum, { opened, questions }) => sum + opened.length + questions.length, 0),
  };
}

export async function openGateway({ serverUrl, folder }: Orders['openGateway']['wish']): Promise<Place> {
  const store = await FolderRecords.open(folder);
  const lock = new FileLock(path.join(folder, 'locks'), systemClock, complain);
  // Nobody sits here: a sign-in would wait for ever.
  const desk = new Desk({ visit: () => undefined });
  desks.push(desk);
  const { ports } = desk;
  const session = await Session.open(serverAt(serverUrl), { ...ports, clock: systemClock, store, lock });
  const door = await openDoor(session, systemClock);
  process.once('exit', () => door.close());
  return door.place;
}

export interface Door {
  readonly place: HttpPlace;
  close(): void;
}

/** A gateway before the session alone, on a socket of its own. */
export async function openDoor(session: Session, clock: Clock): Promise<Door> {
  const paths = new Paths();
  const route = routeTo(
    session,
    ({ kind }) => `Refused: ${kind}.`,
    () => undefined,
  );
  const gateway = new Gateway({
    hosts: () => ['localhost'],
    find: (asked) => (paths.keyOf(asked) === undefined ? undefined : route),
    messageAddress: 'fragment',
    clock,
    onFault: complain,
  });
  const listener = new SocketListener(gateway.listener);
  await listener.open();
  return {
    place: { kind: 'socket', socketPath: listener.address.path, path: paths.pathOf('bench') },
    close: () => listener.close(),
  };
}

function complain(cause: unknown): void {
  console.error('The gateway complains:', cause);
}
