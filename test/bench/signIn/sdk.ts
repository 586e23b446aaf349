/** The client of the official SDK as one that signs in; what it found out about the server is kept for it, or not. */
import { sdkKinds, type SdkConnection } from '../../interop/sdkClients.ts';
import { ForgetfulMemory } from '../forgetfulMemory.ts';
import type { CountedKind } from './countedClient.ts';

const kind = sdkKinds.find(
  ({ revision, name }) => revision === '2025-11-25' && name.startsWith('the client in'),
);

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
