/** Signing in and out as a person sees it: choice, progress that can be cancelled, outcome with the next step. */
import { commands, ProgressLocation, window } from 'vscode';
import { toAuthError, type AuthError, type Remedy } from '../oauth/authError.ts';
import type { Session, SignInResult } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { failureSentence, remedyLabel, signInMessages as messages, stateWords } from './messages.ts';
import { needsPerson } from './statusBar.ts';

/** Signs in to the given server, or to one that the person picks. */
export async function signInCommand(sessions: Sessions, chosen: Session | undefined): Promise<void> {
  const waiting = sessions.all.filter(({ state }) => needsPerson(state));
  const session = chosen ?? (await pick(sessions, waiting, messages.pickToSignIn(), messages.noneToSignIn()));
  if (session !== undefined) await signInWithPerson(session);
}

/** Signs out of the given server, or of one that the person picks. */
export async function signOutCommand(sessions: Sessions, chosen: Session | undefined): Promise<void> {
  const connected = sessions.all.filter(
    ({ state }) => state.kind === 'connected' || state.kind === 'expired',
  );
  const session =
    chosen ?? (await pick(sessions, connected, messages.pickToSignOut(), messages.noneToSignOut()));
  if (session === undefined) return;
  await session.signOut();
  void window.showInformationMessage(messages.signedOut(session.server.name));
}

/** Runs a sign-in and shows how it goes and ends; a failure is shown, and returned. */
export async function signInWithPerson(session: Session): Promise<SignInResult | AuthError> {
  const { name } = session.server;
  try {
    const result = await window.withProgress(
      { location: ProgressLocation.Notification, cancellable: true, title: messages.progress(name) },
      async (progress, cancellation): Promise<SignInResult> => {
        cancellation.onCancellationRequested(() => session.cancelSignIn());
        const stop = session.onDidChange((state) => {
          if (state.kind !== 'authorizing' || state.host === undefined) return;
          progress.report({ message: messages.continueAt(state.host) });
        });
        return await session.signIn().finally(stop);
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

/** Finishes an attempt that another window or an earlier run began; an answer to no attempt is ignored silently. */
export async function finishWithPerson(sessions: Sessions, received: string): Promise<void> {
  const claimed = await sessions.claim(received);
  if (claimed === undefined) return;
  const { session, authorization } = claimed;
  try {
    await session.finish(authorization, received);
    void window.showInformationMessage(messages.done(session.server.name, accountOf(session)));
  } catch (thrown) {
    void offerRemedy(session, toAuthError(thrown));
  } finally {
    if (!sessions.all.includes(session)) session.dispose();
  }
}

/** Says what failed, with the one button that helps. */
async function offerRemedy(session: Session, error: AuthError): Promise<void> {
  const button = remedyLabel(error.remedy);
  const sentence = messages.failed(session.server.name, failureSentence(error));
  if ((await window.showErrorMessage(sentence, button)) === button) await remedies[error.remedy](session);
}

const remedies: Record<Remedy, (session: Session) => unknown> = {
  sign_in: signInWithPerson,
  retry: signInWithPerson,
  configure_client: () => commands.executeCommand('mcpOAuth.openSettings'),
  open_settings: () => commands.executeCommand('mcpOAuth.openSettings'),
  show_log: () => commands.executeCommand('mcpOAuth.showLog'),
};

async function pick(
  sessions: Sessions,
  candidates: readonly Session[],
  placeHolder: string,
  nobody: string,
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

function accountOf({ state, server }: Session): string {
  return state.kind === 'connected' ? state.account.label : server.name;
}
