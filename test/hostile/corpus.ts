/** Cases that failed once, kept in `test/fixtures/hostile/`, a file for each door. They are tried first, every time. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export interface CorpusEntry {
  /** What went wrong there. */
  readonly why: string;
  readonly case: unknown;
}

const folder = path.resolve(import.meta.dirname, '../fixtures/hostile');

/** @throws where the file of the door is none. */
export async function corpusOf(door: string): Promise<readonly CorpusEntry[]> {
  try {
    return JSON.parse(await readFile(path.join(folder, `${door}.json`), 'utf8')) as readonly CorpusEntry[];
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw thrown;
  }
}
