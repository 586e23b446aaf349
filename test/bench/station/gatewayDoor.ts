/** The gateway as the extension has it, before a session whose grant was kept by somebody else: one window of many. */
import path from 'node:path';
import { Gateway } from '../../../src/gateway/gateway.ts';
import { Paths } from '../../../src/gateway/paths.ts';
import { routeTo } from '../../../src/gateway/route.ts';
import { FileLock } from '../../../src/node/fileLock.ts';
import { FolderRecords } from '../../../src/node/folderRecords.ts';
import { SocketListener } from '../../../src/node/socketListener.ts';
import { systemClock } from '../../../src/node/systemClock.ts';
import { Session } from '../../../src/session/session.ts';
import { Desk, serverAt } from '../../engine/desk.ts';
import type { Orders, Place } from './orders.ts';

export async function openGateway({ serverUrl, folder }: Orders['openGateway']['wish']): Promise<Place> {
  const store = await FolderRecords.open(folder);
  const lock = new FileLock(path.join(folder, 'locks'), systemClock, complain);
  // Nobody sits here: a sign-in would wait for ever.
  const { ports } = new Desk({ visit: () => undefined });
  const session = await Session.open(serverAt(serverUrl), { ...ports, clock: systemClock, store, lock });
  const paths = new Paths();
  const gateway = new Gateway({
    hosts: () => ['localhost'],
    find: (asked) =>
      paths.keyOf(asked) === undefined
        ? undefined
        : routeTo(
            session,
            ({ kind }) => `Refused: ${kind}.`,
            () => undefined,
          ),
    messageAddress: 'fragment',
    clock: systemClock,
    onFault: complain,
  });
  const listener = new SocketListener(gateway.listener);
  await listener.open();
  process.once('exit', () => listener.close());
  return { kind: 'socket', socketPath: listener.address.path, path: paths.pathOf('bench') };
}

function complain(cause: unknown): void {
  console.error('The gateway complains:', cause);
}
