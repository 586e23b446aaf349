/** What the guide says about a server: whom the client is for, and why it is asked for. */
import { AuthError, quotable } from '../../oauth/authError.ts';
import { parseUrl } from '../../oauth/secureUrl.ts';
import type { Session } from '../../session/session.ts';
import { resting } from '../../session/state.ts';
import { guideMessages as messages } from '../messages/guide.ts';
import type { GuideNotice } from './guideRequests.ts';

/** Why a client has to be configured, where the server has said so. */
export function failureOf({ state }: Session): AuthError | undefined {
  const now = resting(state);
  return now.kind === 'needs_client_registration' ? now.error : undefined;
}

/**
 * The authorization server that a client would be one of, exactly as it names itself. Never a host that it leads to, such as
 * that of an endpoint: it would have the person bring it a client of somebody else's.
 */
export function guideIssuer(session: Session): string | undefined {
  return failureOf(session)?.facts.issuer ?? session.details.issuer;
}

/**
 * Whether a page about an authorization server is about that of the session. Settings that were just changed name none before
 * the next attempt: until then it is the one that was found.
 */
export function isAbout(issuer: string | undefined, session: Session): boolean {
  const now = guideIssuer(session);
  return now === undefined || now === issuer;
}

export function noticeFor(session: Session): GuideNotice {
  const error = failureOf(session);
  if (error === undefined) return { isFailure: false, sentence: messages.neutral() };
  const { serverWords, serverCode } = error.facts;
  // Whom the page is about says what it has an endpoint say.
  const host = parseUrl(guideIssuer(session) ?? '')?.host ?? error.facts.host;
  const words = quotable(serverWords ?? serverCode);
  return {
    isFailure: true,
    sentence: messages.reason(
      new AuthError(error.code, { ...error.facts, ...(host !== undefined && { host }) }),
    ),
    ...(words !== undefined && { quote: { from: messages.serverSaid(host), words } }),
  };
}
