/** One AuthenticationProvider per server: the sign-in as VS Code's Accounts menu and other extensions see it. */
import { authentication, Disposable, type AuthenticationProviderOptions } from 'vscode';
import type { Sessions } from '../session/sessions.ts';
import type { Session } from '../session/session.ts';
import { SessionProvider } from './sessionProvider.ts';
import type { SignInWithPerson } from './tokenWish.ts';

export function providerId(serverName: string): string {
  return `mcp-oauth:${serverName}`;
}

/** Keeps a provider registered for each server that can be signed in to. */
export class AuthenticationProviders implements Disposable {
  private readonly sessions: Sessions;
  private readonly signIn: SignInWithPerson;
  private readonly registered = new Map<Session, Disposable>();
  private readonly stop: () => void;

  constructor(sessions: Sessions, signIn: SignInWithPerson) {
    this.sessions = sessions;
    this.signIn = signIn;
    this.stop = sessions.onDidChange(({ kind }) => {
      if (kind === 'servers') this.follow();
    });
    this.follow();
  }

  dispose(): void {
    this.stop();
    for (const registration of this.registered.values()) registration.dispose();
  }

  private follow(): void {
    for (const [session, registration] of this.registered) {
      if (this.sessions.all.includes(session)) continue;
      registration.dispose();
      this.registered.delete(session);
    }
    for (const session of this.sessions.all) {
      if (session.state.kind === 'no_auth' || this.registered.has(session)) continue;
      this.registered.set(session, registerProvider(session, this.signIn));
    }
  }
}

const options: AuthenticationProviderOptions = { supportsMultipleAccounts: true };
/** VS Code hands on `WWW-Authenticate` requests to providers that say this; its types know nothing of it yet. */
const optionsWithChallenges = { ...options, supportsChallenges: true };

function registerProvider(session: Session, signIn: SignInWithPerson): Disposable {
  const { name } = session.server;
  const provider = new SessionProvider(session, signIn);
  const register = (offered: AuthenticationProviderOptions) =>
    authentication.registerAuthenticationProvider(providerId(name), name, provider, offered);
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
