/** Who wants to hear of changes. */
import type { Unsubscribe } from './ports.ts';

export class Listeners<Value> {
  private readonly listeners = new Set<(value: Value) => void>();

  add(listener: (value: Value) => void): Unsubscribe {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(value: Value): void {
    for (const listener of [...this.listeners]) listener(value);
  }
}
