/**
 * Signing in as a person begins it and sees it end: choice, and outcome with the next step. What is seen in between is the
 * notification of `signInProgress.ts`, which every sign-in has.
 */
import { commands, ProgressLocation, window } from 'vscode';
import { toAuthError, type AuthError, type Remedy } from '../oauth/authError.ts';
import type { PendingAuthorization } from '../oauth/pendingAuthorization.ts';
import type { AccountChoice, Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { SignInResult } from '../session/signInRun.ts';
import { needsPerson } from '../session/state.ts';
import { signInMessages as messages } from './messages/signIn.ts';
import { failureNotice, remedyLabel } from './messages/failures.ts';
import { pickServer } from './serverPick.ts';
import { isStoppedSandbox, offerToStartSandbox } from './stoppedSandbox.ts';
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

/** What a caller who joins a sign-in gets, too: one sign-in has one outcome on the screen. */
const running = new Map<Session, Promise<SignInResult | AuthError>>();

/**
 * Runs a sign-in and shows how it ends, unless the person has cancelled it; a failure is shown, and returned.
 * @param needs what somebody needs of the sign-in beyond the usual.
 * @param isTold whether the caller tells of a failure, asked when there is one: no notification stays beside what it says.
 */
export function signInWithPerson(
  session: Session,
  account?: AccountChoice,
  needs: Needs = {},
  isTold = () => false,
): Promise<SignInResult | AuthError> {
  const joined = running.get(session);
  if (joined !== undefined) return joined;
  const outcome = signInTelling(session, account, needs, isTold).finally(() => running.delete(session));
  running.set(session, outcome);
  return outcome;
}

async function signInTelling(
  session: Session,
  account: AccountChoice | undefined,
  { challenge, scopes }: Needs,
  isTold: () => boolean,
): Promise<SignInResult | AuthError> {
  const { name } = session.server;
  try {
    const result = await session.signIn(challenge, account, scopes);
    if (result === 'granted') void window.showInformationMessage(messages.done(name, accountOf(session)));
    if (result === 'not_needed') void window.showInformationMessage(messages.notNeeded(name));
    return result;
  } catch (thrown) {
    const error = toAuthError(thrown);
    if (!isTold())
      void (wantsGuide(session, error) ? applyRemedy(session, error.remedy) : offerRemedy(session, error));
    return error;
  }
}

/**
 * A server that registers nobody says so within a moment of the person's wish to sign in: the page that has the way out opens
 * by itself, and nothing is left beside it.
 */
function wantsGuide({ state }: Session, error: AuthError): boolean {
  const isRefused = error.code === 'registration_closed' || error.code === 'registration_refused';
  return isRefused && error.remedy === 'configure_client' && state.kind === 'needs_client_registration';
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
    const { name } = session.server;
    await window.withProgress(
      { location: ProgressLocation.Notification, title: messages.finishing(name) },
      () => session.finish(authorization, asArrived(authorization), wish),
    );
    void window.showInformationMessage(messages.done(session.server.name, accountOf(session)));
  } catch (thrown) {
    void offerRemedy(session, toAuthError(thrown));
  } finally {
    if (!sessions.all.includes(session)) session.dispose();
  }
  return true;
}

/** Says what failed, with the button that helps. */
async function offerRemedy(session: Session, error: AuthError): Promise<void> {
  await showFailure(session, error, messages.failed(session.server.name, failureNotice(error)));
}

/** The same for whatever else failed, beside the account of what happened. */
export async function showFailure(session: Session, error: AuthError, sentence: string): Promise<void> {
  if (isStoppedSandbox(session, error)) {
    await offerToStartSandbox();
    return;
  }
  const [help, trace] = [remedyLabel(error.remedy), messages.showTrace()];
  const pressed = await window.showErrorMessage(sentence, help, trace);
  if (pressed === help) await applyRemedy(session, error.remedy);
  if (pressed === trace) await commands.executeCommand('mcpOAuth.showTrace', session);
}

/** Does what the button of a remedy says. */
export async function applyRemedy(session: Session, remedy: Remedy): Promise<void> {
  await remedies[remedy](session);
}

const remedies: Record<Remedy, (session: Session) => unknown> = {
  // As commands they act on the entry of now: a notification stays while settings are corrected.
  sign_in: (session) => commands.executeCommand('mcpOAuth.signIn', session),
  retry: (session) => commands.executeCommand('mcpOAuth.signIn', session),
  configure_client: (session) => commands.executeCommand('mcpOAuth.configureClient', session),
  set_client_secret: (session) => commands.executeCommand('mcpOAuth.setClientSecret', session),
  open_settings: () => commands.executeCommand('mcpOAuth.openSettings'),
  open_keyring_help: () => commands.executeCommand('mcpOAuth.openKeyringHelp'),
  show_log: () => commands.executeCommand('mcpOAuth.showLog'),
};

function accountOf({ state, server }: Session): string {
  return state.kind === 'connected' ? state.account.label : server.name;
}
