// The pages with codes that are open: one for each server, as long as its sign-in runs.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type { DeviceCodeNews, DeviceCodeRequest } from '../../src/vscode/pages/deviceCodePage.ts';
import type * as codes from '../../src/vscode/pages/deviceCodes.ts';
import { ManualClock } from './manualClock.ts';
import { loadMessages } from './messages.ts';
import { OpenTab } from './openTab.ts';

type Tab = OpenTab<DeviceCodeRequest, DeviceCodeNews>;

describe('A page with a code', () => {
  let DeviceCodes: typeof codes.DeviceCodes;
  let clock: ManualClock;
  let tabs: Tab[];
  let pages: codes.DeviceCodes;
  let copies: () => Promise<void>;

  before(async () => {
    ({ DeviceCodes } = (await loadMessages('../pages/deviceCodes')) as typeof codes);
  });

  beforeEach(() => {
    clock = new ManualClock();
    tabs = [];
    copies = () => Promise.resolve();
    pages = new DeviceCodes(clock, (given) => {
      const tab: Tab = new OpenTab(given);
      tabs.push(tab);
      return tab;
    });
  });

  function show(server: string): { readonly tab: Tab; readonly signIn: AbortController } {
    const signIn = new AbortController();
    const shown = {
      ...{ server, host: 'login.example', issuerHost: 'login.example', userCode: 'ABCD-EFGH' },
      ...{ expiresAtMs: clock.now() + 120_000, copy: () => copies(), open: () => Promise.resolve() },
    };
    pages.show(shown, signIn.signal);
    const tab = tabs.at(-1);
    assert.ok(tab);
    return { tab, signIn };
  }

  it('closes when its sign-in is over, and leaves no clock behind', () => {
    const [one, two] = [show('one'), show('two')];
    assert.equal(clock.pendingTimers, 2);
    one.signIn.abort();
    assert.deepEqual([one.tab.isClosed, two.tab.isClosed, clock.pendingTimers], [true, false, 1]);
    pages.show({ ...shownNowhere, server: 'three' }, AbortSignal.abort());
    assert.equal(tabs.length, 2, 'What is over already is not shown.');
    pages.dispose();
    assert.deepEqual([two.tab.isClosed, clock.pendingTimers], [true, 0]);
  });

  it('takes the place of the one before of the same server, whose end takes nothing from it', () => {
    const [before, now] = [show('one'), show('one')];
    assert.deepEqual([before.tab.isClosed, now.tab.isClosed], [true, false]);
    before.signIn.abort();
    assert.equal(now.tab.isClosed, false);
    show('one');
    assert.equal(now.tab.isClosed, true);
  });

  it('says what came of a button, and once a minute how long the code holds', async () => {
    const { tab } = show('one');
    tab.press('copy');
    copies = () => Promise.reject(new Error('no clipboard'));
    await new Promise((resolve) => setImmediate(resolve));
    tab.press('copyAndOpen');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(
      tab.posted.map((news) => 'isFailure' in news && news.isFailure),
      [false, true],
    );
    assert.equal(tab.posted[0]?.text, 'The code was copied.');
    for (let second = 0; second < 62; second += 1) clock.advance(1_000);
    assert.deepEqual(
      tab.posted.slice(2).map(({ text }) => text),
      ['The code holds for one more minute.', 'The code holds for less than a minute.'],
    );
  });
});

const shownNowhere = {
  ...{ host: 'login.example', issuerHost: 'login.example', userCode: 'ABCD-EFGH', expiresAtMs: 1 },
  ...{ copy: () => Promise.resolve(), open: () => Promise.resolve() },
};
