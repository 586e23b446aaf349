/** The route to each server, made once: every request asks for one, and there may be a thousand servers. */
import type { Server } from '../servers/server.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { routeTo, type Refusal, type Route } from './route.ts';

export class Routes {
  private readonly sessions: Sessions;
  private readonly explain: (refusal: Refusal, session: Session) => string;
  private readonly noteBlocked: (session: Session) => void;
  /** By the key of the server; made anew where other servers are configured. */
  private known: ReadonlyMap<string, Route> | undefined;

  /** @param noteBlocked is told of each request that was refused because a person has to act first. */
  constructor(
    sessions: Sessions,
    explain: (refusal: Refusal, session: Session) => string,
    noteBlocked: (session: Session) => void,
  ) {
    this.sessions = sessions;
    this.explain = explain;
    this.noteBlocked = noteBlocked;
    // Lives as long as the sessions do.
    sessions.onDidChange(({ kind }) => {
      if (kind === 'servers') this.known = undefined;
    });
  }

  /** Undefined once that server is gone, or is configured in another way. */
  find(key: string): Route | undefined {
    this.known ??= new Map(
      this.sessions.all.map((session) => [
        serverKey(session.server),
        routeTo(session, this.explain, this.noteBlocked),
      ]),
    );
    return this.known.get(key);
  }
}

/** A server as it is configured; another address or other headers make it another one. */
export function serverKey(server: Server): string {
  return JSON.stringify(server);
}
