/** Asks a person which server they mean; those that need them come first. */
import { commands, window } from 'vscode';
import { shownUrl } from '../servers/server.ts';
import { byNeed } from '../session/need.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { signInMessages as messages } from './messages/signIn.ts';
import { stateWords } from './messages/states.ts';
import { inLabel } from './plainText.ts';

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
  const items = byNeed(candidates).map((session) => ({
    label: inLabel(session.server.name),
    description: inLabel(stateWords(session.state)),
    // What follows the path may be a key that the person entered.
    detail: inLabel(shownUrl(session.server).replace(/[?#].*$/s, '')),
    session,
  }));
  return (await window.showQuickPick(items, { placeHolder, matchOnDetail: true }))?.session;
}
