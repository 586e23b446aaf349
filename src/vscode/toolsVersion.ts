/**
 * The version of a server's tools, which VS Code keeps beside them: another one makes what it keeps outdated, and stops
 * the server where it runs. So it changes where the tools may have changed, and never because somebody signed in.
 */
import type { Session } from '../session/session.ts';

type Seen = Pick<Session, 'server' | 'accounts'>;

export class ToolsVersions {
  /** The first account that was seen in use at each server: signing in to it changes nothing. */
  private readonly firstAccount = new WeakMap<Seen, string>();
  /** The last one, which still counts while nobody is signed in. */
  private readonly lastAccount = new WeakMap<Seen, string>();

  private readonly digests = new WeakMap<
    Seen,
    { readonly basis: string; readonly version: Promise<string> }
  >();

  /** What the tools depend on, in one string. Holds what must not be shown, such as the query of an address. */
  basisOf(session: Seen): string {
    const { url, headers, oauth } = session.server;
    const account = session.accounts.find(({ isActive }) => isActive)?.key ?? this.lastAccount.get(session);
    if (account !== undefined) this.lastAccount.set(session, account);
    if (account !== undefined && !this.firstAccount.has(session)) this.firstAccount.set(session, account);
    const isOther = account !== this.firstAccount.get(session);
    // Values of headers are secrets, and could be guessed from a digest where they are short.
    const names = Object.keys(headers).sort();
    return JSON.stringify([url, names, oauth, ...(isOther ? [account] : [])]);
  }

  /** The same at every start for the same entry. */
  of(session: Seen): Promise<string> {
    const basis = this.basisOf(session);
    const known = this.digests.get(session);
    // VS Code asks for all of them with each that changes.
    if (known?.basis === basis) return known.version;
    const version = digestOf(basis);
    this.digests.set(session, { basis, version });
    return version;
  }
}

async function digestOf(basis: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(basis)));
  return [...digest.subarray(0, 12)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
