/** What a person is asked while servers are used or signed in to. Loaded with the first question. */
import { CancellationTokenSource, window } from 'vscode';
import { quotable } from '../oauth/authError.ts';
import { accessMessages, namingMessages as messages } from './messages/questions.ts';

export { inviteToSignIn } from './signInInvitation.ts';

/**
 * Whether the person presses the button that allows it.
 * @param scopes as they may stand in a notification.
 */
export async function askForAccess(server: string, scopes: string, signal: AbortSignal): Promise<boolean> {
  const allow = accessMessages.allow();
  const question = accessMessages.question(server, scopes);
  const pressed = await window.showWarningMessage(question, allow, accessMessages.notNow());
  // No notification can be taken back: one that nobody waits for any more says so to whoever presses its button.
  if (pressed === allow && signal.aborted) void window.showInformationMessage(accessMessages.tooLate(server));
  return pressed === allow;
}

/** Undefined where the person leaves it open. */
export async function nameAccount(server: string, signal: AbortSignal): Promise<string | undefined> {
  const over = new CancellationTokenSource();
  const stop = () => over.cancel();
  signal.addEventListener('abort', stop, { once: true });
  const name = await window.showInputBox(
    {
      title: messages.title(server),
      prompt: messages.prompt(),
      ignoreFocusOut: true,
      validateInput: (typed) =>
        quotable(typed) === undefined || typed.length > 100 ? messages.invalid() : undefined,
    },
    over.token,
  );
  signal.removeEventListener('abort', stop);
  over.dispose();
  return quotable(name);
}
