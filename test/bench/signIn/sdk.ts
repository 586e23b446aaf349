/** The client of the official SDK as one that signs in; what it found out about the server is kept for it, or not. */
import type { StoredOAuthTokens } from '@modelcontextprotocol/client';
import { sdkKinds, type SdkConnection } from '../../interop/sdkClients.ts';
import { SignInMemory } from '../../interop/signInMemory.ts';
import type { CountedKind } from './countedClient.ts';

const kind = sdkKinds.find(({ revision, name }) => revision === '2025-11-25' && name.startsWith('the client in'));

class ForgetfulMemory extends SignInMemory {
  private isSignedOut = false;

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

  override tokens(): StoredOAuthTokens | undefined {
    return this.isSignedOut ? undefined : super.tokens();
  }

  override saveTokens(tokens: StoredOAuthTokens): void {
    this.isSignedOut = false;
    super.saveTokens(tokens);
  }
}

function sdkKind(name: string, keepsDiscovery: boolean): CountedKind {
  return {
    name,
    async open(server) {
      if (kind === undefined) throw new Error('There is no such client.');
      const memory = new ForgetfulMemory(keepsDiscovery);
      const connections: SdkConnection[] = [];
      const connect = async () => {
        const connection = kind.open(server.mcpUrl, memory);
        connections.push(connection);
        await connection.connect();
      };
      return Promise.resolve({
        async signIn() {
          try {
            await connect();
          } catch (thrown) {
            if (!kind.isTurnedAway(thrown)) throw thrown;
            const answer = server.visit(memory.opened.at(-1)?.href ?? '');
            await connections.at(-1)?.finishSignIn(new URL(answer));
            await connect();
          }
        },
        async forgetTokens() {
          memory.signOut();
          await Promise.all(connections.splice(0).map((connection) => connection.close()));
        },
        async call() {
          await connections.at(-1)?.call('whoami');
        },
        passTokenTime: () => undefined,
        async close() {
          await Promise.all(connections.map((connection) => connection.close()));
        },
      });
    },
  };
}

export const sdk = sdkKind('SDK client', false);
export const sdkKeeping = sdkKind('SDK client, discovery kept', true);
