/** What can be done with the rows below a server: copy what one says, and use, rename or leave an account. */
import { env, window } from 'vscode';
import { quotable } from '../oauth/authError.ts';
import type { Sessions } from '../session/sessions.ts';
import { useAccount } from './accountCommands.ts';
import type { DetailRow } from './detailRows.ts';
import { accountMessages } from './messages/accounts.ts';
import { renameMessages } from './messages/renameAccount.ts';
import { signOutOfAccount } from './signOutCommands.ts';

/** The row that a command was chosen on; commands get whatever their caller gives them. */
export type ChosenDetail = Partial<DetailRow> | undefined;

export async function copyDetailCommand(row: ChosenDetail): Promise<void> {
  if (row?.copied !== undefined) await env.clipboard.writeText(row.copied);
}

export async function useAccountCommand(sessions: Sessions, row: ChosenDetail): Promise<void> {
  const chosen = accountOf(sessions, row);
  if (chosen !== undefined) await useAccount(chosen.session, chosen.key);
}

export async function signOutOfAccountCommand(sessions: Sessions, row: ChosenDetail): Promise<void> {
  const chosen = accountOf(sessions, row);
  if (chosen !== undefined) await signOutOfAccount(chosen.session, chosen);
}

export async function renameAccountCommand(sessions: Sessions, row: ChosenDetail): Promise<void> {
  const chosen = accountOf(sessions, row);
  if (chosen === undefined) return;
  const { session, key, label } = chosen;
  const name = await window.showInputBox({
    title: renameMessages.title(label, session.server.name),
    prompt: renameMessages.prompt(),
    value: label,
    validateInput: (typed) =>
      quotable(typed) === undefined || typed.length > 100 ? accountMessages.nameInvalid() : undefined,
  });
  const renamed = quotable(name);
  if (renamed !== undefined) await session.renameAccount(key, renamed);
}

/** The account of a row as it is today: settings and sign-ins may have changed since it was drawn. */
function accountOf(sessions: Sessions, row: ChosenDetail) {
  const session = row?.session && sessions.find(row.session.server.name);
  const grant = session?.accounts.find(({ key }) => key === row?.accountKey);
  return session && grant && { session, key: grant.key, label: grant.account.label };
}
