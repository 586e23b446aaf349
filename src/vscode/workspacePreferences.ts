/** Which account is used for a server, kept for this workspace. */
import type { Memento } from 'vscode';
import type { AccountPreferences } from '../session/ports.ts';

const keyOf = (server: string) => `account:${server}`;

export function workspacePreferences(workspaceState: Memento): AccountPreferences {
  return {
    read: (server) => workspaceState.get<string>(keyOf(server)),
    write(server, grantKey) {
      // A choice that is not kept holds until the window closes.
      workspaceState.update(keyOf(server), grantKey).then(undefined, () => undefined);
    },
  };
}
