/**
 * Gives the command that starts the sandbox when the window of the demo opens: whoever tries it has one sandbox, and every
 * command for it at hand.
 */
import { commands, workspace } from 'vscode';

import { untilNobodyAt } from './nobodyAt.ts';

/** A window that was loaded again finds the sandbox of the one before, which takes a moment to end. */
const patienceMs = 20_000;

export async function activate(): Promise<void> {
  const servers = workspace.getConfiguration('mcpOAuth').get<{ sandbox?: { url: string } }>('servers', {});
  const url = servers.sandbox?.url;
  // The sandbox of another tab goes on: a second one would take the server of the first.
  if (url === undefined || (await untilNobodyAt(url, patienceMs)))
    await commands.executeCommand('mcpOAuth.startSandbox');
}
