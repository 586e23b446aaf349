/** Has doors tried in threads, and ends one that does not get on with a case: that is a failure like any other. */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { CaseInHand } from './caseInHand.ts';
import type { Done, Order } from './doorWorker.ts';

/** So many looks in a row at the same case, a second apart: no computer is that slow. */
const looksBeforeStuck = 90;
const lookMs = 1_000;
const file = path.join(import.meta.dirname, 'doorWorker.ts');

/** Tries the orders, so many at a time; each is told of as it is done. */
export async function tryAll(
  orders: readonly Order[],
  threads: number,
  onDone: (done: Done) => void,
): Promise<void> {
  const left = [...orders];
  const work = async () => {
    let thread: DoorThread | undefined;
    for (let order = left.shift(); order !== undefined; order = left.shift()) {
      thread ??= new DoorThread();
      const done = await thread.try(order);
      onDone(done);
      if (thread.isOver) thread = undefined;
    }
    await thread?.end();
  };
  await Promise.all(Array.from({ length: threads }, work));
}

class DoorThread {
  isOver = false;
  private readonly hand = new CaseInHand();
  private readonly worker = new Worker(file, {
    workerData: this.hand.memory,
    // As much as the main thread of an editor has; by itself a thread would have four times as much.
    resourceLimits: { stackSizeMb: 1 },
  });

  async end(): Promise<void> {
    this.isOver = true;
    await this.worker.terminate();
  }

  try(order: Order): Promise<Done> {
    const { worker, hand } = this;
    const { promise, resolve } = Promise.withResolvers<Done>();
    const fail = (what: string) => {
      const json = hand.json;
      const failure = { what, ...(json !== undefined && { case: JSON.parse(json) as unknown }) };
      resolve({ order, trial: { cases: 1, passed: 0, failures: [failure], growth: 1 } });
      void this.end();
    };
    const onError = (thrown: unknown) => fail(`The thread ended: ${String(thrown)}`);
    const onExit = (code: number) => fail(`The thread ended with ${code}.`);
    let [count, looks] = [hand.count, 0];
    const timer = setInterval(() => {
      looks = hand.count === count ? looks + 1 : 0;
      count = hand.count;
      if (looks >= looksBeforeStuck) fail('It hangs.');
    }, lookMs);
    worker.once('message', resolve).once('error', onError).once('exit', onExit);
    worker.postMessage(order);
    return promise.finally(() => {
      clearInterval(timer);
      worker.off('message', resolve).off('error', onError).off('exit', onExit);
    });
  }
}
