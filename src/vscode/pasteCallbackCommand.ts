/** Takes the address that a browser ended at, where it could not come back by itself (field case 25, checklist 8.8). */
import { window } from 'vscode';
import { stateOf } from '../oauth/receivedAddress.ts';
import { readPending } from '../session/pendingAttempts.ts';
import type { Sessions } from '../session/sessions.ts';
import type { RecordPorts } from '../session/storedRecord.ts';
import { pasteMessages as messages } from './messages/commands.ts';
import { asArrived, readPasted } from './pastedAddress.ts';
import type { Redirects } from './redirects.ts';
import { finishWithPerson } from './signInCommand.ts';

export interface PasteCallbackParts {
  readonly sessions: Sessions;
  readonly redirects: Redirects;
  readonly records: RecordPorts;
}

export async function pasteCallbackCommand(parts: PasteCallbackParts): Promise<void> {
  const { sessions, redirects } = parts;
  if (!(await doesAnythingWait(parts))) {
    void window.showInformationMessage(messages.nothingWaits());
    return;
  }
  const text = await window.showInputBox({
    title: messages.title(),
    prompt: messages.prompt(),
    placeHolder: 'http://127.0.0.1:47712/callback?code=…&state=…',
    ignoreFocusOut: true,
    validateInput: (typed) => problemOf(typed, parts),
  });
  const pasted = readPasted(text ?? '');
  if (pasted === undefined || redirects.claimPasted(pasted)) return;
  const finished = await finishWithPerson(sessions, pasted, ({ arrivalUri, redirectUri, wireState }) =>
    asArrived(pasted, { arrivalUri, stations: [redirectUri, wireState] }),
  );
  if (!finished) void window.showWarningMessage(messages.late());
}

/** Attempts of other windows and earlier runs wait in the store alone. */
async function doesAnythingWait({ redirects, sessions }: PasteCallbackParts): Promise<boolean> {
  return redirects.isWaiting || (await sessions.sweep()).length > 0;
}

/** A foreign state is refused before anything of the address is used (checklist 7.6, 9.7). */
async function problemOf(
  text: string,
  { redirects, records }: PasteCallbackParts,
): Promise<string | undefined> {
  if (text.trim() === '') return undefined;
  const pasted = readPasted(text);
  if (pasted === undefined) return messages.notAnAddress();
  const state = stateOf(pasted);
  if (state === undefined) return messages.noState();
  if (redirects.waitsFor(state) || (await readPending(records, state)) !== undefined) return undefined;
  return messages.foreign();
}
