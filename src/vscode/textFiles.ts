/** Files of people as text, exactly as they are: what is read and written again unchanged has the same bytes. */
import { FileSystemError, window, workspace, type TextDocument, type Uri } from 'vscode';
import { fileMessages as messages } from './messages/serverFiles.ts';

/** Nobody writes such a file by hand, and reading one would take the memory of the editor. */
const largestBytes = 4_000_000;

/**
 * Undefined where there is no such file, or nothing here can read it.
 * @throws what the file system throws, where it is more than that.
 */
export async function readText(uri: Uri): Promise<string | undefined> {
  try {
    if ((await workspace.fs.stat(uri)).size > largestBytes) return undefined;
    const bytes = await workspace.fs.readFile(uri);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (thrown) {
    if (thrown instanceof FileSystemError || thrown instanceof TypeError) return undefined;
    throw thrown;
  }
}

/** What is to be edited: empty where there is no file; undefined where there is one that nothing here can read. */
export async function readToEdit(uri: Uri): Promise<string | undefined> {
  try {
    await workspace.fs.stat(uri);
  } catch (thrown) {
    if (thrown instanceof FileSystemError && thrown.code === 'FileNotFound') return '';
    throw thrown;
  }
  return readText(uri);
}

/** An editor that shows the file and has no unsaved changes follows by itself. */
export async function writeText(uri: Uri, text: string): Promise<void> {
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}

/** The open document of a file; that of the settings has a scheme of its own. */
export function openDocument(uri: Uri): TextDocument | undefined {
  return workspace.textDocuments.find(
    (document) =>
      document.uri.toString() === uri.toString() ||
      (document.uri.scheme === 'vscode-userdata' && document.uri.path === uri.path),
  );
}

/**
 * What somebody typed and did not save must neither be lost nor be saved without a word: they are asked.
 * @returns whether the file holds what the editor shows.
 */
export async function savedFirst(uri: Uri, label: string): Promise<boolean> {
  const document = openDocument(uri);
  if (document?.isDirty !== true) return true;
  const save = messages.save();
  const question = { modal: true, detail: messages.unsavedDetail() };
  if ((await window.showWarningMessage(messages.unsaved(label), question, save)) !== save) return false;
  return document.save();
}
