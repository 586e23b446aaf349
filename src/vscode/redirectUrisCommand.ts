/** Copies what a person has to register by hand with an authorization server (field case 7). */
import { env, window } from 'vscode';
import { signInBarrier } from '../servers/server.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { redirectUriMessages as messages } from './messages/commands.ts';
import { signInMessages } from './messages/signIn.ts';
import type { Redirects } from './redirects.ts';
import { pickServer } from './serverPick.ts';

/** Copies the redirect URIs for the given server, or for one that the person picks, one per line. */
export async function copyRedirectUrisCommand(
  sessions: Sessions,
  redirects: Redirects,
  chosen: Session | undefined,
): Promise<void> {
  const session =
    chosen ??
    (await pickServer(sessions, {
      candidates: sessions.all.filter(({ server }) => signInBarrier(server) === undefined),
      placeHolder: messages.pickServer(),
      nobody: signInMessages.noneToSignIn(),
    }));
  if (session === undefined || session.server.oauth === false) return;
  const { name, oauth } = session.server;
  const uris = await redirects.toRegister(oauth);
  if (uris.length === 0) {
    void window.showInformationMessage(messages.none(name));
    return;
  }
  await env.clipboard.writeText(uris.join('\n'));
  const hasPort = uris.every((uri) => !/^http:\/\/(?:127\.0\.0\.1|localhost)\/callback$/.test(uri));
  void window.showInformationMessage(messages.copied(name, uris) + (hasPort ? '' : ` ${messages.anyPort()}`));
}
