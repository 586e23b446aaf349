/** What the row of a server shows under the mouse. Loaded with what stands below it. */
import { shownUrl } from '../servers/server.ts';
import type { ListedServer } from '../servers/settings.ts';
import type { Session } from '../session/session.ts';
import type { SessionState } from '../session/state.ts';
import { otherAccounts, sandboxMessages, tokenSentence } from './messages/detailRows.ts';
import { rowMessages } from './messages/servers.ts';
import { stateSentence } from './messages/states.ts';
import { needsSandbox } from './stoppedSandbox.ts';

/**
 * Lines of plain text: names and a server's words are not to be read as Markdown.
 * @param shared a line on each program that uses the sign-in.
 */
export function serverTooltip(
  session: Session,
  listed: ListedServer | undefined,
  shared: readonly string[],
): string {
  const { server, state, accounts } = session;
  return [
    server.name,
    ...(listed === undefined ? [] : [shownUrl(listed.server)]),
    needsSandbox(session) ? sandboxMessages.howToStart() : stateSentence(state),
    ...lifeOf(state),
    ...otherAccounts(accounts),
    ...shared,
    ...(listed === undefined ? [] : rowMessages.from(listed.source)),
  ].join('\n');
}

function lifeOf(state: SessionState): readonly string[] {
  if (state.kind !== 'connected') return [];
  const sentence = tokenSentence({ ...state, isOver: false });
  return sentence === undefined ? [] : [sentence];
}
