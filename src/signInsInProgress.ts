/** Loads what shows a sign-in that goes on when the first one begins. */
import { Disposable } from 'vscode';
import type { Log } from './session/ports.ts';
import type { Sessions } from './session/sessions.ts';
import type { Passphrases, SignInProgress } from './vscode/signInProgress.ts';

export function followSignIns(sessions: Sessions, passphrases: Passphrases, log: Log): Disposable {
  let opened: Promise<SignInProgress> | undefined;
  const open = () => {
    opened = import('./vscode/signInProgress.ts').then(
      (part) => new part.SignInProgress(sessions, passphrases),
    );
    opened.catch((thrown: unknown) => {
      // The next sign-in tries again.
      opened = undefined;
      log.error('sign_in_not_shown', {}, thrown);
    });
  };
  const stop = sessions.onDidChange((change) => {
    if (opened === undefined && change.kind === 'state' && change.session.state.kind === 'authorizing')
      open();
  });
  return new Disposable(() => {
    stop();
    void opened?.then(
      (part) => part.dispose(),
      () => undefined,
    );
  });
}
