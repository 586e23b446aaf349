/** Addresses at the gateway that extensions were given, each for one extension and good for as long as it is allowed. */
import type { Server } from '../servers/server.ts';
import type { Asker, ExtensionConsents } from './apiConsents.ts';

export class ExtensionAddresses {
  private readonly consents: ExtensionConsents;
  private readonly serverKey: (server: Server) => string;
  /** What was given out, by the key that it has at the gateway. */
  private readonly given = new Map<string, { readonly askerId: string; readonly server: Server }>();

  /** @param serverKey the key of a server itself at the gateway. */
  constructor(consents: ExtensionConsents, serverKey: (server: Server) => string) {
    this.consents = consents;
    this.serverKey = serverKey;
  }

  /** The key of an extension's own for a server. */
  keyFor({ id }: Asker, server: Server): string {
    const key = `extension:${JSON.stringify([id, server])}`;
    this.given.set(key, { askerId: id, server });
    return key;
  }

  /** The keys of addresses that are good for nothing (any more). */
  get withdrawn(): readonly string[] {
    return [...this.given.keys()].filter((key) => this.serverKeyOf(key) === undefined);
  }

  /**
   * The key of the server itself that is behind one of an extension, undefined where the person lets the extension use it
   * no more; any other key as it is.
   */
  serverKeyOf(key: string | undefined): string | undefined {
    const found = key === undefined ? undefined : this.given.get(key);
    if (found === undefined) return key;
    const { askerId, server } = found;
    return this.consents.answerFor(askerId, server) === true ? this.serverKey(server) : undefined;
  }
}
