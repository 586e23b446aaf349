// Lets one process at a time do something, on any Node from 18 on, without dependencies. Whoever holds the lock has a folder
// in its place with one file, named after the holder; one who died is followed by the first of those who wait.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const pauseMs = 100;
/** Nothing takes this long: the number of a process that died may be another's by now. */
const longestMs = 3_600_000;

/**
 * @param {string} place of the lock; nothing else may be there.
 * @param {() => Promise<unknown>} work
 * @param {(pid: number) => void} onWait is told, once, whom it waits for.
 */
export async function withLock(place, work, onWait = () => undefined) {
  const own = `${process.pid}-${randomBytes(6).toString('hex')}`;
  let isTold = false;
  while (!put(own, place)) {
    const holder = holderOf(place);
    if (holder !== undefined && isGone(holder, place)) bury(holder, place);
    else {
      if (holder !== undefined && !isTold) onWait(pidOf(holder));
      isTold ||= holder !== undefined;
      await new Promise((done) => setTimeout(done, pauseMs));
    }
  }
  try {
    return await work();
  } finally {
    giveBack(own, place);
  }
}

/** A folder that has something in it cannot be replaced by another, and is seen by nobody until it is in place. */
function put(own, place) {
  const folder = mkdtempSync(`${place}-`);
  writeFileSync(join(folder, own), '');
  if (move(folder, place)) return true;
  remove(folder);
  return false;
}

/** Moved away first: a folder that is being emptied can be replaced, and the rest of it would be the next holder's. */
function giveBack(own, place) {
  const away = `${place}-${own}`;
  if (holderOf(place) === own && move(place, away)) remove(away);
  for (const grave of filesIn(gravesOf(place)))
    if (isOld(join(gravesOf(place), grave))) remove(join(gravesOf(place), grave));
}

/**
 * Of several that found the same holder dead, the slow would otherwise remove what the quick has put in its place: where the
 * dead one lies already, nothing can be moved any more. So it lies there for long.
 */
function bury(holder, place) {
  mkdirSync(gravesOf(place), { recursive: true });
  move(place, join(gravesOf(place), holder));
}

function gravesOf(place) {
  return `${place}-over`;
}

/** Whether it was moved; where somebody else was quicker, it was not. */
function move(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES', 'EBUSY', 'ENOENT'].includes(error.code)) return false;
    throw error;
  }
}

function remove(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

function holderOf(place) {
  return filesIn(place)[0];
}

function filesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function pidOf(holder) {
  return Number.parseInt(holder, 10);
}

function isGone(holder, place) {
  try {
    process.kill(pidOf(holder), 0);
    return isOld(place);
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Of what is gone by now, nothing is said. */
function isOld(folder) {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > longestMs;
}
