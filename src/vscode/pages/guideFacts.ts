/** What the guide says about a server: what to register, and why it is asked for. */
import { quotable, type AuthError } from '../../oauth/authError.ts';
import type { OAuthSettings } from '../../servers/server.ts';
import type { Session } from '../../session/session.ts';
import { resting } from '../../session/state.ts';
import { guideMessages as messages } from '../messages/guide.ts';
import type { Redirects } from '../redirects.ts';
import type { RegistrableUri } from './guidePage.ts';
import { registrableKinds, type GuideNotice } from './guideRequests.ts';

/** What a person has to register, with the way back that each belongs to. */
export async function urisToRegister(
  redirects: Pick<Redirects, 'toRegister'>,
  settings: OAuthSettings,
): Promise<readonly RegistrableUri[]> {
  const { redirect } = settings;
  const kinds = redirect === undefined ? (['uriHandler', 'relay', 'loopback'] as const) : [redirect];
  const found = await Promise.all(
    registrableKinds
      .filter((kind) => (kinds as readonly string[]).includes(kind))
      .map(async (kind) => {
        const [uri] = await redirects.toRegister({ ...settings, redirect: kind });
        return uri === undefined ? [] : [{ kind, uri }];
      }),
  );
  return found.flat();
}

/** Why a client has to be configured, where the server has said so. */
export function failureOf({ state }: Session): AuthError | undefined {
  const now = resting(state);
  return now.kind === 'needs_client_registration' ? now.error : undefined;
}

export function noticeFor(session: Session): GuideNotice {
  const error = failureOf(session);
  if (error === undefined) return { isFailure: false, sentence: messages.neutral() };
  const { host, serverWords, serverCode } = error.facts;
  const words = quotable(serverWords ?? serverCode);
  return {
    isFailure: true,
    sentence: messages.reason(error),
    ...(words !== undefined && { quote: { from: messages.serverSaid(host), words } }),
  };
}
