/** What `npm run` holds while it installs: two of them at once would empty the packages under each other. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { within } from '../support/deadline.ts';

const lock = pathToFileURL(path.resolve(import.meta.dirname, '../support/installLock.mjs')).href;
const competitors = 6;

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-install-lock-'));
});
after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

/** A process that runs this with the lock's function at hand; `place` and `counter` are paths. */
function start(program: string, name: string) {
  const [place, counter] = [path.join(folder, name), path.join(folder, `${name}.count`)];
  const text = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { setTimeout as pause } from 'node:timers/promises';
    import { withLock } from ${JSON.stringify(lock)};
    const [place, counter] = ${JSON.stringify([place, counter])};
    ${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return { child, place, counter, said: createInterface({ input: child.stdout }) };
}

async function lineOf(said: Interface): Promise<string> {
  const [line] = (await within(30_000, 'Nothing is said.', once(said, 'line'))) as [string];
  return line;
}

/** Reads, waits and writes: whoever comes in between is lost. */
const addOne = `
  await withLock(place, async () => {
    const count = Number(readFileSync(counter, 'utf8'));
    await pause(20);
    writeFileSync(counter, String(count + 1));
  });`;

async function competeAt(name: string): Promise<void> {
  const counter = path.join(folder, `${name}.count`);
  await writeFile(counter, '0');
  const ends = Array.from({ length: competitors }, () => once(start(addOne, name).child, 'exit'));
  for (const [code] of await Promise.all(ends)) assert.equal(code, 0);
  assert.equal(await readFile(counter, 'utf8'), String(competitors));
  const left = (await readdir(folder)).filter((entry) => entry.startsWith(name));
  assert.deepEqual(
    left.filter((entry) => entry !== `${name}-over`),
    [`${name}.count`],
    'nothing that stands in the way',
  );
}

describe('The lock of an installation', () => {
  it('is held by one process at a time', () => competeAt('several'));

  it('is taken over by one of those who wait when its holder has died', async () => {
    const { child, said } = start(
      `await withLock(place, async () => { console.log('held'); await pause(600_000); });`,
      'orphaned',
    );
    assert.equal(await lineOf(said), 'held');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await competeAt('orphaned');
  });

  it('is waited for while its holder lives, and whoever waits says for whom', async () => {
    const holder = start(
      `await withLock(place, async () => { console.log('held'); await new Promise((done) => process.stdin.once('data', done)); });
       process.exit();`,
      'living',
    );
    assert.equal(await lineOf(holder.said), 'held');
    const waiting = start(
      `await withLock(place, () => console.log('in'), (pid) => console.log('waits for ' + pid));`,
      'living',
    );
    assert.equal(await lineOf(waiting.said), `waits for ${holder.child.pid}`);
    holder.child.stdin.write('go\n');
    assert.equal(await lineOf(waiting.said), 'in');
  });

  it('is nobody’s after an hour, since the number of its holder may be another’s by then', async () => {
    const { child, said, place } = start(
      `await withLock(place, async () => { console.log('held'); await pause(600_000); });`,
      'old',
    );
    assert.equal(await lineOf(said), 'held');
    const before = new Date(Date.now() - 2 * 3_600_000);
    await utimes(place, before, before);
    await competeAt('old');
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  it('is given back when the work fails', async () => {
    const { child } = start(
      `await withLock(place, () => Promise.reject(new Error('no'))).catch((error) => process.exit(error.message === 'no' ? 3 : 1));`,
      'failing',
    );
    assert.deepEqual((await once(child, 'exit'))[0], 3);
    await competeAt('failing');
  });
});
