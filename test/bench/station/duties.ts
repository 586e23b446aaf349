/** Takes orders over a connection until it ends. */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { openBareProxy } from './bareProxy.ts';
import { callAtOnce } from './callAtOnce.ts';
import { callInTurn, callMany, callTogether, hangUp, readStream, streamInTurn } from './caller.ts';
import { openGateway, signInsWanted } from './gatewayDoor.ts';
import type { OrderName, Orders } from './orders.ts';
import { ProcessFigures } from './processFigures.ts';
import { BenchServer } from './server.ts';

type Duties = {
  readonly [Name in OrderName]: (
    wish: Orders[Name]['wish'],
  ) => Orders[Name]['given'] | Promise<Orders[Name]['given']>;
};

/** An order as it goes over the connection. */
export interface SentOrder {
  readonly id: number;
  readonly name: OrderName;
  readonly wish: unknown;
}

/** What comes back of it. */
export interface Outcome {
  readonly id: number;
  readonly given?: unknown;
  readonly failure?: string;
}

/** The environment says where orders come from, and which of the bench's stations this is. */
export async function takeOrders(): Promise<void> {
  const { MCP_OAUTH_BENCH: socketPath = '', MCP_OAUTH_BENCH_STATION: name } = process.env;
  const duties = newDuties();
  const socket = connect(socketPath);
  socket.write(`${JSON.stringify({ name })}\n`);
  for await (const line of createInterface({ input: socket })) {
    const order = JSON.parse(line) as SentOrder;
    void obey(duties, order).then((outcome) => socket.write(`${JSON.stringify(outcome)}\n`));
  }
}

async function obey(duties: Duties, { id, name, wish }: SentOrder): Promise<Outcome> {
  try {
    const duty = duties[name] as (wish: unknown) => unknown;
    return { id, given: await duty(wish) };
  } catch (thrown) {
    return { id, failure: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
}

function newDuties(): Duties {
  const figures = new ProcessFigures();
  let server: BenchServer | undefined;
  return {
    openServer: (wish) => (server = new BenchServer(wish)).open(),
    streamedBytes: () => ({ bytes: server?.streamedBytes ?? 0 }),
    openBareProxy,
    openGateway,
    signInsWanted,
    callInTurn,
    callTogether,
    callMany,
    hangUp,
    streamInTurn,
    callAtOnce,
    readStream,
    processorMs: () => ({ ms: figures.processorMs() }),
    memory: () => figures.memory(),
    memoryPeak: () => figures.memoryPeak(),
    beginProfile: async () => {
      await figures.beginProfile();
      return {};
    },
    endProfile: async ({ file }) => {
      await figures.endProfile(file);
      return {};
    },
  };
}
