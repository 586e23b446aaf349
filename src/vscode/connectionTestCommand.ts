/** Testing the connection to a server as a person sees it: choice, progress that can be cancelled, what was found. */
import { commands, ProgressLocation, window } from 'vscode';
import { quotable } from '../oauth/authError.ts';
import { shownUrl } from '../servers/server.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { SessionState } from '../session/state.ts';
import { detailsText, worksSentence } from './connectionDetails.ts';
import { showConnectionDetails } from './connectionDocument.ts';
import type { ConnectionReport, ServerRefused, TestConnection, TestedServer } from './connectionReport.ts';
import { connectionMessages as messages } from './messages/connectionTest.ts';
import { failureNotice, remedyLabel } from './messages/failures.ts';
import { stateSentence } from './messages/states.ts';
import { pickServer } from './serverPick.ts';
import { applyRemedy, signInWithPerson } from './signInCommand.ts';
import { isStoppedSandbox, offerToStartSandbox } from './stoppedSandbox.ts';
import type { Needs } from './tokenWish.ts';

export interface ConnectionParts {
  readonly sessions: Sessions;
  readonly test: TestConnection;
}

/** Of the given server, or of one that the person picks. */
export async function testConnectionCommand(
  parts: ConnectionParts,
  chosen: Session | undefined,
): Promise<void> {
  const { sessions, test } = parts;
  const session =
    chosen ??
    (await pickServer(sessions, {
      candidates: sessions.all,
      placeHolder: messages.pickServer(),
      // Whoever has no servers at all is offered to add one.
      nobody: '',
    }));
  if (session === undefined) return;
  const report = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      cancellable: true,
      title: messages.progress(session.server.name),
    },
    (_, cancellation) => {
      const cancel = new AbortController();
      cancellation.onCancellationRequested(() => cancel.abort());
      return test(session, cancel.signal);
    },
  );
  if (report.kind === 'cancelled') return;
  if (report.kind === 'works') await showSuccess(session, report.server);
  else await showFailure(parts, session, report);
}

async function showSuccess({ server, accounts, scopes }: Session, tested: TestedServer): Promise<void> {
  const account = accounts.find(({ isActive }) => isActive)?.account.label;
  // Of whoever is signed out meanwhile there are none.
  const granted = account === undefined ? [] : scopes.granted;
  const showDetails = messages.showDetails();
  const { name } = server;
  const sentence = worksSentence(tested, { name, account });
  if ((await window.showInformationMessage(sentence, showDetails)) !== showDetails) return;
  const as = { name, account, scopes: granted, url: shownUrl(server) };
  await showConnectionDetails(name, detailsText(tested, as));
}

/** What is said, and the button that helps, where one does. */
interface Advice {
  readonly sentence: string;
  readonly button?: { readonly label: string; readonly press: () => unknown };
}

async function showFailure(
  parts: ConnectionParts,
  session: Session,
  report: Exclude<ConnectionReport, { kind: 'works' | 'cancelled' }>,
): Promise<void> {
  if (report.kind === 'failed' && isStoppedSandbox(session, report.error)) {
    await offerToStartSandbox();
    return;
  }
  const { sentence, button } = adviceOn(parts, session, report);
  const showTrace = messages.showTrace();
  const labels = button === undefined ? [showTrace] : [button.label, showTrace];
  const pressed = await window.showWarningMessage(sentence, ...labels);
  if (pressed === showTrace) await commands.executeCommand('mcpOAuth.showTrace', session);
  else if (pressed === button?.label) await button?.press();
}

function adviceOn(
  parts: ConnectionParts,
  session: Session,
  report: Exclude<ConnectionReport, { kind: 'works' | 'cancelled' }>,
): Advice {
  const { name } = session.server;
  switch (report.kind) {
    case 'waits':
      return adviceOnState(session, report.state);
    case 'refused':
      return adviceOnRefusal(session, report.how, report.challenge && { challenge: report.challenge });
    case 'failed': {
      const { error } = report;
      const { remedy } = error;
      return {
        sentence: messages.failed(name, failureNotice(error)),
        button: {
          label: remedyLabel(remedy),
          press: () =>
            remedy === 'retry' ? testConnectionCommand(parts, session) : applyRemedy(session, remedy),
        },
      };
    }
    case 'no_mcp': {
      const words = quotable(report.words);
      return {
        sentence: words === undefined ? messages.noMcp(name) : messages.said(name, words),
        button: openSettings(session),
      };
    }
  }
}

function adviceOnState(session: Session, state: SessionState): Advice {
  const { name } = session.server;
  switch (state.kind) {
    case 'needs_client_registration':
    case 'error': {
      const { remedy } = state.error;
      return {
        sentence: messages.failed(name, failureNotice(state.error)),
        button: { label: remedyLabel(remedy), press: () => applyRemedy(session, remedy) },
      };
    }
    case 'needs_auth':
      return { sentence: messages.needsSignIn(name), button: signIn(session) };
    case 'expired':
      return { sentence: messages.failed(name, stateSentence(state)), button: signIn(session) };
    case 'no_auth':
    case 'authorizing':
    case 'connected':
    case 'offline':
      return { sentence: messages.failed(name, stateSentence(state)) };
  }
}

function adviceOnRefusal(session: Session, how: ServerRefused, needs: Needs | undefined): Advice {
  const sentence = messages.refused[how](session.server.name);
  if (how === 'forbidden') return { sentence };
  const isConfigured = how === 'redirected' || session.state.kind === 'no_auth';
  return { sentence, button: isConfigured ? openSettings(session) : signIn(session, needs) };
}

function signIn(session: Session, needs?: Needs): Advice['button'] & object {
  return { label: messages.signIn(), press: () => signInWithPerson(session, undefined, needs) };
}

function openSettings(session: Session): Advice['button'] & object {
  return {
    label: messages.openSettings(),
    press: () => commands.executeCommand('mcpOAuth.openSettings', session),
  };
}
