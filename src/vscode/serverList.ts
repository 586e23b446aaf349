/**
 * The list of all servers at the top of the window, by keyboard alone: those that need somebody first, each with its one
 * action as a button, and behind each server all that can be done with it.
 */
import { commands, Disposable, QuickInputButtons, window, type QuickPick } from 'vscode';
import { Session } from '../session/session.ts';
import { serverListMessages as messages } from './messages/serverList.ts';
import {
  actionLines,
  rowTitle,
  serverLines,
  type CommandButton,
  type Line,
  type ListParts,
  type ListRow,
} from './serverListItems.ts';

/** What a person did with a list. */
type Outcome =
  | { readonly kind: 'chosen'; readonly line: Line }
  | { readonly kind: 'pressed'; readonly line: Line; readonly command: string }
  | { readonly kind: 'back' | 'left' };

interface Listing {
  readonly title: () => string;
  readonly placeholder: (lines: readonly Line[]) => string;
  readonly canGoBack: boolean;
  readonly lines: () => readonly Line[];
  /** The line that the list opens on. */
  readonly activeKey?: string | undefined;
}

/** @param look reads what files hold beside the settings; the list is drawn anew when that is known. */
export async function showServersCommand(parts: ListParts, look: () => void): Promise<void> {
  look();
  let activeKey: string | undefined;
  for (;;) {
    const outcome = await showList(parts, {
      title: messages.title,
      placeholder: (lines) =>
        lines.some(({ row }) => row !== undefined) ? messages.pick() : messages.empty(),
      canGoBack: false,
      lines: () => serverLines(parts),
      activeKey,
    });
    if (outcome.kind === 'pressed') return run(outcome.command, outcome.line.row);
    if (outcome.kind !== 'chosen') return;
    const { row, command, key } = outcome.line;
    if (command !== undefined) return run(command, row);
    if (row === undefined) return;
    const next = await showActions(parts, row);
    if (next.kind === 'chosen' && next.line.command !== undefined)
      return run(next.line.command, current(row, parts));
    if (next.kind !== 'back') return;
    activeKey = key;
  }
}

function showActions(parts: ListParts, row: ListRow): Promise<Outcome> {
  return showList(parts, {
    title: () => rowTitle(current(row, parts), parts),
    placeholder: messages.pickAction,
    canGoBack: true,
    lines: () => actionLines(current(row, parts), parts),
  });
}

/** The settings may have replaced the session meanwhile. */
function current(row: ListRow, { sessions }: ListParts): ListRow {
  return row instanceof Session ? (sessions.find(row.server.name) ?? row) : row;
}

async function run(command: string, row: ListRow | undefined): Promise<void> {
  await commands.executeCommand(command, row);
}

/** Draws the list anew whenever a server changes, and stays on the line that the person is at. */
async function showList({ sessions, found }: ListParts, listing: Listing): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const pick = window.createQuickPick<Line>();
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.keepScrollPosition = true;
  pick.buttons = listing.canGoBack ? [QuickInputButtons.Back] : [];
  draw(pick, listing, listing.activeKey);
  const redraw = () => draw(pick, listing, pick.activeItems[0]?.key);
  const registrations = Disposable.from(
    pick,
    new Disposable(sessions.onDidChange(redraw)),
    found.onDidChange(redraw),
    pick.onDidAccept(() => {
      const [line] = pick.selectedItems;
      if (line !== undefined) resolve({ kind: 'chosen', line });
    }),
    pick.onDidTriggerItemButton(({ item, button }) =>
      resolve({ kind: 'pressed', line: item, command: (button as CommandButton).command }),
    ),
    pick.onDidTriggerButton(() => resolve({ kind: 'back' })),
    pick.onDidHide(() => resolve({ kind: 'left' })),
  );
  pick.show();
  try {
    return await promise;
  } finally {
    registrations.dispose();
  }
}

function draw(
  pick: QuickPick<Line>,
  { title, placeholder, lines }: Listing,
  activeKey: string | undefined,
): void {
  const drawn = lines();
  pick.title = title();
  pick.placeholder = placeholder(drawn);
  pick.items = drawn;
  const active = drawn.find(({ key }) => key !== '' && key === activeKey);
  if (active !== undefined) pick.activeItems = [active];
}
