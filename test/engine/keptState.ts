import type { Memento } from 'vscode';

/** State that the editor keeps, here in memory. */
export class KeptState implements Pick<Memento, 'get' | 'update' | 'keys'> {
  readonly values = new Map<string, unknown>();

  keys(): readonly string[] {
    return [...this.values.keys()];
  }

  get: Memento['get'] = (key: string) => this.values.get(key) as never;

  update(key: string, value: unknown): Promise<void> {
    this.values.set(key, structuredClone(value));
    return Promise.resolve();
  }
}
