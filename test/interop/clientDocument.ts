// A metadata document of a client (draft-ietf-oauth-client-id-metadata-document) on a small https server of its own.
import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

import { issueCertificate } from '../support/certificate.ts';

/** A published document. Whoever is to fetch it has to trust `certificate` (PEM). */
export interface ClientDocument {
  readonly url: string;
  readonly certificate: string;
  close(): Promise<void>;
}

/** Publishes the metadata under an address on this computer, which becomes the client's id. */
export async function publishClientDocument(metadata: object): Promise<ClientDocument> {
  const { certificate, privateKey } = issueCertificate('localhost');
  const server = https.createServer({ cert: certificate, key: privateKey });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://localhost:${(server.address() as AddressInfo).port}/client.json`;
  server.on('request', (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ client_id: url, ...metadata }));
  });
  return {
    url,
    certificate,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
