/** The sandbox among the person's servers: asks before it writes to their settings. */
import { window } from 'vscode';
import { AuthError } from '../oauth/authError.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { ConfiguredServers } from './configuredServers.ts';
import { sandboxMessages as messages } from './messages/sandbox.ts';
import { isOnThisComputer, sandboxServerName } from './stoppedSandbox.ts';

export interface SandboxEntryParts {
  readonly sessions: Sessions;
  readonly configured: ConfiguredServers;
  /** Adds an entry to the settings of the person, or replaces it; false where they did not want that. */
  readonly putServer: (name: string, entry: object) => Promise<boolean>;
  /** Reads the settings again. */
  readonly follow: () => Promise<void>;
}

/** The session of the sandbox; undefined where the person declined, or has another server of that name. */
export async function configureSandbox(
  { sessions, configured, putServer, follow }: SandboxEntryParts,
  mcpUrl: string,
): Promise<Session | undefined> {
  const entry = configuredEntry(configured);
  if (entry === mcpUrl) return sandboxSession(sessions, mcpUrl);
  if (entry !== undefined && !isOnThisComputer(entry)) return undefined;
  const question = entry === undefined ? messages.askToAdd(mcpUrl) : messages.askToUpdate(entry, mcpUrl);
  const agree = entry === undefined ? messages.add() : messages.update();
  const detail = messages.settingsDetail();
  if ((await window.showInformationMessage(question, { modal: true, detail }, agree)) !== agree)
    return undefined;
  if (!(await putServer(sandboxServerName, { url: mcpUrl }))) return undefined;
  await follow();
  return sandboxSession(sessions, mcpUrl);
}

/** Address of the entry `sandbox`; empty for an entry that is not usable. */
function configuredEntry({ servers, waiting, problems }: ConfiguredServers): string | undefined {
  if ([...waiting, ...problems].some(({ name }) => name === sandboxServerName)) return '';
  return servers.find(({ name }) => name === sandboxServerName)?.url;
}

/** The session of the entry `sandbox`, where it leads to this address: one of the workspace goes before the user's. */
export function sandboxSession(sessions: Sessions, mcpUrl: string): Session | undefined {
  const session = sessions.find(sandboxServerName);
  return session?.server.url === mcpUrl ? session : undefined;
}

/**
 * What failed at the sandbox says nothing about it any more: its faults are others now, or it was not there. A sign-in that
 * is held is tried again, and who could not sign in may.
 * @param isClosed true where it goes on to register nobody by itself: who waits for a client waits on.
 */
export async function letTryAnew(session: Session, isClosed = false): Promise<void> {
  const { state } = session;
  const { kind } = state;
  if (isClosed && kind === 'needs_client_registration' && state.error.code === 'registration_closed') return;
  if (kind !== 'error' && kind !== 'needs_client_registration' && kind !== 'offline') return;
  if (session.accounts.length === 0) session.noteForgotten();
  else await session.upkeep.tryNow(true);
}

/** Who is signed in sees at once that nobody is there any more, and not with the next call. */
export function noteStopped({ server, upkeep }: Session): void {
  upkeep.noteUnreachable(new AuthError('unreachable', { host: new URL(server.url).host }));
}
