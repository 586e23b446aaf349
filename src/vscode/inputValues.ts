/** What a person entered for the inputs of servers: kept as secrets, read when an entry wants them, never shown. */
import { inputPrefix } from '../servers/inputs.ts';
import type { SessionPorts } from '../session/ports.ts';

type Ports = Pick<SessionPorts, 'store' | 'log'>;

export class InputValues {
  private readonly ports: Ports;
  /** Undefined for one that was looked for and is not there. */
  private readonly known = new Map<string, string | undefined>();

  constructor(ports: Ports) {
    this.ports = ports;
  }

  get(key: string): string | undefined {
    return this.known.get(key);
  }

  /** Reads those that were not looked for yet; false where there were none. */
  async load(keys: readonly string[]): Promise<boolean> {
    const unknown = keys.filter((key) => !this.known.has(key));
    await Promise.all(unknown.map(async (key) => this.known.set(key, await this.read(key))));
    return unknown.length > 0;
  }

  /** Has a value read again that changed in the store; false for a key of anything else. */
  drop(key: string): boolean {
    return key.startsWith(inputPrefix) && this.known.delete(key);
  }

  /** Removes all that was entered for a server of this name, wherever its entry stands; whether there was anything. */
  async forget(name: string): Promise<boolean> {
    const { store } = this.ports;
    const keys = (await store.keys()).filter((key) => serverOf(key) === name);
    await Promise.all(keys.map((key) => store.remove(key)));
    for (const key of keys) this.known.delete(key);
    return keys.length > 0;
  }

  /** A keyring that is missing or locked must not keep other servers from working (field case 32). */
  private async read(key: string): Promise<string | undefined> {
    try {
      return await this.ports.store.read(key);
    } catch (thrown) {
      this.ports.log.error('input_not_read', {}, thrown);
      return undefined;
    }
  }
}

function serverOf(key: string): unknown {
  if (!key.startsWith(inputPrefix)) return undefined;
  try {
    const parts: unknown = JSON.parse(key.slice(inputPrefix.length));
    return Array.isArray(parts) ? (parts as readonly unknown[])[1] : undefined;
  } catch {
    return undefined;
  }
}
