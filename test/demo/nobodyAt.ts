/** Whether an address of this computer is free to be used. */
import { connect } from 'node:net';

const pauseMs = 250;

/** True as soon as nobody listens there; false where somebody goes on to do so. */
export async function untilNobodyAt(url: string, patienceMs: number): Promise<boolean> {
  for (const endMs = Date.now() + patienceMs; ;) {
    if (!(await isAnswered(url))) return true;
    if (Date.now() >= endMs) return false;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function isAnswered(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}
