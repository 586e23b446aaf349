/** The tabs of the editor, as the extension host knows them. */
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';

/** Waits until there are so many tabs of a title. */
export async function untilTabs(title: string, count: number): Promise<void> {
  let titles: readonly string[] = [];
  await eventually(
    20_000,
    () => {
      titles = vscode.window.tabGroups.all.flatMap((group) => group.tabs).map(({ label }) => label);
      return Promise.resolve(titles.filter((label) => label === title).length === count || undefined);
    },
    () => `There are not ${count} tabs “${title}” but these: ${titles.join(', ')}.`,
  );
}
