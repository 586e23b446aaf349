/** What an application keeps for the client of the SDK, and what it forgets. */
import type { StoredOAuthTokens } from '@modelcontextprotocol/client';
import { SignInMemory } from '../interop/signInMemory.ts';

export class ForgetfulMemory extends SignInMemory {
  private isSignedOut = false;

  /** @param keepsDiscovery whether what was found out about the server is kept, too. */
  constructor(keepsDiscovery: boolean) {
    super();
    // To the SDK, an application that lacks them is one that keeps nothing.
    if (!keepsDiscovery)
      for (const name of ['discoveryState', 'saveDiscoveryState'])
        Object.defineProperty(this, name, { value: undefined });
  }

  signOut(): void {
    this.isSignedOut = true;
  }

  /** As the SDK asks for it when a server takes something no longer. */
  invalidateCredentials(what: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    if (what === 'all' || what === 'tokens') this.signOut();
  }

  override tokens(): StoredOAuthTokens | undefined {
    return this.isSignedOut ? undefined : super.tokens();
  }

  override saveTokens(tokens: StoredOAuthTokens): void {
    this.isSignedOut = false;
    super.saveTokens(tokens);
  }
}
