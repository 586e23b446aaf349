import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { pictureNames } from '../pictures/pictureNames.ts';

const root = path.resolve(import.meta.dirname, '../..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly menus: {
      readonly commandPalette: readonly { readonly command: string; readonly when: string }[];
    };
  };
};
const texts = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;

describe('The README', () => {
  it('tells of each failure by its code what it means and what helps', () => {
    const source = readFileSync(path.join(root, 'src/oauth/authError.ts'), 'utf8');
    const table = /const remedies = \{([^}]+)\}/.exec(source)?.[1] ?? '';
    const codes = [...table.matchAll(/^ {2}(\w+):/gm)].map(([, code = '']) => code);
    assert.ok(codes.length > 30);
    const rows = readme.split('\n').filter((line) => line.startsWith('| `'));
    assert.deepEqual(
      codes.filter((code) => !rows.some((row) => row.includes(`\`${code}\``))),
      [],
    );
  });

  it('names each command of the command palette by its title', () => {
    const { commands, menus } = manifest.contributes;
    const hidden = menus.commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command);
    const titles = commands
      .filter(({ command }) => !hidden.includes(command))
      .map(({ title }) => texts[title.slice(1, -1)] ?? title);
    assert.ok(titles.length > 20);
    assert.deepEqual(
      titles.filter(
        (title) => !readme.includes(`**${title}**`) && !readme.includes(`**MCP OAuth: ${title}**`),
      ),
      [],
    );
  });

  it('shows pictures that `npm run screenshots` makes, all of them with words for who cannot see them', () => {
    const pictures = [...readme.matchAll(/!\[([^\]]*)\]\(media\/([\w-]+)\.png\)/g)];
    assert.deepEqual(pictures.map(([, , name]) => name).toSorted(), [...pictureNames].toSorted());
    assert.ok(pictures.every(([, words = '']) => words.length > 20));
  });

  it('leads to files and headings that are there', () => {
    const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    const dead = targets.filter((target) =>
      target.startsWith('#') ? !headings.includes(target.slice(1)) : !existsSync(path.join(root, target)),
    );
    assert.deepEqual(dead, []);
  });
});
