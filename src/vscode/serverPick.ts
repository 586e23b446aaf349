/** Asks a person which server they mean. */
import { commands, window } from 'vscode';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { signInMessages as messages } from './messages/signIn.ts';
import { stateWords } from './messages/states.ts';

export interface ServerQuestion {
  readonly candidates: readonly Session[];
  readonly placeHolder: string;
  /** Said where no server is a candidate. */
  readonly nobody: string;
}

/** Undefined where the person chose none, or had none to choose from and was told so. */
export async function pickServer(
  sessions: Sessions,
  { candidates, placeHolder, nobody }: ServerQuestion,
): Promise<Session | undefined> {
  if (sessions.all.length === 0) {
    const add = messages.addServer();
    if ((await window.showInformationMessage(messages.noServers(), add)) === add) {
      await commands.executeCommand('mcpOAuth.addServer');
    }
    return undefined;
  }
  if (candidates.length === 0) {
    void window.showInformationMessage(nobody);
    return undefined;
  }
  const items = candidates.map((session) => ({
    label: session.server.name,
    description: stateWords(session.state),
    detail: session.server.url,
    session,
  }));
  return (await window.showQuickPick(items, { placeHolder, matchOnDetail: true }))?.session;
}
