/** Signing out as a person sees it: of one account, of everything, and of what a server left behind. */
import { ProgressLocation, window } from 'vscode';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { ConfiguredServers } from './configuredServers.ts';
import { signOutMessages as messages } from './messages/commands.ts';
import { inLabel } from './plainText.ts';
import { pickServer } from './serverPick.ts';

/** Signs out of the given server, or of one that the person picks; of which account, where there are several. */
export async function signOutCommand(sessions: Sessions, chosen: Session | undefined): Promise<void> {
  const session =
    chosen ??
    (await pickServer(sessions, {
      candidates: sessions.all.filter(({ accounts }) => accounts.length > 0),
      placeHolder: messages.pickServer(),
      nobody: messages.nobody(),
    }));
  if (session === undefined) return;
  const { name } = session.server;
  if (session.accounts.length < 2) {
    await withProgress(name, () => session.signOut());
    void window.showInformationMessage(messages.done(name));
    return;
  }
  const items = [
    ...session.accounts.map(({ key, account, isActive }) => ({
      label: inLabel(account.label),
      description: isActive ? messages.inUse() : '',
      left: { key, label: account.label },
    })),
    { label: messages.allAccounts(), description: '', left: undefined },
  ];
  const picked = await window.showQuickPick(items, { placeHolder: messages.pickAccount(name) });
  if (picked === undefined) return;
  if (picked.left !== undefined) {
    await signOutOfAccount(session, picked.left);
    return;
  }
  await withProgress(name, () => session.signOutOfAll());
  void window.showInformationMessage(messages.done(name));
}

export async function signOutOfAccount(
  session: Session,
  { key, label }: { readonly key: string; readonly label: string },
): Promise<void> {
  const { name } = session.server;
  await withProgress(name, () => session.signOut(key));
  void window.showInformationMessage(messages.accountDone(name, label));
}

export async function signOutOfAllCommand(sessions: Sessions): Promise<void> {
  const signedIn = sessions.all.filter(({ accounts }) => accounts.length > 0);
  if (signedIn.length === 0) {
    void window.showInformationMessage(messages.nobody());
    return;
  }
  const names = signedIn.map(({ server }) => server.name);
  const signOut = messages.signOut();
  const question = { modal: true, detail: messages.allDetail(names) };
  if ((await window.showWarningMessage(messages.allQuestion(names.length), question, signOut)) !== signOut)
    return;
  await withProgress(messages.allServers(), () =>
    Promise.all(signedIn.map((session) => session.signOutOfAll())),
  );
  void window.showInformationMessage(messages.allDone(names.length));
}

/** Forgets the given server, or one that the person picks; its entry in the settings stays. */
export async function forgetServerCommand(
  sessions: Sessions,
  configured: ConfiguredServers,
  chosen: Session | undefined,
): Promise<void> {
  const session =
    chosen ??
    (await pickServer(sessions, {
      candidates: sessions.all,
      placeHolder: messages.pickToForget(),
      nobody: messages.nobody(),
    }));
  if (session === undefined) return;
  const { name } = session.server;
  const forget = messages.forget();
  const question = { modal: true, detail: messages.forgetDetail() };
  if ((await window.showWarningMessage(messages.forgetQuestion(name), question, forget)) !== forget) return;
  await withProgress(name, async () => {
    await sessions.forget(session);
    await configured.forgetValues(name);
  });
  void window.showInformationMessage(messages.forgotten(name));
}

/** A server is told, and may take its time over it; what is kept here is gone at once. */
function withProgress(what: string, work: () => Promise<unknown>): Thenable<unknown> {
  const title = messages.progress(inLabel(what));
  return window.withProgress({ location: ProgressLocation.Window, title }, work);
}
