/** The ways back that a program without an editor has: a loopback address, and a code that a person types elsewhere. */
import type { LoopbackReceiver } from '../node/loopbackReceiver.ts';
import { AuthError } from '../oauth/authError.ts';
import { parseUrl } from '../oauth/secureUrl.ts';
import type { RedirectKind } from '../servers/server.ts';
import type { AddressKind, RedirectAddress, RedirectReceiver, RedirectSettings } from '../session/ports.ts';

export class DriverRedirects implements RedirectReceiver {
  readonly kinds: readonly RedirectKind[];
  private readonly loopback: LoopbackReceiver;
  private readonly addresses = new Set<string>();
  private over: Promise<unknown> = Promise.resolve();

  /** @param canTypeCodes whether somebody reads what the program says. */
  constructor(loopback: LoopbackReceiver, canTypeCodes: boolean) {
    this.loopback = loopback;
    this.kinds = canTypeCodes ? ['loopback', 'device'] : ['loopback'];
  }

  /** @throws AuthError `redirect_unavailable`. */
  async prepare(kind: AddressKind, settings: RedirectSettings): Promise<RedirectAddress> {
    if (kind !== 'loopback') throw new AuthError('redirect_unavailable', { setting: 'redirect' });
    const address = await this.loopback.prepare(settings);
    this.addresses.add(address.redirectUri);
    return {
      ...address,
      close: () => {
        this.addresses.delete(address.redirectUri);
        address.close();
      },
    };
  }

  receive(state: string, signal: AbortSignal): Promise<string> {
    const answer = this.loopback.receive(state, signal);
    this.over = answer.catch(() => undefined);
    return answer;
  }

  /** Whether an address is one that an answer is waited for at. */
  isAwaited(url: URL): boolean {
    return [...this.addresses].some((address) => {
      const awaited = parseUrl(address);
      return awaited?.origin === url.origin && awaited.pathname === url.pathname;
    });
  }

  /** When nobody waits any more for the answer that was asked for last, however that came. Never rejects. */
  answerOver(): Promise<unknown> {
    return this.over;
  }
}
