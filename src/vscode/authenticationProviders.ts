/** One AuthenticationProvider per server: the sign-in as VS Code's Accounts menu and other extensions see it. */
import { authentication, Disposable, type AuthenticationProviderOptions } from 'vscode';
import { Listeners } from '../session/listeners.ts';
import type { SessionPorts, Unsubscribe } from '../session/ports.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Session } from '../session/session.ts';
import { PacedQueue } from './pacedQueue.ts';
import { inMenu } from './plainText.ts';
import { SessionProvider } from './sessionProvider.ts';
import type { SignInWithPerson } from './tokenWish.ts';

export function providerId(serverName: string): string {
  return `mcp-oauth:${serverName}`;
}

/**
 * Each registration has VS Code ask for accounts several times, which holds up every other sign-in of the window: many
 * servers are registered a few at a time. VS Code waits five seconds for a provider that somebody asks for.
 */
const pace = { atOnce: 20, pauseMs: 25 };

export interface ProviderParts {
  readonly signIn: SignInWithPerson;
  readonly ports: Pick<SessionPorts, 'clock' | 'log'>;
}

/** Keeps a provider registered for each server that can be signed in to. */
export class AuthenticationProviders implements Disposable {
  private readonly sessions: Sessions;
  private readonly registered = new Map<Session, Disposable>();
  private readonly toRegister: PacedQueue<Session>;
  private readonly listeners = new Listeners<Session>();
  private readonly stop: () => void;

  constructor(sessions: Sessions, { signIn, ports }: ProviderParts) {
    this.sessions = sessions;
    this.toRegister = new PacedQueue(ports.clock, {
      ...pace,
      work: (session) => {
        this.registered.set(session, registerProvider(session, signIn));
        this.listeners.tell(session);
      },
      onFault: ({ server }, thrown) =>
        ports.log.error('provider_not_registered', { server: server.name }, thrown),
    });
    this.stop = sessions.onDidChange(({ kind }) => {
      if (kind === 'servers') this.follow();
    });
    this.follow();
  }

  has(session: Session): boolean {
    return this.registered.has(session);
  }

  onDidRegister(listener: (session: Session) => void): Unsubscribe {
    return this.listeners.add(listener);
  }

  dispose(): void {
    this.stop();
    this.toRegister.dispose();
    for (const registration of this.registered.values()) registration.dispose();
  }

  private follow(): void {
    const all = new Set(this.sessions.all);
    const wanted = new Set(this.sessions.all.filter(({ state }) => state.kind !== 'no_auth'));
    this.toRegister.keepOnly(wanted);
    for (const [session, registration] of this.registered) {
      if (all.has(session)) continue;
      registration.dispose();
      this.registered.delete(session);
    }
    const missing = [...wanted].filter((session) => !this.registered.has(session));
    // Somebody is more likely to ask for the sign-ins that there are.
    this.toRegister.add(missing.toSorted((one, other) => Number(isUnused(one)) - Number(isUnused(other))));
  }
}

function isUnused({ state }: Session): boolean {
  return state.kind === 'needs_auth' && state.reason === 'never_signed_in';
}

const options: AuthenticationProviderOptions = { supportsMultipleAccounts: true };
/** VS Code hands on `WWW-Authenticate` requests to providers that say this; its types know nothing of it yet. */
const optionsWithChallenges = { ...options, supportsChallenges: true };

function registerProvider(session: Session, signIn: SignInWithPerson): Disposable {
  const { name } = session.server;
  const provider = new SessionProvider(session, signIn);
  const register = (offered: AuthenticationProviderOptions) =>
    authentication.registerAuthenticationProvider(providerId(name), inMenu(name), provider, offered);
  // The provider goes first, with a last word to VS Code.
  const registration = registeredWithChallenges(register);
  return Disposable.from(provider, registration);
}

/** A VS Code that keeps the option for itself says so at once: then there is a provider without it. */
function registeredWithChallenges(
  register: (offered: AuthenticationProviderOptions) => Disposable,
): Disposable {
  try {
    return register(optionsWithChallenges);
  } catch {
    return register(options);
  }
}
