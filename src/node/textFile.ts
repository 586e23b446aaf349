/** Text of a file that a person named. */
import { readFile, stat } from 'node:fs/promises';

/** A token is a few kilobytes. */
const maxBytes = 65_536;

/** @throws where it is no readable file of a sensible size; a device or a pipe would never end. */
export async function readTextFile(path: string): Promise<string> {
  const found = await stat(path);
  if (!found.isFile() || found.size > maxBytes) throw new RangeError('This is no file that holds a token.');
  return readFile(path, 'utf8');
}
