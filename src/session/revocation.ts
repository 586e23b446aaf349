/** Tells a server that a grant is over (RFC 7009, checklist 14.8). */
import { Proofs } from '../oauth/dpop.ts';
import { revokeTokens } from '../oauth/revocation.ts';
import type { Server } from '../servers/server.ts';
import { openTransport } from './attempt.ts';
import { withDeadline } from '../oauth/transport.ts';
import type { SessionPorts } from './ports.ts';
import { grantKey, grantRecords, type GrantRecord } from './records.ts';
import { readRecord } from './storedRecord.ts';

/** Nobody who signs out waits longer for a server. */
const revocationMs = 10_000;

/** As far as the server can and answers: what is forgotten here stays forgotten. */
export async function revokeGrant(server: Server, grant: GrantRecord, ports: SessionPorts): Promise<void> {
  const { authorizationServer, client, accessToken, refreshToken, proofKey } = grant;
  const tokens = { accessToken, ...(refreshToken !== undefined && { refreshToken }) };
  try {
    const proofs = proofKey && (await Proofs.of(proofKey));
    const transport = openTransport(server, ports);
    const { host } = new URL(authorizationServer.issuer);
    const revoked = await withDeadline(ports.clock, revocationMs, host, undefined, (signal) =>
      revokeTokens(transport, authorizationServer, client, tokens, proofs, signal),
    );
    ports.log.info('revoked', { server: server.name, revoked: String(revoked) });
  } catch (thrown) {
    ports.log.error('revocation_failed', { server: server.name }, thrown);
  }
}

/** For a grant that came when somebody had signed out already: it is not kept here, and over at the server, too. */
export async function giveBack(server: Server, grant: GrantRecord, ports: SessionPorts): Promise<void> {
  const key = grantKey(server, grant);
  // Whoever has signed in again meanwhile keeps what they got.
  const stored = await readRecord(ports, key, grantRecords);
  if (stored?.accessToken === grant.accessToken) await ports.store.remove(key);
  await revokeGrant(server, grant, ports);
}
