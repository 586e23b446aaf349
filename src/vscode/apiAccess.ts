/** Has the person say once for each extension and server whether it may use the sign-in, and holds to the answer. */
import { CancellationError, extensions, window, type Extension } from 'vscode';
import { quotable } from '../oauth/authError.ts';
import { shownUrl } from '../servers/server.ts';
import type { Session } from '../session/session.ts';
import { holdsGrant, resting } from '../session/state.ts';
import type { Asker, ExtensionConsents } from './apiConsents.ts';
import { ApiError } from './apiError.ts';
import { extensionAccessMessages as messages } from './messages/extensionAccess.ts';

export class ExtensionAccess {
  private readonly consents: ExtensionConsents;
  /** Questions that are open, by what they are about: nobody is asked the same twice at a time. */
  private readonly asking = new Map<string, Promise<boolean>>();

  constructor(consents: ExtensionConsents) {
    this.consents = consents;
  }

  /**
   * Whether to go on; false where it would take a question that must not be asked.
   * @throws ApiError `not_allowed`; CancellationError where the person did not answer.
   */
  async admit(asker: Asker, session: Session, silent: boolean): Promise<boolean> {
    const { server } = session;
    const known = this.consents.answerFor(asker.id, server);
    if (silent) return known === true;
    if (known ?? (await this.ask(asker, session))) return true;
    throw new ApiError('not_allowed', messages.notAllowed(asker.name, server.name));
  }

  private ask(asker: Asker, session: Session): Promise<boolean> {
    const about = JSON.stringify([asker.id, session.server.name, session.server.url]);
    const open = this.asking.get(about);
    if (open !== undefined) return open;
    const answer = this.question(asker, session).finally(() => this.asking.delete(about));
    this.asking.set(about, answer);
    return answer;
  }

  private async question(asker: Asker, { server, state }: Session): Promise<boolean> {
    const now = resting(state);
    const account = holdsGrant(now) ? now.account.label : undefined;
    const [allow, deny] = [messages.allow(), messages.deny()];
    const address = shownUrl(server);
    const answer = await window.showInformationMessage(
      messages.question(asker.name, server.name, account),
      { modal: true, detail: messages.detail(asker.id, address) },
      allow,
      deny,
    );
    if (answer === undefined) throw new CancellationError();
    await this.consents.keep({ asker, server, address, allowed: answer === allow });
    return answer === allow;
  }
}

/**
 * The extension by what VS Code knows of it, and not by what the caller says.
 * @throws ApiError `unknown_extension`.
 */
export function askerOf(extension: Extension<unknown> | undefined): Asker {
  const found = typeof extension?.id === 'string' ? extensions.getExtension(extension.id) : undefined;
  if (found === undefined) throw new ApiError('unknown_extension', messages.unknownExtension());
  const { displayName } = found.packageJSON as { readonly displayName?: unknown };
  return { id: found.id.toLowerCase(), name: quotable(displayName) ?? found.id };
}
