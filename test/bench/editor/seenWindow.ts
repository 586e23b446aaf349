/** One window of the editor, as it was seen from inside and from outside. */
import type { EditorHost, HostFigures } from './editorHost.ts';
import { msToFirstRow } from './firstRow.ts';

export interface SeenWindow {
  readonly figures: HostFigures;
  /** From the click on the view's icon to its first row, milliseconds. */
  readonly treeMs: number;
}

const firstRow = { container: 'MCP OAuth', view: 'MCP servers', row: 'server-0001' };

/** @param args see {@link EditorHost.load}. */
export async function openWindow(
  host: EditorHost,
  ...args: Parameters<EditorHost['load']>
): Promise<SeenWindow> {
  const { figures, opened } = await host.load(...args);
  return { figures, treeMs: await msToFirstRow(opened, firstRow) };
}
