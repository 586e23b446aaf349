/** The record store in VS Code's secret storage. */
import type { SecretStorage } from 'vscode';
import type { Clock } from '../oauth/clock.ts';
import { withDeadline } from '../oauth/transport.ts';
import type { RecordStore } from '../session/ports.ts';

const prefix = 'mcpOAuth.';
/** It takes some milliseconds; a window whose page has gone never answers, and must not keep a lock for that. */
const patienceMs = 10_000;

/** Each step @throws AuthError `timed_out` where the storage does not answer. */
export function createSecretRecords(secrets: SecretStorage, clock: Clock): RecordStore {
  const inTime = <Result>(step: Thenable<Result>): Promise<Result> =>
    withDeadline(clock, patienceMs, '', undefined, async () => step);
  return {
    read: (key) => inTime(secrets.get(prefix + key)),
    write: (key, value) => inTime(secrets.store(prefix + key, value)),
    remove: (key) => inTime(secrets.delete(prefix + key)),
    async keys() {
      const keys = await inTime(secrets.keys());
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
