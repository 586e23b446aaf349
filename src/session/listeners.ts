/** Who wants to hear of changes. */
import type { Unsubscribe } from './ports.ts';

export class Listeners<Value> {
  private readonly listeners = new Set<(value: Value) => void>();

  get isEmpty(): boolean {
    return this.listeners.size === 0;
  }

  add(listener: (value: Value) => void): Unsubscribe {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(value: Value): void {
    const failures: unknown[] = [];
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (thrown) {
        failures.push(thrown);
      }
    }
    // One that fails must not keep the others from hearing of it.
    if (failures.length > 0) throw failures[0];
  }
}
