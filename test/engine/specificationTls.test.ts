// Rules of the specification about the connection itself.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { issueCertificate } from '../support/certificate.ts';
import { serverAt } from './desk.ts';
import { GatewayClient, ping } from './gatewayClient.ts';

const gateway = new GatewayClient();

describe('A server with a certificate that nobody vouches for', () => {
  it('hears nothing, neither from a sign-in nor from a call (checklist 11.3)', async () => {
    const { certificate, privateKey } = issueCertificate('localhost');
    let heard = 0;
    const server = https.createServer({ cert: certificate, key: privateKey }, (_request, response) => {
      heard += 1;
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `https://localhost:${(server.address() as AddressInfo).port}/mcp`;
      gateway.session = await gateway.desk.open(serverAt(url));
      await assert.rejects(gateway.session.signIn(), { code: 'unreachable' });
      const { json } = await gateway.call(ping);
      assert.ok((json as { error?: unknown }).error, JSON.stringify(json));
      assert.equal(heard, 0);
    } finally {
      gateway.faults.length = 0;
      server.close();
      server.closeAllConnections();
    }
  });
});
