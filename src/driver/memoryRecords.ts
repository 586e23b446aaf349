/** Records that last as long as the program. */
import type { RecordStore, Unsubscribe } from '../session/ports.ts';

export class MemoryRecords implements RecordStore {
  private readonly records = new Map<string, string>();
  private readonly listeners = new Set<(key: string) => void>();

  read(key: string): Promise<string | undefined> {
    return Promise.resolve(this.records.get(key));
  }

  write(key: string, value: string): Promise<void> {
    this.records.set(key, value);
    this.tell(key);
    return Promise.resolve();
  }

  remove(key: string): Promise<void> {
    if (this.records.delete(key)) this.tell(key);
    return Promise.resolve();
  }

  keys(): Promise<readonly string[]> {
    return Promise.resolve([...this.records.keys()]);
  }

  onDidChange(listener: (key: string) => void): Unsubscribe {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(key: string): void {
    for (const listener of this.listeners) listener(key);
  }
}
