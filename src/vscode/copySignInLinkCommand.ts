/**
 * Puts the address of the page at which a sign-in waits on the clipboard: for another browser or profile, or where none
 * opened by itself.
 */
import { env, window } from 'vscode';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { signInLinkMessages as messages } from './messages/commands.ts';
import { pickServer } from './serverPick.ts';

/** Of the given server, of the only one that is being signed in to, or of one that the person picks. */
export async function copySignInLinkCommand(sessions: Sessions, chosen: Session | undefined): Promise<void> {
  const candidates = sessions.all.filter(({ page }) => page !== undefined);
  const [first, ...others] = candidates;
  const session =
    chosen ??
    (first !== undefined && others.length === 0
      ? first
      : await pickServer(sessions, {
          candidates,
          placeHolder: messages.pickServer(),
          nobody: messages.noneWaits(),
        }));
  if (session === undefined) return;
  // It carries what belongs to this attempt alone, and is shown nowhere.
  const address = session.page?.handOut();
  if (address === undefined) {
    void window.showInformationMessage(messages.noneWaits());
    return;
  }
  await env.clipboard.writeText(address);
  void window.showInformationMessage(messages.copied(session.server.name));
}
