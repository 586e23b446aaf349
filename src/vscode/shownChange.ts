/** Shows how a file would change, beside how it is, and asks before anything is written. */
import { commands, TabInputTextDiff, Uri, window, workspace } from 'vscode';

export interface ShownChange {
  readonly file: string;
  /** Empty where there is no file. */
  readonly before: string;
  readonly after: string;
  readonly title: string;
  readonly question: string;
  /** What belongs to the change beside the file, asked about in a dialog. */
  readonly detail?: string;
  readonly apply: string;
  readonly cancel: string;
}

const scheme = 'mcp-oauth-change';
/** The editor remembers what an address showed. */
let shown = 0;

/** Whether the person wants the change. The question stays while they read; both sides are read-only. */
export async function confirmChange(change: ShownChange): Promise<boolean> {
  const { path } = Uri.file(change.file);
  shown += 1;
  const before = Uri.from({ scheme, path, query: `before-${shown}` });
  const after = Uri.from({ scheme, path, query: `after-${shown}` });
  const provider = workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: ({ query }) => (query === before.query ? change.before : change.after),
  });
  try {
    await commands.executeCommand('vscode.diff', before, after, change.title, { preview: true });
    return await ask(change);
  } finally {
    const tabs = window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(
        ({ input }) => input instanceof TabInputTextDiff && input.modified.toString() === after.toString(),
      );
    await window.tabGroups.close(tabs);
    provider.dispose();
  }
}

async function ask({ question, detail, apply, cancel }: ShownChange): Promise<boolean> {
  if (detail !== undefined)
    return (await window.showInformationMessage(question, { modal: true, detail }, apply)) === apply;
  const items = [{ label: apply }, { label: cancel }];
  const chosen = await window.showQuickPick(items, { title: question, ignoreFocusOut: true });
  return chosen?.label === apply;
}
