/** Changes a file of the person after they have seen the change, and only if it is still the file that they saw. */
import { window, type Uri } from 'vscode';
import type { EditRefusal } from '../servers/fileEdits.ts';
import { fileMessages as messages } from './messages/serverFiles.ts';
import type { confirmChange, ShownChange } from './shownChange.ts';
import { readToEdit, savedFirst, writeText } from './textFiles.ts';

export type ConfirmChange = typeof confirmChange;

export interface FileChange {
  readonly uri: Uri;
  readonly label: string;
  /** What is wanted of the text as it is now: the new text and how to ask for it, or why it cannot be had. */
  readonly plan: (text: string) => PlannedChange | { readonly refusal: EditRefusal };
}

export interface PlannedChange {
  readonly after: string;
  readonly question: Pick<Required<ShownChange>, 'title' | 'question' | 'detail' | 'apply' | 'cancel'>;
  /** Done after the person agreed and before the file is written; what is false or throws keeps the file as it is. */
  readonly prepare: () => Promise<boolean>;
  /** Undoes that where the file turned out to be another by then. */
  readonly undo: () => Promise<unknown>;
}

/** Whether the file was changed; shows the change again where somebody else changed the file meanwhile. */
export async function changeFile({ uri, label, plan }: FileChange, confirm: ConfirmChange): Promise<boolean> {
  const refuse = (refusal: EditRefusal) => {
    void window.showErrorMessage(messages.refused(label, refusal));
    return false;
  };
  for (let isFirst = true; ; isFirst = false) {
    if (!(await savedFirst(uri, label))) return false;
    const before = await readToEdit(uri);
    // One that cannot be read is not to be mistaken for none, and written over.
    if (before === undefined) return refuse('unreadable');
    const planned = plan(before);
    if ('refusal' in planned) return refuse(planned.refusal);
    const { after, question } = planned;
    const detail = [...(isFirst ? [] : [messages.changedMeanwhile(label)]), question.detail].join('\n\n');
    if (!(await confirm({ file: uri.fsPath, before, after, ...question, detail }))) return false;
    const isAsShown = async () => (await savedFirst(uri, label)) && (await readToEdit(uri)) === before;
    if (await isAsShown()) {
      if (!(await planned.prepare())) return false;
      if (await isAsShown()) {
        await writeText(uri, after);
        return true;
      }
      await planned.undo();
    }
  }
}
