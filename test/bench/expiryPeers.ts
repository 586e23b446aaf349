/** What the peers make of a token that ran out while they are connected: the clients of the SDKs, and mcp-remote. */
import { makeRemoteFolder, startRemote, type RemoteProcess } from '../interop/mcpRemote.ts';
import { allow, allowAndReturn } from '../interop/person.ts';
import type { SdkKind } from '../interop/sdkClients.ts';
import { within } from '../support/deadline.ts';
import { ExpiringServer } from './expiringServer.ts';
import { ForgetfulMemory } from './forgetfulMemory.ts';

/** A call that waits for a person who does not come has failed. */
const patienceMs = 15_000;

const invitation = /^Please authorize this client by visiting:/gm;

export interface ExpirySeen {
  readonly calls: number;
  readonly succeeded: number;
  readonly tokenRequests: number;
  /** How often a person was sent to a sign-in page. */
  readonly signIns: number;
}

/** One client, as the SDK wants it: a second connection takes over from the one that was turned away. */
export async function callWithSdk(kind: SdkKind, calls: number): Promise<ExpirySeen> {
  const server = await ExpiringServer.start();
  const memory = new ForgetfulMemory(true);
  const [first, second] = [
    kind.open(server.sandbox.mcpUrl, memory),
    kind.open(server.sandbox.mcpUrl, memory),
  ];
  try {
    await first.connect().catch((thrown: unknown) => {
      if (!kind.isTurnedAway(thrown)) throw thrown;
    });
    await first.finishSignIn(await allow(server.sandbox, memory.opened[0]?.href ?? ''));
    await second.connect();
    await server.ranOut(memory.tokens()?.access_token ?? '');
    return await callAll(
      server,
      Array.from({ length: calls }, () => second),
      () => memory.opened.length,
    );
  } finally {
    await Promise.all([first.close(), second.close()]);
    await server.close();
  }
}

/** So many processes over one folder, as many windows start them. */
export async function callWithRemote(processes: number, callsEach: number): Promise<ExpirySeen> {
  const server = await ExpiringServer.start();
  const folder = await makeRemoteFolder();
  const remotes: RemoteProcess[] = [];
  const start = () => {
    const remote = startRemote(server.sandbox.mcpUrl, folder);
    remotes.push(remote);
    return remote;
  };
  try {
    const first = start();
    await allowAndReturn(server.sandbox, await within(60_000, () => first.said(), first.signInAddress));
    await first.toolNames();
    for (let index = 1; index < processes; index++) await start().toolNames();
    await server.ranOut(await folder.accessToken());
    return await callAll(
      server,
      remotes.flatMap((remote) => Array.from({ length: callsEach }, () => remote)),
      () => remotes.reduce((sum, remote) => sum + [...remote.said().matchAll(invitation)].length, 0),
    );
  } finally {
    await Promise.all(remotes.map((remote) => remote.close()));
    await folder.remove();
    await server.close();
  }
}

async function callAll(
  server: ExpiringServer,
  callers: readonly { call(tool: string): Promise<unknown> }[],
  signIns: () => number,
): Promise<ExpirySeen> {
  const [before, signInsBefore] = [server.tokenRequests, signIns()];
  const calls = callers.map((caller) => within(patienceMs, 'No answer.', caller.call('whoami')));
  const outcomes = await Promise.allSettled(calls);
  return {
    calls: outcomes.length,
    succeeded: outcomes.filter(({ status }) => status === 'fulfilled').length,
    tokenRequests: server.tokenRequests - before,
    signIns: signIns() - signInsBefore,
  };
}
