/** A thread that tries the doors that it is told, so that one that hangs can be seen from outside. */
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { CaseInHand } from './caseInHand.ts';
import { doors } from './doors.ts';
import { tryDoor, type Trial } from './doorTrial.ts';

export interface Order {
  readonly door: string;
  readonly count: number;
  readonly seed: number;
}

export interface Done {
  readonly order: Order;
  readonly trial: Trial;
}

assert.ok(parentPort, 'This is a thread of the hostile suite.');
const port = parentPort;
const hand = new CaseInHand(workerData as SharedArrayBuffer);

port.on('message', (order: Order) => {
  const door = doors.find(({ name }) => name === order.door);
  assert.ok(door, order.door);
  void tryDoor(door, order.count, order.seed, hand).then((trial) =>
    port.postMessage({ order, trial } satisfies Done),
  );
});
