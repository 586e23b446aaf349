/** The keys of all grants that are stored, by whose they are: each is read once, however many servers there are. */
import { serverOfGrantKey } from './records.ts';

/** The key of one grant, and the address of the server that it is for. */
interface GrantKey {
  readonly key: string;
  readonly url: string;
}

export class GrantKeys {
  private readonly byName = new Map<string, GrantKey[]>();

  /** @param keys of all records. */
  constructor(keys: readonly string[]) {
    for (const key of keys) {
      const owner = serverOfGrantKey(key);
      if (owner === undefined) continue;
      const known = this.byName.get(owner.name);
      if (known === undefined) this.byName.set(owner.name, [{ key, url: owner.url }]);
      else known.push({ key, url: owner.url });
    }
  }

  /** Those of a server of this name, be its address what it was. */
  named(name: string): readonly GrantKey[] {
    return this.byName.get(name) ?? [];
  }
}
