// What the person at the editor is asked, and for how long; what shows a question is the editor's.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { PersonAtEditor, type PersonParts } from '../../src/vscode/person.ts';

/** A question that is on the screen. */
interface Shown {
  readonly server: string;
  readonly scopes?: string;
  readonly signal: AbortSignal;
  readonly answer: (answer: boolean | string | undefined) => void;
}

const { signal: stays } = new AbortController();

describe('The person at the editor', () => {
  let shown: Shown[];
  let person: PersonAtEditor;
  let opened: ReturnType<PersonParts['openQuestions']>;

  beforeEach(() => {
    shown = [];
    opened = Promise.resolve(questions);
    person = new PersonAtEditor({
      browser: { open: () => Promise.resolve(true) },
      showCode: () => undefined,
      copy: () => Promise.resolve(),
      openQuestions: () => opened,
    });
  });

  const questions: Awaited<ReturnType<PersonParts['openQuestions']>> = {
    askForAccess: (server, scopes, signal) =>
      new Promise((resolve) =>
        shown.push({ server, scopes, signal, answer: (answer) => resolve(answer === true) }),
      ),
    nameAccount: (server, signal) =>
      new Promise((resolve) =>
        shown.push({ server, signal, answer: (answer) => resolve(answer as string | undefined) }),
      ),
  };

  /** Which servers are asked about, once all has happened that needs nobody. */
  async function servers(): Promise<readonly string[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return shown.map(({ server }) => server);
  }

  function answer(question: number, given: boolean | string | undefined): void {
    shown[question]?.answer(given);
  }

  it('is asked about one server after another, and answers each (field case 24)', async () => {
    const answers = ['one', 'two'].map((server) => person.allowsMoreAccess(server, ['a', 'b'], stays));
    assert.deepEqual(await servers(), ['one']);
    assert.equal(shown[0]?.scopes, 'a, b');
    answer(0, true);
    assert.deepEqual(await servers(), ['one', 'two']);
    answer(1, false);
    assert.deepEqual(await Promise.all(answers), [true, false]);
  });

  it('reads scopes of a server as text, and none as a link', async () => {
    const asked = person.allowsMoreAccess('one', ['notes:read', '[x](command:workbench.action.quit)'], stays);
    await servers();
    assert.equal(shown[0]?.scopes, 'notes:read,  x  (command:workbench.action.quit)');
    answer(0, false);
    assert.equal(await asked, false);
  });

  it('is not asked for a caller who has gone, be it before or while others are asked about', async () => {
    const caller = new AbortController();
    const first = person.allowsMoreAccess('one', [], stays);
    const gone = [
      person.allowsMoreAccess('two', [], AbortSignal.abort()),
      person.allowsMoreAccess('three', [], caller.signal),
    ];
    const last = person.allowsMoreAccess('four', [], stays);
    caller.abort();
    assert.deepEqual(await Promise.all(gone), [false, false]);
    answer(0, true);
    assert.deepEqual(await servers(), ['one', 'four']);
    answer(1, true);
    assert.deepEqual(await Promise.all([first, last]), [true, true]);
  });

  it('is not asked for a caller who has gone while that was loaded which asks', async () => {
    const caller = new AbortController();
    const loaded = Promise.withResolvers<typeof questions>();
    opened = loaded.promise;
    const answers = [
      person.allowsMoreAccess('one', [], caller.signal),
      person.nameAccount('two', caller.signal),
    ];
    await servers();
    caller.abort();
    loaded.resolve(questions);
    assert.deepEqual(await Promise.all(answers), [false, undefined]);
    assert.deepEqual(await servers(), []);
  });

  it('allows nothing where the caller has gone before the answer, and the next question has its turn', async () => {
    const caller = new AbortController();
    const first = person.allowsMoreAccess('one', [], caller.signal);
    const next = person.allowsMoreAccess('two', [], stays);
    assert.deepEqual(await servers(), ['one']);
    caller.abort();
    assert.equal(shown[0]?.signal.aborted, true, 'What shows it is told.');
    assert.equal(await first, false);
    assert.deepEqual(await servers(), ['one', 'two']);
    answer(0, true);
    answer(1, true);
    assert.deepEqual([await first, await next], [false, true]);
  });

  it('has one box at a time to name an account in, and none for a sign-in that was cancelled', async () => {
    const signIn = new AbortController();
    const names = [
      person.nameAccount('one', stays),
      person.nameAccount('two', signIn.signal),
      person.nameAccount('three', stays),
    ];
    assert.deepEqual(await servers(), ['one']);
    signIn.abort();
    answer(0, 'work');
    assert.deepEqual(await servers(), ['one', 'three']);
    answer(1, undefined);
    assert.deepEqual(await Promise.all(names), ['work', undefined, undefined]);
  });
});
