// What the one notification of a sign-in says; its file needs an editor, for which plain words stand in.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type {
  Link,
  progressText,
  progressTitle,
  ProgressView,
} from '../../src/vscode/messages/signInProgress.ts';
import { loadMessages } from './messages.ts';

interface Messages {
  readonly progressText: typeof progressText;
  readonly progressTitle: typeof progressTitle;
}

const resting = { kind: 'needs_auth', reason: 'never_signed_in' } as const;
const authorizing = { kind: 'authorizing', before: resting, host: undefined } as const;
const waiting = { ...authorizing, host: 'login.example' };
const link: Link = (words, action) => `[${words}](${action})`;

describe('The notification of a sign-in', () => {
  let messages: Messages;
  before(async () => {
    messages = (await loadMessages('signInProgress')) as Messages;
  });

  function text(state: ProgressView['state'], changes: Partial<ProgressView> = {}): string {
    return messages.progressText(
      { state, device: undefined, hasPage: true, isCopied: false, passphrase: undefined, ...changes },
      link,
    );
  }

  it('says what is done, with whom, at every step, and offers no link that leads nowhere', () => {
    const registering = { kind: 'registering', host: 'login.example' } as const;
    const finishing = { kind: 'finishing', host: 'login.example' } as const;
    assert.equal(messages.progressTitle('notes'), 'Signing in to “notes”');
    const steps = [
      text(authorizing, { hasPage: false }),
      text({ ...authorizing, step: registering }, { hasPage: false }),
      text({ ...waiting, step: finishing }, { hasPage: false }),
      text(waiting, { hasPage: false }),
    ];
    assert.deepEqual(steps, [
      'asking the server how to sign in…',
      'registering this editor at login.example…',
      'finishing with login.example…',
      'waiting for login.example…',
    ]);
  });

  it('leads to the browser, with the link and the way back at hand', () => {
    assert.equal(
      text(waiting),
      'continue in your browser at login.example, within ten minutes. [Copy Link](copy) · [Paste Callback…](paste)',
    );
    assert.match(text(waiting, { isCopied: true }), /\[Link Copied\]\(copy\)/);
  });

  it('has the passphrase at hand where the page asks for one that this editor knows', () => {
    assert.equal(
      text(waiting, { passphrase: { isCopied: false } }),
      'continue in your browser at login.example, within ten minutes. The page asks for the passphrase of the sandbox. [Copy Passphrase](passphrase) · [Copy Link](copy) · [Paste Callback…](paste)',
    );
    const device = { code: 'ABCD-EFGH', issuerHost: 'login.example' };
    for (const said of [
      text(waiting, { passphrase: { isCopied: true } }),
      text({ ...waiting, isUnopened: true }, { passphrase: { isCopied: true } }),
      text(waiting, { passphrase: { isCopied: true }, device }),
    ])
      assert.match(said, /\[Passphrase Copied\]\(passphrase\) · \[/);
    assert.doesNotMatch(text(waiting), /[Pp]assphrase/);
  });

  it('says that the server has led to somebody else until now (checklist 5.3)', () => {
    const moved = { ...waiting, previousHost: 'old.example' };
    const device = { code: 'ABCD-EFGH', issuerHost: 'login.example' };
    for (const said of [text(moved), text({ ...moved, isUnopened: true }), text(moved, { device })])
      assert.match(said, /Until now this server led to old\.example\. Go on only if you expected that\. \[/);
  });

  it('says how to go on where the browser did not open', () => {
    const unopened = text({ ...waiting, isUnopened: true });
    assert.match(unopened, /^your browser did not open\. .* to sign in at login\.example\. /);
    assert.match(
      unopened,
      /\[Open Browser\]\(open\) · \[Copy Link\]\(copy\) · \[Paste Callback…\]\(paste\)$/,
    );
  });

  it('shows a code, and says so where it was made by somebody else than whose page takes it (RFC 8628 §5.4)', () => {
    const own = { code: 'ABCD-EFGH', issuerHost: 'login.example' };
    assert.equal(
      text(waiting, { device: own }),
      'enter the code ABCD-EFGH at login.example. [Copy Code](copy) · [Open Page](open)',
    );
    const foreign = text(waiting, { device: { ...own, issuerHost: 'evil.example' } });
    assert.match(foreign, /only if you trust evil\.example/);
    assert.match(text(waiting, { device: own, isCopied: true }), /\[Code Copied\]\(copy\)/);
  });
});
