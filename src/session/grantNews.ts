/** Tells each session which grants of its server changed in the store: it has one listener there, be there a thousand. */
import type { Server } from '../servers/server.ts';
import { Listeners } from './listeners.ts';
import type { RecordStore, Unsubscribe } from './ports.ts';
import { serverOfGrantKey } from './records.ts';

type ServerIdentity = Pick<Server, 'name' | 'url'>;

export class GrantNews {
  private readonly store: Pick<RecordStore, 'onDidChange'>;
  private readonly followers = new Map<string, Listeners<string>>();
  private stop: Unsubscribe | undefined;

  constructor(store: Pick<RecordStore, 'onDidChange'>) {
    this.store = store;
  }

  /** @param listener called with the key of each grant of the server that changed, in this window or another. */
  onDidChange(server: ServerIdentity, listener: (key: string) => void): Unsubscribe {
    const identity = identityOf(server);
    const listeners = this.followers.get(identity) ?? new Listeners<string>();
    this.followers.set(identity, listeners);
    const remove = listeners.add(listener);
    this.stop ??= this.store.onDidChange((key) => this.tell(key));
    return () => {
      remove();
      if (listeners.isEmpty && this.followers.get(identity) === listeners) this.followers.delete(identity);
      if (this.followers.size > 0) return;
      this.stop?.();
      this.stop = undefined;
    };
  }

  private tell(key: string): void {
    const owner = serverOfGrantKey(key);
    if (owner !== undefined) this.followers.get(identityOf(owner))?.tell(key);
  }
}

function identityOf({ name, url }: ServerIdentity): string {
  return JSON.stringify([name, url]);
}
