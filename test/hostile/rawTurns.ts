/** Waits for what comes over real sockets by counting turns of the event loop, never by the clock on the wall. */
import { setImmediate, setTimeout } from 'node:timers/promises';

/** Until it has come true, or nothing is to be expected any more. */
export async function untilOrQuiet(isOver: () => boolean, turns = 120): Promise<void> {
  for (let turn = 0; !isOver() && turn < turns; turn += 1) {
    // A turn in which the loop may wait gives the other end its time.
    if (turn % 8 === 7) await setTimeout(1);
    else await setImmediate();
  }
}
