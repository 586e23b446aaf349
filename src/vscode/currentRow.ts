/** Rows that a command was chosen on, when the settings have changed since they were drawn. */
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';

/** The session of today where the row is for one that a change of the settings has replaced. */
export function currentRow<Row extends object>(row: Row, sessions: Pick<Sessions, 'find'>): Row {
  const { server } = row as Partial<Session>;
  const session = server && sessions.find(server.name);
  return session === undefined ? row : (session as unknown as Row);
}
