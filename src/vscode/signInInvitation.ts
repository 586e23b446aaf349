/**
 * Invites the person to act for servers that were used and cannot go on without: a notification with the one button
 * that helps. Nothing opens without a click.
 */
import { window } from 'vscode';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { needsPerson } from '../session/state.ts';
import { invitationMessages as messages } from './messages/questions.ts';
import { applyRemedy, signInCommand } from './signInCommand.ts';

export async function inviteToSignIn(sessions: Sessions, blocked: readonly Session[]): Promise<void> {
  const [only, ...others] = blocked;
  if (only === undefined) return;
  await (others.length > 0 ? inviteToMany(sessions, blocked) : inviteToOne(sessions, only));
}

async function inviteToMany(sessions: Sessions, blocked: readonly Session[]): Promise<void> {
  const act = messages.choose();
  const sentence = messages.many(blocked.map(({ server }) => server.name));
  const pressed = await window.showWarningMessage(sentence, act, messages.notNow());
  if (pressed === act) await signInCommand(sessions, undefined);
}

async function inviteToOne(sessions: Sessions, { server, state }: Session): Promise<void> {
  if (!needsPerson(state)) return;
  const act = messages.act(state);
  const pressed = await window.showWarningMessage(messages.one(server.name, state), act, messages.notNow());
  if (pressed !== act) return;
  // No notification can be taken back: by now somebody may have signed in, or the entry may be another one.
  const session = sessions.find(server.name);
  if (session === undefined || !needsPerson(session.state)) return;
  await applyRemedy(session, 'error' in session.state ? session.state.error.remedy : 'sign_in');
}
