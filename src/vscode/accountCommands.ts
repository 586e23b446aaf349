/** Which account of a server is used in this workspace: chosen among those that are signed in, or signed in anew. */
import { window } from 'vscode';
import { signInBarrier } from '../servers/server.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { accountMessages as messages } from './messages/accounts.ts';
import { inLabel } from './plainText.ts';
import { pickServer } from './serverPick.ts';
import { signInWithPerson } from './signInCommand.ts';

/** Of the given server, or of one that the person picks. */
export async function switchAccountCommand(sessions: Sessions, chosen: Session | undefined): Promise<void> {
  const session =
    chosen ??
    (await pickServer(sessions, {
      candidates: sessions.all.filter(({ server }) => signInBarrier(server) === undefined),
      placeHolder: messages.pickServer(),
      nobody: messages.noServer(),
    }));
  if (session === undefined) return;
  if (session.accounts.length === 0) {
    await signInWithPerson(session);
    return;
  }
  const items = [
    ...session.accounts.map(({ key, account, isActive, accessToken }) => ({
      label: inLabel(account.label),
      description: isActive ? messages.inUse() : accessToken === undefined ? messages.expired() : '',
      key,
    })),
    { label: messages.another(), description: '', key: undefined },
  ];
  const picked = await window.showQuickPick(items, {
    placeHolder: messages.pickAccount(session.server.name),
  });
  if (picked === undefined) return;
  if (picked.key === undefined) {
    await signInWithPerson(session, 'another');
    return;
  }
  await useAccount(session, picked.key);
}

/** One whose sign-in is over is of no use before the person signs in again. */
export async function useAccount(session: Session, key: string): Promise<void> {
  session.switchAccount(key);
  const isOver = session.accounts.some((grant) => grant.key === key && grant.accessToken === undefined);
  if (isOver) await signInWithPerson(session, { key });
}
