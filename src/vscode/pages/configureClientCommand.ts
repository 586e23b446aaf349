/** Opens the guide to a client of the person's own. */
import { signInBarrier } from '../../servers/server.ts';
import type { Session } from '../../session/session.ts';
import type { Sessions } from '../../session/sessions.ts';
import { guideMessages as messages } from '../messages/guide.ts';
import { pickServer } from '../serverPick.ts';
import type { ClientGuides } from './clientGuides.ts';

/** For the given server, else for the only one that there is, or for one that the person picks. */
export async function configureClientCommand(
  sessions: Sessions,
  guides: Pick<ClientGuides, 'show'>,
  chosen: Session | undefined,
): Promise<void> {
  const candidates = sessions.all.filter(({ server }) => signInBarrier(server) === undefined);
  const only = candidates.length === 1 ? candidates[0] : undefined;
  const session =
    chosen ??
    only ??
    (await pickServer(sessions, {
      candidates,
      placeHolder: messages.pickServer(),
      nobody: messages.noServer(),
    }));
  if (session !== undefined) await guides.show(session);
}
