import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { ServerMenu } from '../../src/vscode/serverMenu.ts';

const root = path.resolve(import.meta.dirname, '../..');
const text = (name: string) => readFileSync(path.join(root, name), 'utf8');
const words = JSON.parse(text('package.nls.json')) as Record<string, string>;
/** As the editor hands it out: with the words of its language. */
const manifest = JSON.parse(text('package.json'), (_, value: unknown) =>
  typeof value === 'string' ? value.replace(/^%(.+)%$/, (key, name: string) => words[name] ?? key) : value,
) as {
  readonly contributes: {
    readonly menus: {
      readonly 'view/item/context': readonly { readonly command: string; readonly when: string }[];
    };
  };
};

const menu = new ServerMenu(manifest, 'mcpOAuth.servers');
const titles = (entries: readonly { readonly title: string }[]) => entries.map(({ title }) => title);

describe('What can be done with a server', () => {
  it('begins with the one action that helps, in the words of the tree', () => {
    const actions = [
      'sign_in',
      'sign_in_again',
      'retry',
      'sign_out',
      'try_now',
      'cancel',
      'set_client_secret',
    ];
    assert.deepEqual(
      actions.map((action) => menu.actionFor(`action:${action}`)?.title),
      ['Sign In…', 'Sign In…', 'Sign In…', 'Sign Out…', 'Try Now', 'Cancel Sign-In', 'Set Client Secret…'],
    );
    assert.equal(menu.actionFor('action:none'), undefined);
  });

  it('is each thing once, the action first and what forgets last', () => {
    const entries = menu.entriesFor('action:sign_out signedIn inputs takenOver');
    const names = titles(entries);
    assert.equal(new Set(names).size, names.length);
    assert.equal(names[0], 'Sign Out…');
    assert.ok(names.includes('Enter Value…') && names.includes('Switch Account…'), names.join());
    assert.match(names.slice(-2).join(), /Forget Server…/);
  });

  it('is nothing of what belongs to other rows and other views', () => {
    assert.ok(!titles(menu.entriesFor('action:sign_out')).includes('Revoke'));
    assert.deepEqual(new ServerMenu(manifest, 'another.view').entriesFor('action:sign_out'), []);
  });

  it('is known for every condition that the manifest has', () => {
    const clause = /^(?:view == mcpOAuth\.servers|viewItem == [\w:]+|viewItem =~ \/.+\/)$/;
    const unknown = manifest.contributes.menus['view/item/context'].filter(
      ({ when }) => !when.split(' && ').every((part) => clause.test(part)),
    );
    assert.deepEqual(unknown, []);
  });

  it('is nothing whose condition speaks of more than the row, or whose command is declared nowhere', () => {
    const when = 'view == v && viewItem == server';
    const odd = new ServerMenu(
      {
        contributes: {
          commands: [{ command: 'a.b', title: 'One' }],
          menus: {
            'view/item/context': [
              { command: 'a.b', when: `${when} && isLinux`, group: 'inline' },
              { command: 'a.c', when, group: 'inline' },
            ],
          },
        },
      },
      'v',
    );
    assert.deepEqual(odd.entriesFor('server'), []);
  });

  it('is called what the editor’s language calls it, where that comes with its original', () => {
    const translated = new ServerMenu(
      {
        contributes: {
          commands: [{ command: 'a.b', title: { value: 'Anmelden…', original: 'Sign In…' }, icon: '$(key)' }],
          menus: { 'view/item/context': [] },
        },
      },
      'v',
    );
    assert.deepEqual(translated.entry('a.b'), { command: 'a.b', title: 'Anmelden…', icon: 'key', group: '' });
  });
});
