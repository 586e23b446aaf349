/** The sentences for people as they read in English: their files need an editor, for which plain words stand in. */
import { loadShellTexts } from './shellTexts.ts';

/**
 * Everything that files of `src/vscode/messages/` export.
 * @param files their names, without an ending.
 */
export function loadMessages(...files: readonly string[]): Promise<unknown> {
  return loadShellTexts(...files.map((name) => `messages/${name}`));
}
