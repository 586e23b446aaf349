import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { besideLinks, notificationLink } from '../../src/vscode/notificationLinks.ts';

/** What VS Code makes a link of in the text of a notification. */
const links = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;

function linksIn(text: string): readonly (readonly (string | undefined)[])[] {
  return [...text.matchAll(links)].map(([, words, target, , tip]) => [words, target, tip]);
}

describe('A link in a notification', () => {
  const copy = notificationLink('Copy Link', '_mcpOAuth.copySignIn', 7);

  it('names a command and a number, and says in its tip what it does', () => {
    assert.deepEqual(linksIn(`Go on. ${copy}`), [
      ['Copy Link', 'command:_mcpOAuth.copySignIn?%5B7%5D', 'Copy Link'],
    ]);
  });

  it('is what it is beside whatever a server, a code or a workspace calls itself', () => {
    for (const name of [
      'notes',
      'a [b',
      '[x](command:workbench.action.quit)',
      '[x]\u202e(command:workbench.action.quit)',
      'x](command:workbench.action.quit) [',
      '[evil](https://evil.example/) [',
      '[x](command:evil "',
    ]) {
      const text = `Signing in to “${besideLinks(name)}”: continue. ${copy} · ${copy}`;
      assert.deepEqual(linksIn(text), [...linksIn(copy), ...linksIn(copy)], name);
    }
  });
});
