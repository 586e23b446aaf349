/** Text of a file that a person named. */
import { readFile, stat } from 'node:fs/promises';

/** A token is a few kilobytes; whatever is larger, or no file at all, such as a device, is none. */
const maxBytes = 65_536;

/** @throws where it is no readable file of a sensible size. */
export async function readTextFile(path: string): Promise<string> {
  const { size } = await requireFile(path);
  if (size > maxBytes) throw new RangeError('The file is too large to hold a token.');
  return readFile(path, 'utf8');
}

async function requireFile(path: string): Promise<{ readonly size: number }> {
  const found = await stat(path);
  if (!found.isFile()) throw new TypeError('This is no file.');
  return found;
}
