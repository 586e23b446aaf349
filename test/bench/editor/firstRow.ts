/** How long a view takes from the click on its icon to its first row, by the clock of the page itself. */
import type { OpenWorkbench } from '../../support/vscode/openWorkbench.ts';

export interface ShownRow {
  /** Of the icon. */
  readonly container: string;
  readonly view: string;
  readonly row: string;
}

/**
 * Asked from outside, the answer would come later with each row that is in sight, and there are more of them with a hundred
 * servers than with ten.
 * @returns milliseconds.
 */
export async function msToFirstRow(
  { hands, workbench }: OpenWorkbench,
  { container, view, row }: ShownRow,
): Promise<number> {
  await hands.openView('Explorer');
  await workbench.page.evaluate(atRest);
  const measured = workbench.page.evaluate<number>(measuring(`${view} Section`, row));
  // It fails with the page where the view is not to be opened.
  measured.catch(() => undefined);
  await hands.openView(container);
  return measured;
}

/** A script of the page: waits until nothing has held it up for a second, as while a window is being opened. */
const atRest = `(async () => {
  for (let quiet = 0; quiet < 10; ) {
    const began = performance.now();
    await new Promise((next) => setTimeout(next, 100));
    quiet = performance.now() - began < 120 ? quiet + 1 : 0;
  }
})()`;

/** A script of the page. */
function measuring(section: string, row: string): string {
  return `new Promise((resolve) => {
    let began;
    addEventListener('click', () => (began = performance.now()), { capture: true, once: true });
    const rows = ${JSON.stringify(`.part.sidebar .pane:has(> .pane-header[aria-label=${JSON.stringify(section)}]) .monaco-list-row .label-name`)};
    const observer = new MutationObserver(() => {
      if (![...document.querySelectorAll(rows)].some(({ textContent }) => textContent === ${JSON.stringify(row)})) return;
      observer.disconnect();
      resolve(performance.now() - began);
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  })`;
}
