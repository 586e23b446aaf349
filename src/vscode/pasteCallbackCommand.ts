/** Takes the address that a browser ended at, where it could not come back by itself (field case 25, checklist 8.8). */
import { window } from 'vscode';
import { stateOf } from '../oauth/receivedAddress.ts';
import { readPending } from '../session/pendingAttempts.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { RecordPorts } from '../session/storedRecord.ts';
import { pasteMessages as messages } from './messages/commands.ts';
import { asArrived, readPasted } from './pastedAddress.ts';
import { inLabel } from './plainText.ts';
import type { Redirects } from './redirects.ts';
import { finishWithPerson } from './signInCommand.ts';

export interface PasteCallbackParts {
  readonly sessions: Sessions;
  readonly redirects: Redirects;
  readonly records: RecordPorts;
}

/** For the sign-in of the given server, or for whichever the address answers. */
export async function pasteCallbackCommand(
  parts: PasteCallbackParts,
  chosen: Session | undefined,
): Promise<void> {
  const { sessions, redirects } = parts;
  const obstacle = await obstacleOf(parts, chosen);
  if (obstacle !== undefined) {
    void window.showInformationMessage(obstacle);
    return;
  }
  const text = await window.showInputBox({
    title: chosen === undefined ? messages.title() : messages.titleFor(chosen.server.name),
    prompt: messages.prompt(),
    placeHolder: 'http://127.0.0.1:47712/callback?code=…&state=…',
    ignoreFocusOut: true,
    validateInput: (typed) => problemOf(typed, parts, chosen),
  });
  const pasted = readPasted(text ?? '');
  // The notification of a sign-in of this window says how it goes on.
  if (pasted === undefined || redirects.claimPasted(pasted)) return;
  const finished = await finishWithPerson(sessions, pasted, ({ arrivalUri, redirectUri, wireState }) =>
    asArrived(pasted, { arrivalUri, stations: [redirectUri, wireState] }),
  );
  if (!finished) void window.showWarningMessage(messages.late());
}

/** Why there is nothing to paste. Attempts of other windows and earlier runs wait in the store alone. */
async function obstacleOf(
  { redirects, sessions }: PasteCallbackParts,
  chosen: Session | undefined,
): Promise<string | undefined> {
  if (chosen?.page?.device !== undefined) return messages.nothingToPaste(chosen.server.name);
  return redirects.isWaiting || (await sessions.sweep()).length > 0 ? undefined : messages.nothingWaits();
}

/** A foreign state is refused before anything of the address is used (checklist 7.6, 9.7). */
async function problemOf(
  text: string,
  { redirects, records, sessions }: PasteCallbackParts,
  chosen: Session | undefined,
): Promise<string | undefined> {
  if (text.trim() === '') return undefined;
  const pasted = readPasted(text);
  if (pasted === undefined) return messages.notAnAddress();
  const state = stateOf(pasted);
  if (state === undefined) return messages.noState();
  const answered = sessions.all.find(({ page }) => page?.state === state);
  if (chosen !== undefined && answered !== undefined && answered !== chosen)
    return messages.ofAnother(inLabel(chosen.server.name), inLabel(answered.server.name));
  if (redirects.waitsFor(state) || (await readPending(records, state)) !== undefined) return undefined;
  return messages.foreign();
}
