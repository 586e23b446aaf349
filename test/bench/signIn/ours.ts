/** The extension's engine with its gateway, and a client behind it, as one that signs in. */
import { Sessions } from '../../../src/session/sessions.ts';
import { Desk, serverAt } from '../../engine/desk.ts';
import { openDoor } from '../station/gatewayDoor.ts';
import { askOnce } from '../station/callAtOnce.ts';
import type { CountedKind } from './countedClient.ts';

const hourMs = 3_600_000;

export const ours: CountedKind = {
  name: 'this',
  async open(server) {
    const desk = new Desk({ visit: (url) => server.visit(url) });
    const sessions = new Sessions(desk.ports);
    await sessions.update([serverAt(server.mcpUrl)]);
    const [session] = sessions.all;
    if (session === undefined) throw new Error('The session did not open.');
    const door = await openDoor(session, desk.clock);
    const ask = async (method: string, params: object) => {
      const answer = await askOnce(door.place, { jsonrpc: '2.0', id: 1, method, params });
      if (!answer.includes('"result"')) throw new Error(`Answered ${answer.slice(0, 300)}`);
    };
    return {
      async signIn() {
        await session.signIn();
        await ask('initialize', { protocolVersion: '2025-06-18', capabilities: {} });
      },
      forgetTokens: () => session.signOut(),
      call: () => ask('tools/call', { name: 'whoami', arguments: {} }),
      passTokenTime: () => desk.clock.advance(hourMs),
      async close() {
        door.close();
        sessions.dispose();
        await sessions.settled();
      },
    };
  },
};
