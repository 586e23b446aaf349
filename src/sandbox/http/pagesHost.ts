// The name under which people see the pages: another than the authorization server's own, for the sake of passkeys.
import { isLoopbackHost } from './loopback.ts';

/**
 * The passphrase is typed there: at this computer and nowhere else.
 *
 * @throws Error with a sentence for people if the host is no name of this computer.
 */
export function requirePagesHost(pagesHost: string): void {
  const isName = URL.parse(`http://${pagesHost}`)?.host === pagesHost.toLowerCase();
  if (!isName || !isLoopbackHost(pagesHost))
    throw new Error(`The pages of the sandbox are on this computer; "${pagesHost}" is no name of it.`);
}

/** The same port under another name. */
export function originAt(origin: string, host: string | undefined): string {
  if (host === undefined) return origin;
  const url = new URL(origin);
  url.hostname = host;
  return url.origin;
}
