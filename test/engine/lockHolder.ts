/**
 * A program that holds a lock, for tests with several processes. `keep <folder> <name>` says when it holds it and never
 * lets go. `count <folder> <name> <counter> <rounds> [<pid>]` adds one to the number in a file, so many times and each
 * time under the lock; with the number of a process that is gone it leaves the lock behind as if that one had crashed.
 */
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { FileLock } from '../../src/node/fileLock.ts';
import { systemClock } from '../../src/node/systemClock.ts';

const [task, folder = '', name = '', counter = '', rounds = '0', gonePid] = process.argv.slice(2);

const lock = new FileLock(folder, systemClock, (cause) => {
  throw cause;
});

if (task === 'keep') {
  await lock.hold(name, () => {
    console.log('held');
    return new Promise(() => process.stdin.resume());
  });
}

for (let round = 0; round < Number(rounds); round += 1) {
  await lock.hold(name, async () => {
    const count = Number(await readFile(counter, 'utf8'));
    await writeFile(counter, String(count + 1));
    if (gonePid !== undefined)
      await leaveBehind({ owner: `${process.pid}-${round}`, pid: Number(gonePid), host: hostname() });
  });
}

async function leaveBehind(owner: object): Promise<void> {
  const file = (await readdir(folder)).find((found) => found.endsWith('.lock')) ?? '';
  const draft = path.join(folder, `${process.pid}.draft`);
  await writeFile(draft, JSON.stringify(owner));
  await rename(draft, path.join(folder, file));
}
