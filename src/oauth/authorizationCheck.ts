/**
 * Asks an authorization endpoint once without following redirects, before a person does: a client that the server has
 * forgotten and a redirect that it does not take are otherwise seen on an error page alone (field case 4, design 5.4).
 */
import * as oauth from 'oauth4webapi';
import { buildAuthorizationUrl } from './authorization.ts';
import type { PendingAuthorization } from './pendingAuthorization.ts';
import { AuthError } from './authError.ts';
import { isRedirectRefusal } from './registration.ts';
import { parseUrl } from './secureUrl.ts';
import { parseJson } from './jsonBody.ts';
import type { Transport } from './transport.ts';
import { readErrorBody, readRedirectParameters } from './wire/authorization.ts';

/** What the endpoint thinks of us; `fine` also where it says nothing that we understand. */
export type AuthorizationCheck =
  | 'fine'
  | 'client_unknown'
  | 'redirect_refused'
  /** It breaks over us and says no more: most likely it has lost our client, and perhaps it is in trouble. */
  | 'broken'
  /** Could not be asked. */
  | 'unanswered';

/** @throws only the signal's reason: what we cannot reach, the person's browser perhaps can. */
export async function checkAuthorization(
  transport: Transport,
  pending: PendingAuthorization,
  signal: AbortSignal,
): Promise<AuthorizationCheck> {
  // A state and verifier of its own: whatever the server remembers of this request is of no use to anybody.
  const probe = {
    ...pending,
    wireState: oauth.generateRandomState(),
    codeVerifier: oauth.generateRandomCodeVerifier(),
  };
  try {
    const url = await buildAuthorizationUrl(probe, transport, signal);
    // A pushed request has been judged when it has a name.
    if (pending.issuer.requiresPushedRequests) return 'fine';
    const response = await transport.send('authorization_check', url, {
      headers: { accept: 'text/html, application/json;q=0.9' },
      signal,
    });
    return await judge(response);
  } catch (thrown) {
    if (!(thrown instanceof AuthError) || thrown.code === 'insecure_url') throw thrown;
    if (thrown.code === 'client_refused') return 'client_unknown';
    return isRedirectRefusal(thrown) ? 'redirect_refused' : 'unanswered';
  }
}

async function judge(response: Response): Promise<AuthorizationCheck> {
  const location = response.headers.get('location');
  if (location !== null) {
    const [error] = readRedirectParameters(
      parseUrl(location)?.searchParams ?? new URLSearchParams(location.replace(/^[^?]*\?/, '')),
    ).error;
    return judgeCode(error) ?? 'fine';
  }
  if (response.status < 400) return 'fine';
  const text = (await response.text()).slice(0, 65_536);
  const body = readErrorBody(parseJson(text));
  return judgeCode(body?.error) ?? judgeWords(text) ?? (response.status === 500 ? 'broken' : 'fine');
}

function judgeCode(error: string | undefined): AuthorizationCheck | undefined {
  if (error === undefined) return undefined;
  if (/^(invalid_client|unauthorized_client|unknown_client|client_not_found)$/.test(error))
    return 'client_unknown';
  if (/^(invalid_redirect_uri|redirect_uri_mismatch|invalid_redirect)$/.test(error))
    return 'redirect_refused';
  return undefined;
}

/** Pages name in words what they do not like; the redirect first, since those who miss it often name both. */
function judgeWords(page: string): AuthorizationCheck | undefined {
  // A sentence goes on across what only sets a word off, such as the id of the client.
  const text = page.replace(/<\/?(?:b|code|em|i|kbd|span|strong|tt)\b[^<>]*>/gi, '');
  // A page that repeats the request says nothing of it, such as one that asks whether somebody is human.
  if (
    /(?:redirect[\s_-]*|callback )ur[il](?!\s*(?:=|%3d|&#0*61;|\\u003d)|(?:\\?["']|&quot;|&#0*34;)\s*(?::|value\b|type\b|id\b))/i.test(
      text,
    )
  )
    return 'redirect_refused';
  const client =
    /invalid_client(?!_metadata)|\bclient(?:[\s_-]*id)?\b[^.<\n]{0,60}\b(?:unknown|invalid|not\s+(?:found|registered|exist|known|recogni[sz]ed|allowed)|doesn.t exist|does not exist|no longer)|\b(?:unknown|invalid|unregistered|unrecogni[sz]ed|no such)\s+(?:oauth\s+)?(?:client|application)(?:[\s_-]*id)?\b|\bno client with\b|\bapp(?:lication)? (?:was )?not found\b/i;
  return client.test(text) ? 'client_unknown' : undefined;
}
