/** Loads our pages when the first of them is shown, and lends them what the start-up has. */
import type { Disposable } from 'vscode';
import type { OpenFiles } from './configurationFiles.ts';
import type { Pages } from './pages.ts';
import type { Server } from './servers/server.ts';
import { writeClientSecret } from './session/clientSecrets.ts';
import type { SessionPorts } from './session/ports.ts';
import type { Sessions } from './session/sessions.ts';
import type { readEnteredSecret } from './vscode/enteredSecret.ts';
import type { Redirects } from './vscode/redirects.ts';
import type { ClientPages } from './vscode/runningSandbox.ts';
import { signInWithPerson } from './vscode/signInCommand.ts';

export interface PagesContext {
  readonly sessions: Sessions;
  readonly redirects: Redirects;
  readonly ports: SessionPorts;
  readonly openFiles: () => Promise<OpenFiles>;
  readonly clientPages: ClientPages;
  /** Reads the settings again. */
  readonly follow: () => Promise<void>;
}

/** With what other parts that are loaded later use, too. */
export interface PagesParts extends PagesContext {
  readonly keepSecret: typeof writeClientSecret;
  /** Whether a secret is kept for the client that the settings name. */
  readonly isSecretKept: (server: Server) => Promise<boolean>;
  readonly readSecret: typeof readEnteredSecret;
  /** Ties a client to the authorization server that it was entered for. */
  readonly bind: (server: Server, clientId: string, issuer: string) => Promise<void>;
  readonly signIn: typeof signInWithPerson;
}

export class PagesOnDemand implements Disposable {
  private readonly context: PagesContext;
  private opened: Promise<Pages> | undefined;

  constructor(context: PagesContext) {
    this.context = context;
  }

  open(): Promise<Pages> {
    this.opened ??= this.load();
    return this.opened;
  }

  private async load(): Promise<Pages> {
    const { ports } = this.context;
    try {
      const [{ openPages }, { bindEntered, knownService, readClientSecret }, { readEnteredSecret }] =
        await Promise.all([
          import('./pages.ts'),
          import('./session/dealings.ts'),
          import('./chosenCommands.ts'),
        ]);
      return openPages({
        ...this.context,
        keepSecret: writeClientSecret,
        isSecretKept: async (server) => (await readClientSecret(ports, server, 'client')) !== undefined,
        readSecret: readEnteredSecret,
        bind: (...entered) => bindEntered(ports, ...entered),
        signIn: signInWithPerson,
        findService: ports.knownService ?? knownService,
      });
    } catch (thrown) {
      // The next who asks tries again.
      this.opened = undefined;
      throw thrown;
    }
  }

  dispose(): void {
    void this.opened?.then(
      (pages) => pages.dispose(),
      () => undefined,
    );
  }
}
