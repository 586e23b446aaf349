/** The sandbox's own server, which nobody can reach while the sandbox is stopped: that has words and a button of its own. */
import { commands, window } from 'vscode';
import type { AuthError } from '../oauth/authError.ts';
import { isLoopbackHttp, parseUrl } from '../oauth/secureUrl.ts';
import type { Session } from '../session/session.ts';
import { stoppedSandboxMessages as messages } from './messages/stoppedSandbox.ts';

/** Its name among the person's servers. */
export const sandboxServerName = 'sandbox';

/** Whether the failure is that nobody is there: the sandbox is no more than a program of this computer. */
export function isStoppedSandbox({ server }: Session, { code }: AuthError): boolean {
  return server.name === sandboxServerName && code === 'unreachable' && isOnThisComputer(server.url);
}

/** Whether nothing helps the server but that the sandbox is started. */
export function needsSandbox(session: Session): boolean {
  return 'error' in session.state && isStoppedSandbox(session, session.state.error);
}

export function isOnThisComputer(address: string): boolean {
  const url = parseUrl(address);
  return url !== undefined && isLoopbackHttp(url);
}

export async function offerToStartSandbox(): Promise<void> {
  const start = messages.start();
  if ((await window.showErrorMessage(messages.notRunning(), start)) === start)
    await commands.executeCommand('mcpOAuth.startSandbox');
}
