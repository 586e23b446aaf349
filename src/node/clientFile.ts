/** Configuration files of other MCP clients on this computer: where they are, and how they are changed without harm. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { systemCode } from './exclusivePort.ts';

/** Where a client looks, as far as it differs between computers. */
export interface ClientSurroundings {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Much larger than any that was written by hand; Claude Code keeps its history in the same file. */
const maxBytes = 33_554_432;
const deepestLink = 40;

/** The file that each client reads for every project; of several that it reads, the one that is there. */
export async function locateClientFile(
  client: 'claude-code' | 'codex' | 'opencode',
  { home, env }: ClientSurroundings = { home: homedir(), env: process.env },
): Promise<string> {
  switch (client) {
    case 'claude-code':
      return path.join(folder(env['CLAUDE_CONFIG_DIR']) ?? home, '.claude.json');
    case 'codex':
      return path.join(folder(env['CODEX_HOME']) ?? path.join(home, '.codex'), 'config.toml');
    case 'opencode': {
      const chosen = folder(env['OPENCODE_CONFIG']);
      if (chosen !== undefined) return chosen;
      const base = path.join(folder(env['XDG_CONFIG_HOME']) ?? path.join(home, '.config'), 'opencode');
      // What stands in the second counts where both name the same.
      const [plain, commented] = [path.join(base, 'opencode.json'), path.join(base, 'opencode.jsonc')];
      return (await isThere(commented)) ? commented : plain;
    }
  }
}

/**
 * The text of a file, exactly as it is; undefined where there is none.
 * @throws RangeError where it is no file, or no sensible one; TypeError where it is no text in UTF-8, which could not be
 * written again as it was; what the file system throws.
 */
export async function readClientFile(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > maxBytes) throw new RangeError('This is no configuration file.');
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

/**
 * Puts `after` in the place of `before` at once, so that nobody reads half of it. A link stays one, and who may read the
 * file stays so; a new file is for this user alone.
 * @param before as it was read; undefined where there was no file.
 * @returns false where it says something else by now, and nothing was written.
 * @throws what the file system throws.
 */
export async function replaceClientFile(
  file: string,
  before: string | undefined,
  after: string,
): Promise<boolean> {
  const target = await followLinks(file);
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  const draft = `${target}.${randomBytes(8).toString('hex')}`;
  try {
    await writeFile(draft, after, { flag: 'wx', mode: 0o600 });
    if (before !== undefined) await chmod(draft, (await stat(target)).mode & 0o777);
    if ((await readClientFile(target)) !== before) return false;
    await rename(draft, target);
    return true;
  } catch (thrown) {
    if (before !== undefined && systemCode(thrown) === 'ENOENT') return false;
    throw thrown;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Where a file is, also where a link leads to one that is not there yet. */
async function followLinks(file: string, depth = 0): Promise<string> {
  try {
    return await realpath(file);
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENOENT' || depth === deepestLink) throw thrown;
  }
  let next: string;
  try {
    next = await readlink(file);
  } catch {
    // No link: the file or its folder is to be made.
    return file;
  }
  return followLinks(path.resolve(path.dirname(file), next), depth + 1);
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch {
    return false;
  }
}

/** A relative one would mean another folder for each program. */
function folder(named: string | undefined): string | undefined {
  return named !== undefined && path.isAbsolute(named) ? named : undefined;
}
