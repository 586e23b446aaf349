/**
 * A browser without a person and without script: it follows the redirects of an authorization server that asks nothing,
 * with cookies, until they lead back.
 */
import { AuthError } from '../oauth/authError.ts';
import { parseUrl } from '../oauth/secureUrl.ts';
import type { Browser } from '../session/ports.ts';
import { CookieJar } from './cookieJar.ts';

const mostHops = 20;
const pageWithinMs = 30_000;

/** @param isAwaited whether an address is one that the answer is waited for at. */
export function followingBrowser(isAwaited: (url: URL) => boolean): Browser {
  return { open: (url) => follow(url, isAwaited) };
}

/**
 * False where a page comes that somebody would have to read.
 * @throws AuthError `state_mismatch` where what came back is not what was waited for: nothing else will come.
 */
async function follow(start: string, isAwaited: (url: URL) => boolean): Promise<boolean> {
  const cookies = new CookieJar();
  let url = parseUrl(start);
  for (let hop = 0; hop <= mostHops && isWebAddress(url); hop += 1) {
    const answer = await visit(url, cookies.headerFor(url));
    if (answer === undefined) return false;
    if (isAwaited(url)) {
      if (answer.ok) return true;
      throw new AuthError('state_mismatch', { host: new URL(start).host });
    }
    cookies.take(url, answer.headers.getSetCookie());
    const location = answer.headers.get('location');
    const isRedirect = answer.status >= 300 && answer.status < 400;
    url = isRedirect && location !== null ? addressAt(location, url) : undefined;
  }
  return false;
}

/** Undefined where nobody answers. */
async function visit(url: URL, cookie: string | undefined): Promise<Response | undefined> {
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie !== undefined && { cookie }) },
      signal: AbortSignal.timeout(pageWithinMs),
    });
    await answer.body?.cancel();
    return answer;
  } catch {
    return undefined;
  }
}

function addressAt(location: string, base: URL): URL | undefined {
  return URL.canParse(location, base.href) ? new URL(location, base) : undefined;
}

function isWebAddress(url: URL | undefined): url is URL {
  return url?.protocol === 'https:' || url?.protocol === 'http:';
}
