/**
 * A gateway on a port before a sandbox, a person at a desk who allows what is asked, and a client that is connected: all
 * that an MCP client of others sees of the extension. The clock of the desk stands still unless a test turns it.
 */
import assert from 'node:assert/strict';
import { Gateway } from '../../src/gateway/gateway.ts';
import { Paths } from '../../src/gateway/paths.ts';
import { routeTo } from '../../src/gateway/route.ts';
import { PortListener } from '../../src/node/portListener.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { grantRecords, type GrantRecord } from '../../src/session/records.ts';
import { Session } from '../../src/session/session.ts';
import { readRecord } from '../../src/session/storedRecord.ts';
import { Desk, serverAt } from '../engine/desk.ts';
import { answerConsent } from '../engine/faultTrial.ts';
import { within } from '../support/deadline.ts';
import type { ClientKind, GatewayClient } from './gatewayClients.ts';

/** Long enough for a slow computer; only what never comes true takes as long. */
export const patienceMs = 60_000;

export interface GatewayStand {
  readonly sandbox: Sandbox;
  readonly desk: Desk;
  readonly session: Session;
  readonly client: GatewayClient;
  /** How often the engine asked for tokens. */
  readonly tokenRequests: number;
  /** The grant as it is kept now. */
  grant(): Promise<GrantRecord>;
}

/** Signs in, connects a client of that kind and hands everything over; afterwards the client has seen no refusal. */
export async function withGateway(
  kind: ClientKind,
  sandbox: Sandbox,
  use: (stand: GatewayStand) => Promise<void>,
): Promise<void> {
  const desk = new Desk({ visit: (url) => answerConsent(sandbox, url, 'allow') });
  const { ports } = desk;
  let tokenRequests = 0;
  const fetchFor: typeof ports.fetch = (url, init) => {
    if (new URL(url).pathname === '/token') tokenRequests += 1;
    return ports.fetch(url, init);
  };
  const serverUrl = kind.isOlder ? sandbox.sseUrl : sandbox.mcpUrl;
  const session = await Session.open(serverAt(serverUrl), { ...ports, fetch: fetchFor });
  const paths = new Paths();
  const faults: unknown[] = [];
  const explain = ({ kind: refusal }: { readonly kind: string }) => `Sentence: ${refusal}.`;
  const route = routeTo(session, explain, () => undefined);
  let host = '';
  const gateway = new Gateway({
    hosts: () => [host],
    find: (path) => (paths.keyOf(path) === undefined ? undefined : route),
    messageAddress: 'path',
    clock: desk.clock,
    onFault: (cause) => faults.push(cause),
  });
  const listener = new PortListener(gateway.listener);
  await listener.open();
  host = listener.address?.host ?? '';
  const client = kind.open(new URL(paths.pathOf('notes'), `http://${host}`));
  try {
    await session.signIn();
    await client.connect();
    await use({
      sandbox,
      desk,
      session,
      client,
      get tokenRequests() {
        return tokenRequests;
      },
      grant: () => grantOf(desk),
    });
    const { statuses, credentials } = client.traffic;
    assert.deepEqual(credentials, [], 'the client has nothing to show');
    assert.deepEqual(
      statuses.filter((status) => status === 401 || status === 403),
      [],
      'the client is never refused',
    );
    assert.deepEqual(faults, []);
  } finally {
    await client.close();
    listener.close();
    session.dispose();
  }
}

/** Lets everything go on until this is true. */
export async function until(sentence: string, isTrue: () => boolean): Promise<void> {
  const over = new AbortController();
  const wait = async () => {
    while (!isTrue() && !over.signal.aborted) await new Promise((next) => setTimeout(next, 5));
  };
  await within(patienceMs, sentence, wait()).finally(() => over.abort());
}

async function grantOf({ records, ports }: Desk): Promise<GrantRecord> {
  const grant = await readRecord(ports, records.keyOf('grant') ?? '', grantRecords);
  assert.ok(grant);
  return grant;
}
