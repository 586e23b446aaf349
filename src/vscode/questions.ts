/** What a person is asked while servers are used or signed in to. Loaded with the first question. */
import { CancellationTokenSource, window } from 'vscode';
import { quotable } from '../oauth/authError.ts';
import { accessMessages, namingMessages as messages } from './messages/questions.ts';

export { inviteToSignIn } from './signInInvitation.ts';

/** @param scopes as they may stand in a notification. */
export async function askForAccess(server: string, scopes: string, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const allow = accessMessages.allow();
  const { promise: over, resolve } = Promise.withResolvers<undefined>();
  const stop = () => resolve(undefined);
  signal.addEventListener('abort', stop, { once: true });
  const question = accessMessages.question(server, scopes);
  const answer = window.showWarningMessage(question, allow, accessMessages.notNow());
  const pressed = await Promise.race([answer, over]);
  signal.removeEventListener('abort', stop);
  return pressed === allow && !signal.aborted;
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
