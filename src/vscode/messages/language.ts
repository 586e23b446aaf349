/** Which language our sentences are in: a page says so, for who reads it aloud. */
import { l10n } from 'vscode';

/** Whether they are in the language of the editor; else they are in English. */
export function isTranslated(): boolean {
  return l10n.bundle !== undefined;
}
