/** Copies what a person has to register by hand with an authorization server (field case 7). */
import { env, window } from 'vscode';
import { signInBarrier } from '../servers/server.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { redirectUriMessages as messages } from './messages/commands.ts';
import { signInMessages } from './messages/signIn.ts';
import { inLabel } from './plainText.ts';
import type { RegistrableUri, Redirects } from './redirects.ts';
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
  const copied = uris.map(({ uri }) => uri);
  await env.clipboard.writeText(copied.join('\n'));
  const said = [messages.copied(name, copied)];
  if (copied.some(isForAnyPort)) said.push(messages.anyPort());
  for (const { portToSet } of uris) if (portToSet !== undefined) said.push(messages.setPort(portToSet));
  void window.showInformationMessage(said.join(' '));
}

/** GitHub and others take one alone; the first is the first that is tried. */
async function pickUris(
  server: string,
  uris: readonly RegistrableUri[],
): Promise<readonly RegistrableUri[] | undefined> {
  const items = [
    { label: messages.all(), description: messages.allWords(), uris },
    ...uris.map((one, at) => ({
      label: inLabel(one.uri),
      description: at === 0 ? messages.first() : '',
      uris: [one],
    })),
  ];
  return (await window.showQuickPick(items, { placeHolder: messages.pickUris(server) }))?.uris;
}

/** An address of this computer without a port. */
function isForAnyPort(uri: string): boolean {
  return /^http:\/\/(?:127\.0\.0\.1|localhost)\/callback$/.test(uri);
}
