/** The record store in VS Code's secret storage. */
import type { SecretStorage } from 'vscode';
import type { RecordStore } from '../session/ports.ts';
import { Listeners } from '../session/listeners.ts';

const prefix = 'mcpOAuth.';

export function createSecretRecords(secrets: SecretStorage): RecordStore {
  // VS Code does not reliably tell the window that wrote, so writes are told here too.
  const listeners = new Listeners<string>();
  secrets.onDidChange(({ key }) => {
    if (key.startsWith(prefix)) listeners.tell(key.slice(prefix.length));
  });
  return {
    read: async (key) => secrets.get(prefix + key),
    async write(key, value) {
      await secrets.store(prefix + key, value);
    },
    async remove(key) {
      await secrets.delete(prefix + key);
    },
    async keys() {
      const keys = await secrets.keys();
      return keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
    },
    onDidChange: (listener) => listeners.add(listener),
  };
}
