/** A new token, or another try to reach the server, because a person wants it now. */
import { ProgressLocation, window } from 'vscode';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { resting } from '../session/state.ts';
import { failureSentence } from './messages/failures.ts';
import { refreshMessages as messages } from './messages/commands.ts';
import { stateSentence } from './messages/states.ts';
import { inLabel } from './plainText.ts';
import { pickServer } from './serverPick.ts';
import { showFailure } from './signInCommand.ts';

/** Of the given server, or of one that the person picks. */
export async function refreshCommand(sessions: Sessions, chosen: Session | undefined): Promise<void> {
  const session =
    chosen ??
    (await pickServer(sessions, {
      candidates: sessions.all.filter(({ accessToken }) => accessToken !== undefined),
      placeHolder: messages.pickServer(),
      nobody: messages.nobody(),
    }));
  if (session === undefined) return;
  const { name } = session.server;
  const error = await window.withProgress(
    { location: ProgressLocation.Window, title: messages.progress(inLabel(name)) },
    () => session.upkeep.tryNow(true),
  );
  if (error !== undefined) await showFailure(session, error, messages.failed(name, failureSentence(error)));
  else if (resting(session.state).kind === 'connected')
    void window.showInformationMessage(messages.done(name));
  else void window.showWarningMessage(messages.failed(name, stateSentence(session.state)));
}
