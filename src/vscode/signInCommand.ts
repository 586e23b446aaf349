/** Signing in as a person sees it: choice, progress that can be cancelled, outcome with the next step. */
import { commands, ProgressLocation, window } from 'vscode';
import { toAuthError, type AuthError, type Remedy } from '../oauth/authError.ts';
import type { PendingAuthorization } from '../oauth/pendingAuthorization.ts';
import type { AccountChoice, Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { SignInResult } from '../session/signInRun.ts';
import { needsPerson } from '../session/state.ts';
import { signInMessages as messages } from './messages/signIn.ts';
import { failureSentence, remedyLabel } from './messages/failures.ts';
import { pickServer } from './serverPick.ts';
import type { Needs } from './tokenWish.ts';

/** Signs in to the given server, or to one that the person picks. */
export async function signInCommand(sessions: Sessions, chosen: Session | undefined): Promise<void> {
  const waiting = sessions.all.filter(({ state }) => needsPerson(state));
  const session =
    chosen ??
    (await pickServer(sessions, {
      candidates: waiting,
      placeHolder: messages.pickToSignIn(),
      nobody: messages.noneToSignIn(),
    }));
  if (session !== undefined) await signInWithPerson(session);
}

/**
 * Runs a sign-in and shows how it goes and ends; a failure is shown, and returned.
 * @param needs what somebody needs of the sign-in beyond the usual.
 */
export async function signInWithPerson(
  session: Session,
  account?: AccountChoice,
  { challenge, scopes }: Needs = {},
): Promise<SignInResult | AuthError> {
  const { name } = session.server;
  try {
    const result = await window.withProgress(
      { location: ProgressLocation.Notification, cancellable: true, title: messages.progress(name) },
      async (progress, cancellation): Promise<SignInResult> => {
        cancellation.onCancellationRequested(() => session.cancelSignIn());
        const stop = session.onDidChange((state) => {
          if (state.kind !== 'authorizing' || state.host === undefined) return;
          progress.report({ message: messages.continueAt(state.host, state.previousHost) });
        });
        return await session.signIn(challenge, account, scopes).finally(stop);
      },
    );
    if (result === 'granted') void window.showInformationMessage(messages.done(name, accountOf(session)));
    if (result === 'not_needed') void window.showInformationMessage(messages.notNeeded(name));
    return result;
  } catch (thrown) {
    const error = toAuthError(thrown);
    void offerRemedy(session, error);
    return error;
  }
}

/**
 * Finishes an attempt that another window or an earlier run began; an answer to no attempt is ignored silently.
 * @param asArrived the answer as the attempt expects it, where it came another way.
 * @returns whether there was such an attempt.
 */
export async function finishWithPerson(
  sessions: Sessions,
  received: string,
  asArrived: (authorization: PendingAuthorization) => string = () => received,
): Promise<boolean> {
  const claimed = await sessions.claim(received);
  if (claimed === undefined) return false;
  const { session, authorization, wish } = claimed;
  try {
    await session.finish(authorization, asArrived(authorization), wish);
    void window.showInformationMessage(messages.done(session.server.name, accountOf(session)));
  } catch (thrown) {
    void offerRemedy(session, toAuthError(thrown));
  } finally {
    if (!sessions.all.includes(session)) session.dispose();
  }
  return true;
}

/** Says what failed, with the one button that helps. */
async function offerRemedy(session: Session, error: AuthError): Promise<void> {
  await showFailure(session, error, messages.failed(session.server.name, failureSentence(error)));
}

/** The same for whatever else failed. */
export async function showFailure(session: Session, error: AuthError, sentence: string): Promise<void> {
  const button = remedyLabel(error.remedy);
  if ((await window.showErrorMessage(sentence, button)) === button) await applyRemedy(session, error.remedy);
}

/** Does what the button of a remedy says. */
export async function applyRemedy(session: Session, remedy: Remedy): Promise<void> {
  await remedies[remedy](session);
}

const remedies: Record<Remedy, (session: Session) => unknown> = {
  sign_in: (session) => signInWithPerson(session),
  retry: (session) => signInWithPerson(session),
  configure_client: () => commands.executeCommand('mcpOAuth.openSettings'),
  set_client_secret: (session) => commands.executeCommand('mcpOAuth.setClientSecret', session),
  open_settings: () => commands.executeCommand('mcpOAuth.openSettings'),
  show_log: () => commands.executeCommand('mcpOAuth.showLog'),
};

function accountOf({ state, server }: Session): string {
  return state.kind === 'connected' ? state.account.label : server.name;
}
