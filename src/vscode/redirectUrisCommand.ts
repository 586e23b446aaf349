/** Copies what a person has to register by hand with an authorization server (field case 7). */
import { env, window } from 'vscode';
import { signInBarrier } from '../servers/server.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { redirectUriMessages as messages } from './messages/commands.ts';
import { signInMessages } from './messages/signIn.ts';
import type { Redirects } from './redirects.ts';
import { pickServer } from './serverPick.ts';

/** Copies the redirect URIs for the given server, or for one that the person picks: the one that they want, or all, one per line. */
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
  const all = await redirects.toRegister(oauth);
  if (all.length === 0) {
    void window.showInformationMessage(messages.none(name));
    return;
  }
  const uris = all.length === 1 ? all : await pickUris(name, all);
  if (uris === undefined) return;
  await env.clipboard.writeText(uris.join('\n'));
  const hasPort = !uris.some(isForAnyPort);
  void window.showInformationMessage(messages.copied(name, uris) + (hasPort ? '' : ` ${messages.anyPort()}`));
}

/** GitHub and others take one alone; the first is the first that is tried. */
async function pickUris(server: string, uris: readonly string[]): Promise<readonly string[] | undefined> {
  const items = [
    { label: messages.all(), description: messages.allWords(), uris },
    ...uris.map((uri, at) => ({ label: uri, description: at === 0 ? messages.first() : '', uris: [uri] })),
  ];
  return (await window.showQuickPick(items, { placeHolder: messages.pickUris(server) }))?.uris;
}

/** An address of this computer without a port. */
function isForAnyPort(uri: string): boolean {
  return /^http:\/\/(?:127\.0\.0\.1|localhost)\/callback$/.test(uri);
}
