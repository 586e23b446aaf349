// Configuration files of other clients: where they are, and that changing one harms nobody.
import assert from 'node:assert/strict';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { locateClientFile, readClientFile, replaceClientFile } from '../../src/node/clientFile.ts';

let home: string;
beforeEach(async () => (home = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-client-'))));
afterEach(() => rm(home, { recursive: true, force: true }));

const at = (...names: string[]) => path.join(home, ...names);
const onUnix = { skip: process.platform === 'win32' };

async function mode(file: string): Promise<number> {
  return (await stat(file)).mode & 0o777;
}

describe('The configuration file of another client', () => {
  it('is where the client looks for every project', async () => {
    const bare = { home, env: {} };
    assert.equal(await locateClientFile('claude-code', bare), at('.claude.json'));
    assert.equal(await locateClientFile('codex', bare), at('.codex', 'config.toml'));
    assert.equal(await locateClientFile('opencode', bare), at('.config', 'opencode', 'opencode.json'));
  });

  it('is where its own variable says, unless that names no place of its own', async () => {
    const env = {
      CLAUDE_CONFIG_DIR: at('claude'),
      CODEX_HOME: at('codex'),
      XDG_CONFIG_HOME: at('xdg'),
      OPENCODE_CONFIG: at('mine.json'),
    };
    assert.equal(await locateClientFile('claude-code', { home, env }), at('claude', '.claude.json'));
    assert.equal(await locateClientFile('codex', { home, env }), at('codex', 'config.toml'));
    assert.equal(await locateClientFile('opencode', { home, env }), at('mine.json'));
    assert.equal(
      await locateClientFile('opencode', { home, env: { ...env, OPENCODE_CONFIG: '' } }),
      at('xdg', 'opencode', 'opencode.json'),
    );
    assert.equal(
      await locateClientFile('codex', { home, env: { CODEX_HOME: 'relative' } }),
      at('.codex', 'config.toml'),
    );
  });

  it('of opencode is the one with comments where that is there', async () => {
    await mkdir(at('.config', 'opencode'), { recursive: true });
    await writeFile(at('.config', 'opencode', 'opencode.jsonc'), '{}');
    assert.equal(
      await locateClientFile('opencode', { home, env: {} }),
      at('.config', 'opencode', 'opencode.jsonc'),
    );
  });

  it('that is not there is made with its folder, for this user alone', onUnix, async () => {
    const file = at('.codex', 'config.toml');
    assert.equal(await readClientFile(file), undefined);
    assert.equal(await replaceClientFile(file, undefined, 'a = 1\n'), true);
    assert.equal(await readFile(file, 'utf8'), 'a = 1\n');
    assert.equal(await mode(file), 0o600);
    assert.equal(await mode(at('.codex')), 0o700);
    assert.deepEqual(await readdir(at('.codex')), ['config.toml']);
  });

  it('may be read by the same people afterwards', onUnix, async () => {
    await writeFile(at('f'), 'before');
    await chmod(at('f'), 0o640);
    assert.equal(await replaceClientFile(at('f'), 'before', 'after'), true);
    assert.equal(await mode(at('f')), 0o640);
  });

  it('is not written where it says something else by now', async () => {
    await writeFile(at('f'), 'changed');
    assert.equal(await replaceClientFile(at('f'), 'before', 'after'), false);
    assert.equal(await replaceClientFile(at('f'), undefined, 'after'), false);
    assert.equal(await readFile(at('f'), 'utf8'), 'changed');
    await rm(at('f'));
    assert.equal(await replaceClientFile(at('f'), 'before', 'after'), false);
    assert.deepEqual(await readdir(home), []);
  });

  it('that is no text in UTF-8 is refused: writing it again would change what nobody meant to change', async () => {
    await writeFile(at('f'), Buffer.from([0x7b, 0xe9, 0x7d]));
    await assert.rejects(readClientFile(at('f')), TypeError);
    await writeFile(at('f'), '\ufeff{}');
    assert.equal(await readClientFile(at('f')), '\ufeff{}');
  });

  it('that is a link stays one, also where it leads to a file that is not there yet', onUnix, async () => {
    await mkdir(at('dotfiles'));
    await writeFile(at('dotfiles', 'real'), 'before');
    await symlink(path.join('dotfiles', 'real'), at('link'));
    assert.equal(await replaceClientFile(at('link'), 'before', 'after'), true);
    assert.equal(await readFile(at('dotfiles', 'real'), 'utf8'), 'after');
    await symlink(path.join('dotfiles', 'later', 'new'), at('dangling'));
    assert.equal(await replaceClientFile(at('dangling'), undefined, 'after'), true);
    assert.equal(await readFile(at('dotfiles', 'later', 'new'), 'utf8'), 'after');
    for (const link of ['link', 'dangling']) assert.ok(await readlink(at(link)));
  });

  it('that is a link in a circle, a folder or a device is refused', onUnix, async () => {
    await symlink('two', at('one'));
    await symlink('one', at('two'));
    await assert.rejects(readClientFile(at('one')), { code: 'ELOOP' });
    await assert.rejects(replaceClientFile(at('one'), undefined, 'after'), { code: 'ELOOP' });
    await assert.rejects(readClientFile(home), RangeError);
    await assert.rejects(readClientFile('/dev/zero'), RangeError);
  });
});
