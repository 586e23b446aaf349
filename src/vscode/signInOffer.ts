/**
 * Offers to sign in to a server, in a notification that goes once that is under way, however it was begun. Loaded with the
 * first such offer.
 */
import { commands, Disposable, ProgressLocation, window } from 'vscode';
import type { Clock } from '../oauth/clock.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { needsPerson } from '../session/state.ts';
import { signInOfferMessages as messages } from './messages/signInOffer.ts';
import { notificationLink } from './notificationLinks.ts';
import { signInWithPerson } from './signInCommand.ts';

/** For who does not care: what is offered shows in the tree and in the status bar. */
const longestMs = 300_000;

export interface OfferParts {
  readonly sessions: Sessions;
  readonly clock: Clock;
}

export interface Offer {
  /** What has happened, as it may stand beside links. */
  readonly sentence: string;
  /** What can be done beside signing in. */
  readonly links?: readonly OfferLink[];
}

export interface OfferLink {
  readonly words: string;
  readonly act: () => unknown;
}

let lastNumber = 0;

/** @returns what takes the offer back. */
export function offerSignIn(
  { sessions, clock }: OfferParts,
  session: Session,
  { sentence, links = [] }: Offer,
): Disposable {
  const over = Promise.withResolvers<undefined>();
  const offered = [{ words: messages.signIn(), act: () => signInWithPerson(session) }, ...links];
  // A name that begins so is offered to nobody else.
  const command = `_mcpOAuth.signInOffer${(lastNumber += 1)}`;
  const stop = () => {
    registrations.dispose();
    over.resolve(undefined);
  };
  const follow = () => {
    // The settings may have made another session of it, or none.
    if (!needsPerson(session.state) || !sessions.all.includes(session)) stop();
  };
  const registrations = Disposable.from(
    commands.registerCommand(command, (index: unknown) => offered[index as number]?.act()),
    new Disposable(sessions.onDidChange(follow)),
    new Disposable(clock.after(longestMs, stop)),
  );
  const shownLinks = offered.map(({ words }, index) => notificationLink(words, command, index));
  const message = `${sentence} ${shownLinks.join(' · ')}`;
  // Of all notifications those alone that tell of progress can be closed again. They have one button, without which the text
  // is folded away; VS Code takes words for it in place of `true`, others call it “Cancel”.
  const cancellable = messages.notNow() as unknown as boolean;
  void window.withProgress({ location: ProgressLocation.Notification, cancellable }, (progress, putAway) => {
    putAway.onCancellationRequested(stop);
    // Nothing moves: nobody is waited for but the person.
    progress.report({ message, increment: 0 });
    return over.promise;
  });
  return new Disposable(stop);
}
