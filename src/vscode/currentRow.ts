/** Rows that a command was chosen on, when the settings have changed since they were drawn. */
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { ServerRow } from './treeRows.ts';

/**
 * Of a server its session of today, also where the row is for one that a change of the settings has replaced. Where the
 * editor has lost the row, while the tree was drawn anew, a command gets none and asks which server is meant: the row that
 * is selected may be another than the one whose menu was open.
 */
export function currentRow<Row extends object>(row: Row, sessions: Pick<Sessions, 'find'>): Row {
  const drawn = isServerRow(row) ? row.session : row;
  const { server } = drawn as Partial<Session>;
  const session = server && sessions.find(server.name);
  return (session ?? drawn) as Row;
}

function isServerRow(row: object): row is ServerRow {
  return (row as Partial<ServerRow>).kind === 'server';
}
