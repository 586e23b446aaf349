/** The record store in VS Code's secret storage. */
import type { SecretStorage } from 'vscode';
import type { RecordStore } from '../session/ports.ts';

const prefix = 'mcpOAuth.';

export function createSecretRecords(secrets: SecretStorage): RecordStore {
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
    onDidChange(listener) {
      const subscription = secrets.onDidChange(({ key }) => {
        if (key.startsWith(prefix)) listener(key.slice(prefix.length));
      });
      return () => void subscription.dispose();
    },
  };
}
