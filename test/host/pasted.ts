/** What is on the clipboard. */
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import { hands } from './extension.ts';

/** What a person pastes: no web page may read the clipboard unasked, not even VS Code. */
export async function pasted(): Promise<string> {
  const document = await vscode.workspace.openTextDocument({ content: '' });
  await vscode.window.showTextDocument(document);
  await hands.press('ControlOrMeta+V');
  const text = await eventually(
    10_000,
    () => Promise.resolve(document.getText() || undefined),
    () => 'Nothing was pasted.',
  );
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  return text;
}
