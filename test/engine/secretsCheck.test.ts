// A secret storage that keeps nothing: noticed when somebody signs in, and explained once.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Sessions } from '../../src/session/sessions.ts';
import { onSignIn } from '../../src/vscode/grantedSignIns.ts';
import { SecretsCheck } from '../../src/vscode/secretsCheck.ts';
import { Attempt, until } from './attempt.ts';
import { Desk, MemoryRecords, serverAt } from './desk.ts';

const attempt = new Attempt();

/** What lasts over a restart of the editor beside the secrets: `get` and `update` as VS Code has them. */
class Notes {
  private readonly notes = new Map<string, unknown>();

  get(key: string): unknown {
    return this.notes.get(key);
  }

  update(key: string, value: unknown): Promise<void> {
    this.notes.set(key, value);
    return Promise.resolve();
  }
}

describe('A secret storage', () => {
  let notes: Notes;
  /** How often the person was told. */
  let told: number;
  let wantsMore: boolean;

  beforeEach(() => {
    notes = new Notes();
    told = 0;
    wantsMore = true;
  });

  /** A run of the editor. */
  async function start(records: MemoryRecords) {
    const desk = new Desk(attempt.world, records);
    const sessions = new Sessions(desk.ports);
    const check = new SecretsCheck({
      ...{ store: records, state: notes, log: desk.ports.log },
      explain: () => {
        told += 1;
        return Promise.resolve(wantsMore);
      },
    });
    onSignIn(sessions, () => void check.look());
    await sessions.update([serverAt(attempt.world.mcpUrl)]);
    const session = sessions.find('notes');
    assert.ok(session);
    const signIn = async () => {
      await session.signIn();
      await settled();
      return check.finding;
    };
    return { session, check, signIn, log: desk.log };
  }

  it('is not looked at by the start, however little is left of it (field case 32)', async () => {
    await (await start(new MemoryRecords())).signIn();
    const { check } = await start(new MemoryRecords());
    await settled();
    assert.deepEqual([check.finding, told], ['unknown', 0]);
  });

  it('that lost everything is explained with the next sign-in, and once (field case 32)', async () => {
    await (await start(new MemoryRecords())).signIn();
    const { session, signIn, check, log } = await start(new MemoryRecords());
    assert.equal(await signIn(), 'lost');
    assert.equal(told, 1);
    await session.signOut();
    assert.equal(await signIn(), 'lost');
    assert.deepEqual([told, check.finding], [1, 'lost']);
    assert.match(log.join(), /secrets_lost/);
  });

  it('that keeps nothing even for a moment is explained once, too', async () => {
    await (await start(new MemoryRecords())).signIn();
    const records = new MemoryRecords();
    const write = records.write.bind(records);
    records.write = (key, value) => (key.startsWith('check:') ? Promise.resolve() : write(key, value));
    const { session, signIn } = await start(records);
    await signIn();
    await session.signOut();
    assert.equal(await signIn(), 'lost');
    assert.equal(told, 1);
  });

  it('that keeps what it has is not spoken of, also where everybody has signed out', async () => {
    const records = new MemoryRecords();
    const first = await start(records);
    await first.signIn();
    await first.session.signOutOfAll();
    const { signIn } = await start(records);
    assert.equal(await signIn(), 'kept');
    assert.equal(told, 0);
  });

  it('is not spoken of any more where the person said so', async () => {
    await (await start(new MemoryRecords())).signIn();
    wantsMore = false;
    await (await start(new MemoryRecords())).signIn();
    await (await start(new MemoryRecords())).signIn();
    assert.equal(told, 1);
  });

  it('is spoken of again after the next start where the person did not say that', async () => {
    await (await start(new MemoryRecords())).signIn();
    await (await start(new MemoryRecords())).signIn();
    await (await start(new MemoryRecords())).signIn();
    assert.equal(told, 2);
  });

  it('that another profile of the editor has used is known to be there with the first sign-in', async () => {
    const records = new MemoryRecords();
    await (await start(records)).signIn();
    notes = new Notes();
    assert.equal(await (await start(records)).signIn(), 'kept');
    assert.equal(await (await start(new MemoryRecords())).signIn(), 'lost');
  });

  it('leaves a note for reports of what was found last, which a start does not take away', async () => {
    const said = () => notes.get('secrets.found');
    await (await start(new MemoryRecords())).signIn();
    assert.equal(said(), 'unknown');
    await (await start(new MemoryRecords())).signIn();
    await start(new MemoryRecords());
    await settled();
    assert.equal(said(), 'lost');
    const records = new MemoryRecords();
    await (await start(records)).signIn();
    await (await start(records)).signIn();
    assert.equal(said(), 'kept');
  });

  it('that does not answer costs no sign-in', async () => {
    const records = new MemoryRecords();
    const { session, signIn } = await start(records);
    const read = records.read.bind(records);
    records.read = (key) => (key.startsWith('check:') ? Promise.reject(new Error('Locked.')) : read(key));
    assert.equal(await signIn(), 'failed');
    assert.deepEqual([session.state.kind, told], ['connected', 0]);
    assert.equal(notes.get('secrets.found'), 'failed');
  });
});

/** Lets what nobody waits for come to its end. */
async function settled(): Promise<void> {
  let turns = 0;
  await until(() => (turns += 1) > 20);
}
